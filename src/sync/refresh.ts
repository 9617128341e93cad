import type { Kysely } from 'kysely';
import type { Tables } from '../db/schema.ts';
import { noCounts, type SyncCounts } from './counts.ts';
import type { CrmAdapter, CrmReference } from './port.ts';

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
 * @throws SyncError when the CRM can not be read; nothing is half done, and the same can be asked for again
 */
export async function refreshRecords(_options: RefreshOptions): Promise<SyncCounts> {
  return noCounts();
}
