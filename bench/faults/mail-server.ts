import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Input, inputOf } from './input.ts';
import { type Behaviour, CALM, type Fault } from './misbehaviour.ts';
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

interface Connection {
  number: number;
  socket: Socket;
  input: Input;
  worker: string;
  current: Transaction | null;
}

/** How long a client waits for an answer, in milliseconds: many times the slowest one, so that silence costs little. */
const PATIENCE = 8000;

export const NOT_THERE = 'refuses connections';
export const WRONG_PASSWORD = 'refuses the password';

/**
 * Speaks just enough SMTP (RFC 5321, with STARTTLS, AUTH and PIPELINING) to break it off anywhere. Every other
 * connection offers PIPELINING (RFC 2920), where DATA comes before the answer to RCPT is known.
 */
export async function startMailServer(): Promise<MailServer> {
  let behaviour = CALM;
  let signInRefused = false;
  let count = 0;
  let kept = 0;
  const open = new Set<Connection>();
  const attempts = new Map<string, number>();
  const transactions: Transaction[] = [];
  const misdeeds = new Map<string, number>();

  const listen = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true }, (socket) => void serve(socket));
      server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
    });

  async function serve(socket: Socket): Promise<void> {
    const connection = { number: count++, socket, input: inputOf(socket), worker: '', current: null };
    open.add(connection);
    await converse(connection).catch(() => socket.destroy());
    end(connection, null);
    if (!socket.destroyed) socket.end();
    open.delete(connection);
  }

  function end(connection: Connection, reply: number | null): void {
    const { current } = connection;
    if (!current) return;
    current.reply = reply;
    current.endedAt = performance.now();
    connection.current = null;
  }

  const say = ({ socket }: Connection, line: string) => void (socket.writable && socket.write(`${line}\r\n`));

  /** Misbehaves if this is the step for it. @returns how the conversation goes on */
  async function act(
    connection: Connection,
    fault: Fault | null,
    at: Fault['at'],
  ): Promise<'well' | 'refused' | 'over'> {
    if (fault?.at !== at) return 'well';
    misdeeds.set(fault.name, (misdeeds.get(fault.name) ?? 0) + 1);
    if (connection.current) connection.current.fault = fault;
    switch (fault.kind) {
      case 'slow':
        await Promise.race([sleep(fault.ms), connection.input.ended()]);
        return connection.socket.destroyed ? 'over' : 'well';
      case 'refuse':
        end(connection, Number(fault.reply.slice(0, 3)));
        say(connection, fault.reply);
        return fault.reply.startsWith('421') ? 'over' : 'refused';
      case 'silent':
        await connection.input.ended();
        return 'over';
      case 'garbage':
        connection.socket.end(randomBytes(200));
        return 'over';
      case 'cut':
        connection.socket.destroy();
        return 'over';
    }
  }

  async function converse(connection: Connection): Promise<void> {
    const { input, number } = connection;
    const trouble = behaviour.connection(number);
    let mailsHere = 0;
    let fault: Fault | null = null;
    if ((await act(connection, trouble, 'greeting')) !== 'well') return;
    say(connection, '220 faults.test ESMTP');
    for (;;) {
      const line = (await input.until('\r\n'))?.toString('latin1');
      if (line === undefined) return;
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') {
        connection.worker = line.slice(5);
        if ((await act(connection, trouble, 'ehlo')) !== 'well') return;
        const offers = ['faults.test', 'AUTH PLAIN', '8BITMIME', 'ENHANCEDSTATUSCODES'];
        if (number % 2 === 1) offers.push('PIPELINING');
        if (trouble?.at === 'starttls') offers.push('STARTTLS');
        offers.forEach((offer, i) => {
          say(connection, `250${i < offers.length - 1 ? '-' : ' '}${offer}`);
        });
      } else if (verb === 'STAR') {
        if (trouble?.kind !== 'refuse') {
          say(connection, '220 2.0.0 Go ahead');
          await input.some();
        }
        if ((await act(connection, trouble, 'starttls')) === 'over') return;
      } else if (verb === 'AUTH') {
        if ((await act(connection, trouble, 'auth')) === 'over') return;
        if (trouble?.at === 'auth') continue;
        if (signInRefused) misdeeds.set(WRONG_PASSWORD, (misdeeds.get(WRONG_PASSWORD) ?? 0) + 1);
        say(connection, signInRefused ? '535 5.7.8 Authentication credentials invalid' : '235 2.7.0 Welcome');
      } else if (verb === 'MAIL') {
        begin(connection);
        fault = behaviour.mail(number, mailsHere++);
        const way = await act(connection, fault, 'mail');
        if (way === 'over') return;
        if (way === 'well') say(connection, '250 2.1.0 Sender ok');
      } else if (verb === 'RCPT') {
        const { current } = connection;
        if (!current) {
          say(connection, '503 5.5.1 MAIL first');
          continue;
        }
        const recipient = (/<([^>]*)>/.exec(line)?.[1] ?? '').toLowerCase();
        current.recipient = recipient;
        const attempt = (attempts.get(recipient) ?? 0) + 1;
        attempts.set(recipient, attempt);
        fault = behaviour.recipient(recipient, attempt);
        const way = await act(connection, fault, 'rcpt');
        if (way === 'over') return;
        if (way === 'well') say(connection, '250 2.1.5 Recipient ok');
      } else if (verb === 'DATA') {
        if (!(await takeMessage(connection, fault))) return;
      } else if (verb === 'QUIT') {
        say(connection, '221 2.0.0 Bye');
        return;
      } else {
        end(connection, 250);
        say(connection, '250 2.0.0 Ok');
      }
    }
  }

  function begin(connection: Connection): void {
    const transaction: Transaction = {
      worker: connection.worker,
      mailAt: performance.now(),
      recipient: null,
      dataAt: null,
      messageId: null,
      kept: false,
      reply: null,
      endedAt: null,
      fault: null,
    };
    transactions.push(transaction);
    connection.current = transaction;
  }

  /** @returns whether the conversation goes on */
  async function takeMessage(connection: Connection, fault: Fault | null): Promise<boolean> {
    const { input, current } = connection;
    if (!current?.recipient) {
      say(connection, '503 5.5.1 No valid recipients');
      return true;
    }
    if (fault?.at === 'data' && fault.kind !== 'cut') {
      const way = await act(connection, fault, 'data');
      if (way !== 'well') return way === 'refused';
    }
    current.dataAt = performance.now();
    say(connection, '354 Go on');
    if (fault?.at === 'data' && fault.kind === 'cut') {
      await input.some();
      await act(connection, fault, 'data');
      return false;
    }
    const message = await input.until('\r\n.\r\n');
    if (message === null) return false;
    current.messageId = /^message-id:\s*(<[^>]*>)/im.exec(message.toString('latin1', 0, 8192))?.[1] ?? null;
    const dropped =
      fault?.at === 'dot' && (fault.kind === 'refuse' || ('kept' in fault && fault.kept === false));
    current.kept = !dropped;
    if (current.kept) kept += 1;
    const way = await act(connection, fault, 'dot');
    if (way !== 'well') return way === 'refused';
    end(connection, 250);
    say(connection, '250 2.0.0 Kept');
    return true;
  }

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
      if (on) for (const { socket } of open) socket.destroy();
    },
    async goAway(ms) {
      misdeeds.set(NOT_THERE, (misdeeds.get(NOT_THERE) ?? 0) + 1);
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
