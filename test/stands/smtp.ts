import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** Steps of an SMTP conversation at which the stand can wait or hang up. */
export type SmtpPhase =
  | 'greeting'
  | 'mail'
  | 'rcpt'
  /** in the middle of the message */
  | 'data'
  /** the message has arrived, the answer is due */
  | 'answer';

/** A refusal: code 4xx or 5xx, text as it goes over the wire, e.g. "5.1.1 No such user". */
export interface SmtpRefusal {
  code: number;
  text: string;
}

export interface ReceivedMail {
  from: string;
  to: string[];
  raw: Buffer;
  receivedAt: Date;
  /** Whether the client was told 250. */
  accepted: boolean;
}

/** How the stand misbehaves; everything left out behaves well. */
export interface SmtpBehaviour {
  mail?: (from: string) => SmtpRefusal | undefined;
  rcpt?: (to: string) => SmtpRefusal | undefined;
  /** Answer after the whole message has arrived. */
  data?: (mail: ReceivedMail) => SmtpRefusal | undefined;
  /** Milliseconds to wait before going on. */
  delay?: (phase: SmtpPhase) => number;
  /** Hang up at this phase; `text` is the address for `mail` and `rcpt`, the first recipient after that. */
  drop?: (phase: SmtpPhase, text: string) => boolean;
  auth?: 'accept' | 'refuse';
}

export interface SmtpStand {
  url: string;
  port: number;
  /** Every mail whose last byte arrived, in this order, also those that were then refused or dropped. */
  received: ReceivedMail[];
  /** Connections there have been. */
  connections: number;
  /** Behaves like this from now on. */
  behave(behaviour: SmtpBehaviour): void;
  /** Hangs up on everybody and stops listening, at once. */
  kill(): Promise<void>;
  /** Listens again on the same port after `kill` or `stop`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

type Done = (error?: Error | null) => void;

/** A real SMTP server on a port of its own that keeps mails in memory and misbehaves on demand. */
export async function smtpStand(initial: SmtpBehaviour = {}): Promise<SmtpStand> {
  let behaviour = initial;
  let server: SMTPServer | undefined;
  let port = 0;

  const hangUp = (session: SMTPServerSession) => {
    for (const connection of server?.connections ?? []) {
      if (connection.id === session.id) connection._socket.destroy();
    }
  };
  /** Waits, then hangs up or answers. */
  const step = async (
    phase: SmtpPhase,
    session: SMTPServerSession,
    text: string,
    done: Done,
    refusal?: SmtpRefusal,
  ) => {
    const wait = behaviour.delay?.(phase) ?? 0;
    if (wait > 0) await sleep(wait);
    if (behaviour.drop?.(phase, text)) return hangUp(session);
    done(refusal ? Object.assign(new Error(refusal.text), { responseCode: refusal.code }) : null);
  };

  const create = () =>
    new SMTPServer({
      banner: 'stand',
      authOptional: true,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      disabledCommands: ['STARTTLS'],
      closeTimeout: 100,
      onConnect(session, done) {
        stand.connections++;
        void step('greeting', session, '', done);
      },
      onAuth(auth, _session, done) {
        if (behaviour.auth !== 'refuse') return done(null, { user: auth.username ?? 'user' });
        done(Object.assign(new Error('5.7.8 Authentication credentials invalid'), { responseCode: 535 }));
      },
      onMailFrom({ address }, session, done) {
        void step('mail', session, address, done, behaviour.mail?.(address));
      },
      onRcptTo({ address }, session, done) {
        void step('rcpt', session, address, done, behaviour.rcpt?.(address));
      },
      onData(stream, session, done) {
        const { mailFrom, rcptTo } = session.envelope;
        const to = rcptTo.map((recipient) => recipient.address);
        const chunks: Buffer[] = [];
        let cutOff = false;
        stream.once('data', () => {
          cutOff = behaviour.drop?.('data', to[0] ?? '') ?? false;
          if (cutOff) hangUp(session);
        });
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        // a connection that is cut off never ends the message, and nothing was received
        stream.on('error', () => {});
        stream.on('end', () => {
          if (cutOff) return;
          const from = mailFrom ? mailFrom.address : '';
          const mail = { from, to, raw: Buffer.concat(chunks), receivedAt: new Date(), accepted: false };
          const refusal = behaviour.data?.(mail);
          stand.received.push(mail);
          const answer: Done = (error) => {
            mail.accepted = !error;
            done(error ?? null);
          };
          void step('answer', session, to[0] ?? '', answer, refusal);
        });
      },
    });

  const stand: SmtpStand = {
    url: '',
    port: 0,
    received: [],
    connections: 0,
    behave(next) {
      behaviour = next;
    },
    async start() {
      if (server) return;
      server = create();
      server.on('error', () => {});
      server.listen(port, '127.0.0.1');
      await once(server.server, 'listening');
      port = (server.server.address() as { port: number }).port;
    },
    async stop() {
      const running = server;
      server = undefined;
      if (running) await new Promise<void>((resolve) => running.close(resolve));
    },
    async kill() {
      const running = server;
      if (!running) return;
      for (const connection of running.connections) connection._socket.destroy();
      await stand.stop();
    },
  };
  await stand.start();
  stand.port = port;
  stand.url = `smtp://127.0.0.1:${port}`;
  return stand;
}
