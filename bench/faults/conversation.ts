import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Input } from './input.ts';
import type { Behaviour, Fault } from './misbehaviour.ts';
import type { Transaction } from './transaction.ts';

/** One client on the line. */
export interface Connection {
  /** Counted from 0; every other connection offers PIPELINING. */
  number: number;
  socket: Socket;
  input: Input;
  /** The name by which it greeted. */
  worker: string;
  current: Transaction | null;
}

/** What a conversation asks of its server, and tells it. */
export interface Host {
  behaviour(): Behaviour;
  signInRefused(): boolean;
  /** Counts this try at a recipient. @returns which one it is, from 1 */
  attempt(recipient: string): number;
  began(transaction: Transaction): void;
  misbehaved(name: string): void;
  kept(): void;
}

export const WRONG_PASSWORD = 'refuses the password';

/** How the conversation goes on after a step. */
type Way = 'well' | 'refused' | 'over';

/** Talks to one client until either side has had enough. Whoever calls closes the connection. */
export async function converse(connection: Connection, host: Host): Promise<void> {
  const { input, number } = connection;
  const trouble = host.behaviour().connection(number);
  let mailsHere = 0;
  let fault: Fault | null = null;
  if ((await act(connection, host, trouble, 'greeting')) !== 'well') return;
  say(connection, '220 faults.test ESMTP');
  for (;;) {
    const line = (await input.until('\r\n'))?.toString('latin1');
    if (line === undefined) return;
    let way: Way = 'well';
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
        connection.worker = line.slice(5);
        way = await act(connection, host, trouble, 'ehlo');
        if (way === 'well') sayOffers(connection, trouble?.at === 'starttls');
        break;
      case 'STAR':
        way = await startTls(connection, host, trouble);
        break;
      case 'AUTH':
        way = await act(connection, host, trouble, 'auth');
        if (way === 'well') signIn(connection, host);
        break;
      case 'MAIL':
        begin(connection, host);
        fault = host.behaviour().mail(number, mailsHere++);
        way = await act(connection, host, fault, 'mail');
        if (way === 'well') say(connection, '250 2.1.0 Sender ok');
        break;
      case 'RCPT':
        if (!connection.current) {
          say(connection, '503 5.5.1 MAIL first');
          break;
        }
        fault = meet(connection.current, host, line);
        way = await act(connection, host, fault, 'rcpt');
        if (way === 'well') say(connection, '250 2.1.5 Recipient ok');
        break;
      case 'DATA':
        way = await takeMessage(connection, host, fault);
        break;
      case 'QUIT':
        say(connection, '221 2.0.0 Bye');
        return;
      default:
        endTransaction(connection, 250);
        say(connection, '250 2.0.0 Ok');
    }
    if (way === 'over') return;
  }
}

/** The last answer was given, or (null) there will be none. */
export function endTransaction(connection: Connection, reply: number | null): void {
  const { current } = connection;
  if (!current) return;
  current.reply = reply;
  current.endedAt = performance.now();
  connection.current = null;
}

function say({ socket }: Connection, line: string): void {
  if (socket.writable) socket.write(`${line}\r\n`);
}

function sayOffers(connection: Connection, startTls: boolean): void {
  const offers = ['faults.test', 'AUTH PLAIN', '8BITMIME', 'ENHANCEDSTATUSCODES'];
  if (connection.number % 2 === 1) offers.push('PIPELINING');
  if (startTls) offers.push('STARTTLS');
  offers.forEach((offer, i) => {
    say(connection, `250${i < offers.length - 1 ? '-' : ' '}${offer}`);
  });
}

/** Only offered to fail. */
async function startTls(connection: Connection, host: Host, trouble: Fault | null): Promise<Way> {
  if (trouble?.kind !== 'refuse') {
    say(connection, '220 2.0.0 Go ahead');
    await connection.input.some();
  }
  return act(connection, host, trouble, 'starttls');
}

function signIn(connection: Connection, host: Host): void {
  const refused = host.signInRefused();
  if (refused) host.misbehaved(WRONG_PASSWORD);
  say(connection, refused ? '535 5.7.8 Authentication credentials invalid' : '235 2.7.0 Welcome');
}

function begin(connection: Connection, host: Host): void {
  connection.current = {
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
  host.began(connection.current);
}

function meet(current: Transaction, host: Host, line: string): Fault | null {
  const recipient = (/<([^>]*)>/.exec(line)?.[1] ?? '').toLowerCase();
  current.recipient = recipient;
  return host.behaviour().recipient(recipient, host.attempt(recipient));
}

async function takeMessage(connection: Connection, host: Host, fault: Fault | null): Promise<Way> {
  const { input, current } = connection;
  if (!current?.recipient) {
    say(connection, '503 5.5.1 No valid recipients');
    return 'refused';
  }
  const inMidMessage = fault?.at === 'data' && fault.kind === 'cut';
  if (!inMidMessage) {
    const way = await act(connection, host, fault, 'data');
    if (way !== 'well') return way;
  }
  current.dataAt = performance.now();
  say(connection, '354 Go on');
  if (inMidMessage) {
    await input.some();
    return act(connection, host, fault, 'data');
  }
  const message = await input.until('\r\n.\r\n');
  if (message === null) return 'over';
  current.messageId = /^message-id:\s*(<[^>]*>)/im.exec(message.toString('latin1', 0, 8192))?.[1] ?? null;
  current.kept = !(fault?.at === 'dot' && drops(fault));
  if (current.kept) host.kept();
  const way = await act(connection, host, fault, 'dot');
  if (way !== 'well') return way;
  endTransaction(connection, 250);
  say(connection, '250 2.0.0 Kept');
  return 'well';
}

function drops(fault: Fault): boolean {
  return fault.kind === 'refuse' || ((fault.kind === 'cut' || fault.kind === 'silent') && !fault.kept);
}

/** Misbehaves if this is the step for it. */
async function act(connection: Connection, host: Host, fault: Fault | null, at: Fault['at']): Promise<Way> {
  if (fault?.at !== at) return 'well';
  host.misbehaved(fault.name);
  if (connection.current) connection.current.fault = fault;
  switch (fault.kind) {
    case 'slow':
      await Promise.race([sleep(fault.ms), connection.input.ended()]);
      return connection.socket.destroyed ? 'over' : 'well';
    case 'refuse':
      endTransaction(connection, Number(fault.reply.slice(0, 3)));
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
