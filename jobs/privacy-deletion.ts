import { erasePerson } from '../src/erasure/erase.ts';
import { ErasureError } from '../src/erasure/person.ts';
import { PRIVACY_DELETION } from '../src/sync/hubspot/events.ts';
import type { ClaimedEvent, EventOutcome } from '../src/sync/inbox.ts';
import type { CrmAdapter } from '../src/sync/port.ts';
import type { JobTools } from './tools.ts';

type Tools = Pick<JobTools, 'db' | 'now' | 'log'>;

/** While a sync or a mail on its way is in between, an erasure is tried again after this long, in milliseconds. */
const BUSY_MS = 30_000;
/** The CRM's reads may show somebody for a while after it has said that they are deleted; all in milliseconds. */
const PATIENCE_MS = 24 * 3_600_000;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Whom the CRM has no more, of all that these events say were deleted for good: asked for in one go. Records that they
 * were merged into are asked for as well: whoever lives on in one of those is not gone.
 */
export async function forgottenCustomers(
  { db, signal }: Pick<JobTools, 'db' | 'signal'>,
  crm: CrmAdapter,
  events: readonly ClaimedEvent[],
): Promise<Set<string>> {
  const ids = [...new Set(events.flatMap(deletedIn))];
  if (ids.length === 0 || !crm.forgotten) return new Set();
  const merges = await db
    .selectFrom('customer_merges')
    .select(['id', 'into_id'])
    .where('id', 'in', ids)
    .execute();
  const survivors = new Map(merges.map(({ id, into_id }) => [id, into_id]));
  const forgotten = await crm.forgotten([...new Set([...ids, ...survivors.values()])], signal);
  return new Set(ids.filter((id) => forgotten.has(id) && forgotten.has(survivors.get(id) ?? id)));
}

/**
 * Somebody who was deleted for good in the CRM (GDPR Art. 17) is erased here, too. An event alone is not enough: an app
 * can be installed in other accounts, whose ids mean other people here.
 * @param forgotten whom the CRM says it has no more
 * @returns a date: look again then
 */
export async function followDeletion(
  { db, now, log }: Tools,
  event: ClaimedEvent,
  forgotten: ReadonlySet<string>,
): Promise<EventOutcome | Date> {
  const ids = deletedIn(event);
  let outcome: EventOutcome = 'refreshed';
  for (const id of ids.filter((each) => forgotten.has(each))) {
    try {
      if ((await erasePerson(db, id, now())) === null) continue;
    } catch (error) {
      if (error instanceof ErasureError) return new Date(now().getTime() + BUSY_MS);
      throw error;
    }
    outcome = 'erased';
    log(`Customer ${id} was deleted for good in the CRM, and is erased here.`, { customer: id });
  }
  const kept = ids.filter((id) => !forgotten.has(id));
  if (kept.length === 0) return outcome;
  const again = nextLook(event.receivedAt, now());
  if (again) return again;
  for (const id of kept) {
    log(
      `The CRM reported customer ${id} as deleted for good, but a day later it still has them: not erased. ` +
        `If they are to be: spielbein customer erase ${id}`,
      { level: 'warn', customer: id },
    );
  }
  return outcome;
}

/** Pauses grow with the time that has gone by; null: it has been long enough. */
function nextLook(receivedAt: Date, now: Date): Date | null {
  const waited = now.getTime() - receivedAt.getTime();
  if (waited >= PATIENCE_MS) return null;
  const pause = Math.min(Math.max(waited, FIRST_PAUSE_MS), LONGEST_PAUSE_MS, PATIENCE_MS - waited);
  return new Date(now.getTime() + pause);
}

const deletedIn = ({ kind, records }: ClaimedEvent): string[] =>
  kind === PRIVACY_DELETION ? records.flatMap(({ type, id }) => (type === 'contacts' ? [id] : [])) : [];
