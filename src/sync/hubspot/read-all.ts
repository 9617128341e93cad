import type { Problem } from '../port.ts';
import { BATCH_READ, type BatchRead, type HubSpotApi } from './api.ts';
import type { Unreadable } from './batch-answer.ts';
import type { HubSpotType } from './mapping.ts';
import { chunksOf, inParallel } from './paging.ts';

/** Any number of records by id, with so many calls under way at a time. Each comes once. */
export async function readAll(
  api: HubSpotApi,
  type: HubSpotType,
  ids: readonly string[],
  parallel: number,
): Promise<BatchRead> {
  const pages = await inParallel(chunksOf([...new Set(ids)], BATCH_READ), parallel, (chunk) =>
    api.read(type, chunk),
  );
  const records = pages.flatMap((page) => page.records);
  return {
    // two ids may lead to one record: an old one that was merged, and the one that lives on
    records: [...new Map(records.map((record) => [record.id, record])).values()],
    unreadable: pages.flatMap((page) => page.unreadable),
  };
}

/** @param record what it is called, e.g. `customer 4711` */
export function unreadableProblem(record: string, { why }: Pick<Unreadable, 'why'>): Problem {
  const message = `Skipped, the last known state stays. HubSpot could not read it (${why}).`;
  return { record, code: 'record_unreadable', message };
}
