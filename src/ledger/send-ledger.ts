import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/connect.ts';
import { batched } from './batched.ts';
import { type Beginning, beginSends } from './begin.ts';
import { type Settlement, settleSends } from './settle.ts';
import type { WorkerLock } from './worker-lock.ts';

/** A worker's pen: everything it writes about mails on their way, many at a time. */
export interface SendLedger {
  /** Asks whether a mail may leave; when it may, it is `sending`, durably. @throws when the database is away */
  begin(beginning: Beginning): Promise<boolean>;
  /** Writes down how a try ended. Waits for a database that is away: only this worker knows. */
  settle(settlement: Settlement): Promise<void>;
}

/** Pauses between tries to settle, in milliseconds; the last one repeats. */
const PAUSES = [200, 500, 1000, 3000, 5000];
/** The mail has gone and its connection has the next one: how it ended can wait this long for others, in milliseconds. */
const GATHER = { gather: 15 };
/** A process that was told to stop waits this long for its database, then leaves the rest in doubt. */
const LAST_WAIT = 20_000;

/**
 * Durable writes of one worker, in group commits: two for a mail that is sent, each shared with whatever else is
 * on its way at the moment.
 */
export function openSendLedger(given: {
  db: Database;
  worker: WorkerLock;
  now: () => Date;
  log?: ((line: string) => void) | undefined;
  signal?: AbortSignal | undefined;
}): SendLedger {
  const { db, worker, now, signal } = given;
  const log = given.log ?? (() => {});
  let stoppedAt: number | null = null;
  signal?.addEventListener('abort', () => {
    stoppedAt = Date.now();
  });

  /** Writes them together, waiting for a database that is away. @throws when it is the data that can't be written */
  async function write(settlements: Settlement[]): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        return await settleSends(db, settlements, worker.number, now());
      } catch (error) {
        if (isAboutTheData(error) || (stoppedAt !== null && Date.now() - stoppedAt > LAST_WAIT)) throw error;
        log(`${settlements.length} sends can’t be settled yet, trying again: ${(error as Error).message}`);
        await sleep(PAUSES[Math.min(tries, PAUSES.length - 1)]);
      }
    }
  }

  /** One row that can't be written must not keep the others from it: it is held for a person, in plain words. */
  async function writeAlone(settlement: Settlement): Promise<undefined | Error> {
    try {
      await write([settlement]);
    } catch (error) {
      if (!isAboutTheData(error)) return error as Error;
      const { id, messageId, address, begun } = settlement;
      const detail = `It was ${settlement.kind}, but the server's answer could not be written down.`;
      await write([{ id, messageId, address, begun, kind: 'in_doubt', detail }]).catch(() => {});
      return error as Error;
    }
    return undefined;
  }

  return {
    begin: batched(async (beginnings: Beginning[]) => {
      try {
        const begun = await beginSends(db, beginnings, worker.number, now());
        // The same send twice in one batch (a job that stalled, and its second life): the first one has it.
        return beginnings.map((b) => begun.delete(b.id));
      } catch (error) {
        if (beginnings.length === 1 || !isBlocked(error)) throw error;
      }
      // Somebody holds one of the addresses: the others need not wait for it.
      return Promise.all(
        beginnings.map((b) =>
          beginSends(db, [b], worker.number, now()).then(
            (begun) => begun.has(b.id),
            (error: Error) => error,
          ),
        ),
      );
    }),
    settle: batched(async (settlements: Settlement[]) => {
      try {
        await write(settlements);
        return settlements.map(() => undefined);
      } catch (error) {
        if (!isAboutTheData(error)) throw error;
        return Promise.all(settlements.map(writeAlone));
      }
    }, GATHER),
  };
}

/** SQLSTATE classes 22 and 23: the data, not the connection or the server, is what is wrong. */
function isAboutTheData(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^2[23]\w{3}$/.test(code);
}

/** lock_not_available or deadlock_detected: somebody else has what we want. */
function isBlocked(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === '55P03' || code === '40P01';
}
