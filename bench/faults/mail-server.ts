import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, converse, endTransaction, type Host } from './conversation.ts';
import { inputOf } from './input.ts';
import { type Behaviour, CALM } from './misbehaviour.ts';
import type { Transaction } from './transaction.ts';

/** An SMTP server that misbehaves at every step and remembers every transaction. */
export interface MailServer {
  /** What a process of this name connects to, with a password and short time limits. */
  url(worker: string): string;
  transactions: Transaction[];
  /** Messages it has kept. */
  kept(): number;
  /** How often it has misbehaved in each way. */
  misdeeds: Map<string, number>;
  behave(behaviour: Behaviour): void;
  /** Refuses every password and hangs up on those who have signed in, or stops doing so. */
  refuseSignIn(on: boolean): void;
  /** Refuses connections for so many milliseconds. */
  goAway(ms: number): Promise<void>;
  /** Open connections of a process. */
  connections(worker: string): number;
  close(): Promise<void>;
}

/** How long a client waits for an answer, in milliseconds: many times the slowest one, so that silence costs little. */
const PATIENCE = 8000;

export const NOT_THERE = 'refuses connections';
const HUNG_UP = { name: 'hangs up on everybody', at: 'mail', kind: 'cut' } as const;

/** Speaks just enough SMTP (RFC 5321, with STARTTLS, AUTH and PIPELINING) to break it off anywhere. */
export async function startMailServer(): Promise<MailServer> {
  let behaviour = CALM;
  let signInRefused = false;
  let count = 0;
  let kept = 0;
  const open = new Set<Connection>();
  const attempts = new Map<string, number>();
  const transactions: Transaction[] = [];
  const misdeeds = new Map<string, number>();

  const host: Host = {
    behaviour: () => behaviour,
    signInRefused: () => signInRefused,
    attempt(recipient) {
      const attempt = (attempts.get(recipient) ?? 0) + 1;
      attempts.set(recipient, attempt);
      return attempt;
    },
    began: (transaction) => void transactions.push(transaction),
    misbehaved: (name) => void misdeeds.set(name, (misdeeds.get(name) ?? 0) + 1),
    kept: () => void kept++,
  };

  async function serve(socket: Socket): Promise<void> {
    const connection: Connection = {
      number: count++,
      socket,
      input: inputOf(socket),
      worker: '',
      current: null,
    };
    open.add(connection);
    await converse(connection, host).catch(() => socket.destroy());
    endTransaction(connection, null);
    if (!socket.destroyed) socket.end();
    open.delete(connection);
  }

  const listen = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true }, (socket) => void serve(socket));
      server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
    });

  let server = await listen(0);
  const { port } = server.address() as { port: number };
  return {
    transactions,
    misdeeds,
    kept: () => kept,
    url: (worker) =>
      `smtp://news:secret@127.0.0.1:${port}?name=${worker}&socketTimeout=${PATIENCE}&greetingTimeout=${PATIENCE}`,
    behave(next) {
      behaviour = next;
    },
    refuseSignIn(on) {
      signInRefused = on;
      if (!on) return;
      for (const { socket, current } of open) {
        if (current) current.fault = HUNG_UP;
        socket.destroy();
      }
    },
    async goAway(ms) {
      host.misbehaved(NOT_THERE);
      server.close();
      await sleep(ms);
      server = await listen(port);
    },
    connections: (worker) => [...open].filter((c) => c.worker === worker).length,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const { socket } of open) socket.destroy();
      await closed;
    },
  };
}
