import type { Kysely } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { type ClaimedEvent, claimEvents, type EventOutcome, putOff, settleEvents, splitUp } from './inbox.ts';
import { type CrmReference, SyncError } from './port.ts';

/** @template Seen what a refresh tells besides, for `afterwards` */
export interface WorkOffOptions<Seen = unknown> {
  db: Kysely<Tables>;
  now: () => Date;
  signal: AbortSignal;
  /** Reads these records again and stores them; they are what these events name, each once. */
  refresh: (references: readonly CrmReference[], events: readonly ClaimedEvent[]) => Promise<Seen>;
  /** Whether the CRM can be read at all at this moment, single records apart. */
  crmAnswers: () => Promise<boolean>;
  /** Does what else an event asks for, now that its records are read. A date: that can't be done before. */
  afterwards: (event: ClaimedEvent, seen: Seen) => Promise<EventOutcome | Date>;
  /** Told of an event that is given up. */
  givenUp: (event: ClaimedEvent, error: unknown) => void;
}

/** When the CRM can't be read, it is tried again after this long, in milliseconds. */
const LATER_MS = 30_000;
/** An event that fails alone is tried again after one minute, then two, four … an hour; at last it is given up. */
const AGAIN_MS = 60_000;
const LONGEST_MS = 3_600_000;
const TRIES = 12;

/**
 * Works off what waits in the inbox, group by group, until nothing is due. Several processes may do so at the same time.
 * An event that can't be followed does not hold up the others: its group is halved until it is alone.
 * @returns how many events were worked off
 * @throws what the CRM says when it can't be read at all; the events wait
 */
export async function workOffEvents<Seen>(options: WorkOffOptions<Seen>): Promise<number> {
  const { db, now, signal } = options;
  for (let done = 0; ; ) {
    const events = signal.aborted ? [] : await claimEvents(db, now());
    if (events.length === 0) return done;
    let seen: Seen;
    try {
      seen = await options.refresh(referencesOf(events), events);
    } catch (error) {
      await afterFailure(options, events, error);
      continue;
    }
    for (const [outcome, settled] of await outcomesOf(options, events, seen)) {
      await settleEvents(db, settled, outcome, now());
      done += settled.length;
    }
  }
}

/** What a group names, each record once: one purchase is told of by several events. */
function referencesOf(events: readonly ClaimedEvent[]): CrmReference[] {
  const records = events.flatMap((event) => event.records);
  return [...new Map(records.map((record) => [`${record.type} ${record.id}`, record])).values()];
}

async function outcomesOf<Seen>(
  options: WorkOffOptions<Seen>,
  events: readonly ClaimedEvent[],
  seen: Seen,
): Promise<Map<EventOutcome, ClaimedEvent[]>> {
  const outcomes = new Map<EventOutcome, ClaimedEvent[]>();
  for (const event of events) {
    try {
      const outcome = await options.afterwards(event, seen);
      if (outcome instanceof Date) await putOff(options.db, [event], outcome);
      else outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), event]);
    } catch (error) {
      await afterFailure(options, [event], error);
    }
  }
  return outcomes;
}

async function afterFailure<Seen>(
  options: WorkOffOptions<Seen>,
  events: readonly ClaimedEvent[],
  error: unknown,
): Promise<void> {
  const { db, now, signal, crmAnswers, givenUp } = options;
  if (signal.aborted) return await putOff(db, events, now());
  if (await isNobodysFault(error, crmAnswers)) {
    await putOff(db, events, new Date(now().getTime() + LATER_MS));
    throw error;
  }
  const [first] = events;
  if (events.length === 1 && first && first.tries + 1 >= TRIES) {
    await settleEvents(db, events, 'failed', now());
    givenUp(first, error);
    return;
  }
  const wait = Math.min(AGAIN_MS * 2 ** (first?.tries ?? 0), LONGEST_MS);
  await splitUp(db, events, new Date(now().getTime() + wait));
}

/** A failure that would have met any record, so no event is to blame: access, settings, limits, the CRM is away. */
async function isNobodysFault(error: unknown, crmAnswers: () => Promise<boolean>): Promise<boolean> {
  if (error instanceof SyncError && !error.ofRecords) return true;
  // some records alone can make the CRM break or fall silent
  return !(await crmAnswers());
}
