import type { Kysely } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { type ClaimedEvent, claimEvents, type EventOutcome, putOff, settleEvents, splitUp } from './inbox.ts';
import { type CrmReference, SyncError } from './port.ts';

export interface WorkOffOptions {
  db: Kysely<Tables>;
  now: () => Date;
  signal: AbortSignal;
  /** Reads these records again and stores them. */
  refresh: (references: readonly CrmReference[]) => Promise<void>;
  /** Whether the CRM can be read at all at this moment, single records apart. */
  crmAnswers: () => Promise<boolean>;
  /** Does what else an event asks for, now that its records are read; `later`: that can't be done yet. */
  afterwards: (event: ClaimedEvent) => Promise<EventOutcome | 'later'>;
  /** Told of an event that is given up. */
  givenUp: (event: ClaimedEvent, error: unknown) => void;
}

/** What can't be done now is tried again after this long, in milliseconds. */
const LATER_MS = 30_000;
/** An event that fails alone is tried again after one minute, then two, four … an hour; at last it is given up. */
const AGAIN_MS = 60_000;
const LONGEST_MS = 3_600_000;
const TRIES = 12;

/** Failures that would have met any record, so no event is to blame. */
const NOBODYS_FAULT: ReadonlySet<string> = new Set([
  'crm_unreachable',
  'crm_token_refused',
  'crm_rate_limit',
  'crm_daily_limit',
  'crm_daily_budget',
  'crm_moving',
  'not_hubspot',
  'refresh_unknown',
]);

/**
 * Works off what waits in the inbox, group by group, until nothing is due. Several processes may do so at the same time.
 * An event that can't be followed does not hold up the others: its group is halved until it is alone.
 * @returns how many events were worked off
 * @throws what the CRM says when it can't be read at all; the events wait
 */
export async function workOffEvents(options: WorkOffOptions): Promise<number> {
  const { db, now, signal } = options;
  for (let done = 0; ; ) {
    const events = signal.aborted ? [] : await claimEvents(db, now());
    if (events.length === 0) return done;
    try {
      await options.refresh(referencesOf(events));
    } catch (error) {
      await afterFailure(options, events, error);
      continue;
    }
    for (const [outcome, settled] of await outcomesOf(options, events)) {
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

async function outcomesOf(
  options: WorkOffOptions,
  events: readonly ClaimedEvent[],
): Promise<Map<EventOutcome, ClaimedEvent[]>> {
  const { db, now } = options;
  const outcomes = new Map<EventOutcome, ClaimedEvent[]>();
  for (const event of events) {
    try {
      const outcome = await options.afterwards(event);
      if (outcome === 'later') await putOff(db, [event], new Date(now().getTime() + LATER_MS));
      else outcomes.set(outcome, [...(outcomes.get(outcome) ?? []), event]);
    } catch (error) {
      await afterFailure(options, [event], error);
    }
  }
  return outcomes;
}

async function afterFailure(
  options: WorkOffOptions,
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

async function isNobodysFault(error: unknown, crmAnswers: () => Promise<boolean>): Promise<boolean> {
  if (!(error instanceof SyncError)) return false;
  // some records alone can make the CRM break or fall silent
  return NOBODYS_FAULT.has(error.code) || (error.retryable && !(await crmAnswers()));
}
