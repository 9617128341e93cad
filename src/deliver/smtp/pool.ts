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
  let taken = 0;
  let aborted = false;
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
    if (closed || aborted || session.used >= server.perConnection) {
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

  async function transact(session: Session, mail: Mail, turn: Turn): Promise<Outcome> {
    busy.add(session);
    try {
      const outcome = await session.transact(mail, () => turn.begin());
      // Cut off by ourselves: that was no try.
      return aborted && outcome.kind === 'later' ? { kind: 'recalled' } : outcome;
    } finally {
      busy.delete(session);
      keep(session);
    }
  }

  return {
    async send(mail, turn) {
      await enter();
      try {
        const open = takeIdle();
        if (open) {
          if (aborted || !turn.wanted()) {
            keep(open);
            return { kind: 'recalled' };
          }
          const outcome = await transact(open, mail, turn);
          // The server had hung up on an idle connection: nothing was said about this mail, so a new one is tried.
          const stale =
            outcome.kind === 'later' && outcome.status === null && !/^\d{3}/.test(outcome.response);
          if (!stale) return outcome;
        }
        if (aborted || !turn.wanted()) return { kind: 'recalled' };
        const opened = await openSession(server, observe);
        if ('failure' in opened) return opened.failure;
        if (aborted || !turn.wanted()) {
          keep(opened.session);
          return { kind: 'recalled' };
        }
        return await transact(opened.session, mail, turn);
      } finally {
        leave();
      }
    },
    abort() {
      aborted = true;
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
