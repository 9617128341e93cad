import type { Kysely } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { addCounts, noCounts, type SyncCounts } from './counts.ts';
import { knownOf } from './known.ts';
import { type CrmAdapter, type CrmReference, SyncError } from './port.ts';
import { storeBatch } from './store.ts';

export interface RefreshOptions {
  db: Kysely<Tables>;
  crm: CrmAdapter;
  references: readonly CrmReference[];
  now: () => Date;
  signal: AbortSignal;
}

/**
 * Reads some records of the CRM, with what hangs on them, and stores them as they are now: at once, whether or not a
 * sync is under way. Answers that were asked for earlier do not undo it.
 * @returns what changed
 * @throws SyncError when the CRM can not be read, or only as a whole (`refresh_unknown`); what was read until then is
 *   stored, and the same can be asked for again
 */
export async function refreshRecords(options: RefreshOptions): Promise<SyncCounts> {
  const { db, crm, references, now, signal } = options;
  if (!crm.refresh) {
    throw new SyncError(
      'refresh_unknown',
      `${crm.source} can only be read as a whole, not record by record.`,
    );
  }
  let counts = noCounts();
  if (references.length === 0) return counts;
  const known = await knownOf(db, crm.source);
  for await (const batch of crm.refresh(references, { ...known, signal })) {
    const { written, problems } = await db
      .transaction()
      .execute((trx) => storeBatch(trx, crm.source, batch, { now: now(), guarded: false }));
    counts = addCounts(counts, batch.object, written, problems);
  }
  return counts;
}
