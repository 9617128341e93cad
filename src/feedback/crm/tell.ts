import type { Database } from '../../db/connect.ts';
import { type ConsentAnswer, type ConsentDesk, SyncError } from '../../sync/port.ts';
import {
  dropOvertaken,
  forgetTakeBack,
  nextObjections,
  nextTakeBacks,
  noteAnswer,
  noteBefore,
  type Objection,
  settleWithoutCalls,
} from './outbox.ts';

/**
 * Calls are for syncs, too: so many fresh objections in one go, and so many of those that have waited long already.
 * A go begins every ten seconds, so a long list takes at most 43,200 calls a day.
 */
const FRESH = 25;
const OTHERS = 5;

/** What came of one go. */
export interface Telling {
  /** How many objections ended in each way. */
  objections: Record<ConsentAnswer['outcome'], number>;
  /** The CRM's words when it refused an objection; the last ones. */
  refusal: string | null;
  takenBack: number;
  /** What was taken back but stands in the CRM: for a person to mend. */
  notTakenBack: { customers: string[]; message: string }[];
}

/**
 * Tells the CRM what people said about mail here: what they object to, then what they took back, so that nothing that
 * can't be taken back holds up an objection. Of one address only the last word is told. Dies at any point without harm;
 * one process at a time may do this.
 * @throws SyncError when the CRM can't be told anything now; what it was told until then is written down
 */
export async function tellCrm(options: {
  db: Database;
  desk: ConsentDesk;
  /** The customers' source. */
  source: string;
  now: () => Date;
  signal: AbortSignal;
}): Promise<Telling> {
  const { db, desk, source, now, signal } = options;
  const telling: Telling = {
    objections: { told: 0, known: 0, no_address: 0, refused: 0 },
    refusal: null,
    takenBack: 0,
    notTakenBack: [],
  };
  const alone = oneByOne();
  await dropOvertaken(db);
  await settleWithoutCalls(db, source, now());
  for (const objection of await nextObjections(db, { source, now: now(), fresh: FRESH, others: OTHERS })) {
    signal.throwIfAborted();
    const answer = await alone(() => tellOne(db, desk, objection));
    if (answer === null) continue;
    await noteAnswer(db, objection, answer, now());
    telling.objections[answer.outcome] += 1;
    if (answer.outcome === 'refused') telling.refusal = answer.message;
  }
  for (const { address, before, customers } of await nextTakeBacks(db, FRESH)) {
    signal.throwIfAborted();
    const answer = await alone(() => desk.takeBack(address, before));
    // not refused, only not possible now: it stays for the next go
    if ('broke' in answer) continue;
    if (answer.outcome === 'refused') telling.notTakenBack.push({ customers, message: answer.message });
    else telling.takenBack += 1;
    await forgetTakeBack(db, address);
  }
  return telling;
}

interface Broke {
  outcome: 'refused';
  message: string;
  broke: true;
}

/** So many failures in a row are the CRM's and not an address's. */
const IN_A_ROW = 3;

/**
 * One address that makes the CRM break must not hold up the others: it counts as refused, to be tried again later.
 * @throws what concerns the whole account, and the third failure in a row
 */
function oneByOne() {
  let failed = 0;
  return async <T>(work: () => Promise<T>): Promise<T | Broke> => {
    try {
      const answer = await work();
      failed = 0;
      return answer;
    } catch (error) {
      if (!(error instanceof SyncError) || !error.ofRecords || ++failed >= IN_A_ROW) throw error;
      return { outcome: 'refused', message: error.message, broke: true };
    }
  };
}

/** Null: the person has taken it back in the last moment. */
async function tellOne(db: Database, desk: ConsentDesk, objection: Objection): Promise<ConsentAnswer | null> {
  const { address, hash, undoable, tried } = objection;
  if (undoable && !tried) {
    const before = await desk.before(address);
    if (before === null) return { outcome: 'known' };
    if (!(await noteBefore(db, hash, before))) return null;
  }
  const answer = await desk.optOut(address);
  // it may know by an earlier try whose answer was lost
  return tried && answer.outcome === 'known' ? { outcome: 'told' } : answer;
}
