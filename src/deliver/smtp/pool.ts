import type { Outcome } from '../outcome.ts';
import type { SmtpServer } from './server.ts';
import { type Mail, type ObservePhase, openSession, type Session } from './session.ts';

/** Sessions with nothing to do are ended after this long, in milliseconds. */
const IDLE = 15_000;

/** A mail's turn: its two last questions before it goes. */
export interface Turn {
  /** Asked when a connection is free, before MAIL FROM: whether the mail is still wanted. */
  wanted(): boolean;
  /** Asked after the 354, see `Session.transact`. */
  begin(): Promise<boolean>;
}

/** The connections of one process to one server. */
export interface Pool {
  send(mail: Mail, turn: Turn): Promise<Outcome>;
  /** Cuts every connection; what waits for one comes back as recalled. */
  abort(): void;
  close(): void;
}

export function openPool(server: SmtpServer, observe?: ObservePhase): Pool {
  const idle: { session: Session; timer: NodeJS.Timeout }[] = [];
  const busy = new Set<Session>();
  const line: (() => void)[] = [];
  const aborted = new AbortController();
  // every session that is being opened listens to it
  const { signal } = aborted;
  let taken = 0;
  let closed = false;

  /** A place at the server; whoever gets one gives it back with `leave`. */
  function enter(): Promise<void> {
    if (taken < server.connections) {
      taken += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => line.push(resolve));
  }
  function leave(): void {
    const next = line.shift();
    if (next) next();
    else taken -= 1;
  }

  function takeIdle(): Session | undefined {
    for (let place = idle.pop(); place; place = idle.pop()) {
      clearTimeout(place.timer);
      if (place.session.alive()) return place.session;
    }
    return undefined;
  }
  function keep(session: Session): void {
    if (!session.alive()) return;
    if (closed || signal.aborted || session.used >= server.perConnection) {
      session.close();
      return;
    }
    const place = { session, timer: setTimeout(() => end(), IDLE) };
    const end = () => {
      idle.splice(idle.indexOf(place), 1);
      session.close();
    };
    place.timer.unref();
    idle.push(place);
  }

  async function transact(session: Session, mail: Mail, begin: () => Promise<boolean>): Promise<Outcome> {
    busy.add(session);
    const outcome = await session.transact(mail, begin);
    busy.delete(session);
    // Cut off by ourselves: that was no try.
    return signal.aborted && outcome.kind === 'later' ? { kind: 'recalled' } : outcome;
  }

  /** The place is free for the next mail once its session is. Nobody waits for it. */
  async function done(session: Session | null): Promise<void> {
    if (session) {
      await session.tidy();
      keep(session);
    }
    leave();
  }

  return {
    async send(mail, turn) {
      await enter();
      let session: Session | null = null;
      try {
        for (;;) {
          const open = takeIdle();
          session = open ?? null;
          if (signal.aborted || !turn.wanted()) return { kind: 'recalled' };
          if (!session) {
            const opened = await openSession(server, { signal, observe });
            if ('failure' in opened) return signal.aborted ? { kind: 'recalled' } : opened.failure;
            session = opened.session;
            if (signal.aborted || !turn.wanted()) return { kind: 'recalled' };
          }
          let asked = false;
          const outcome = await transact(session, mail, () => {
            asked = true;
            return turn.begin();
          });
          if (!(open && !asked && isAboutTheConnection(outcome))) return outcome;
          // The server had ended a connection that was idle or used up: nothing was said about this mail.
          session.close('now');
          session = null;
        }
      } finally {
        void done(session);
      }
    },
    abort() {
      aborted.abort();
      for (const session of busy) session.close('now');
    },
    close() {
      closed = true;
      for (const { session, timer } of idle.splice(0)) {
        clearTimeout(timer);
        session.close();
      }
    },
  };
}

/** Hung up, or a 421 about the connection: "idle for too long", "too many messages on this connection". */
function isAboutTheConnection(outcome: Outcome): boolean {
  if (outcome.kind !== 'later') return false;
  return outcome.cause === 'dropped' || (outcome.cause === 'server' && outcome.response.startsWith('421'));
}
