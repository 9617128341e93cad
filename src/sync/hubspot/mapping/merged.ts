import type { Merge } from '../../port.ts';
import { type CrmRecord, property } from './records.ts';

/** Holds the ids of records that were merged into this one, of whatever type, separated by semicolons. */
export const MERGED_IDS = 'hs_merged_object_ids';

/**
 * Ids that were merged into this record: they vanish from the CRM without being archived. Of an archived record, too:
 * who was merged into it is gone with it.
 */
export function mergedIds(record: CrmRecord): string[] {
  return (property(record, MERGED_IDS) ?? '').split(/[;,\s]+/).filter((id) => id !== '' && id !== record.id);
}

/** The same as merges. */
export const mergesOf = (record: CrmRecord): Merge[] =>
  mergedIds(record).map((id) => ({ id, into: record.id }));
