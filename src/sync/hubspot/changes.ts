import type { Known } from '../port.ts';
import type { HubSpotApi, ListedRecord, Page } from './api.ts';
import type { HubSpotType } from './mapping.ts';
import { gather, pagesAhead } from './paging.ts';

/** Ids of records changed at or after `since`, in their order, about `size` at a time. */
export function changedIds(
  api: HubSpotApi,
  type: HubSpotType,
  since: Date,
  from: string | null,
  size: number,
): AsyncGenerator<Page<string>> {
  const search = (after: string | null) => api.modified(type, since, after ?? '0');
  return gather(pagesAhead(search, from), size);
}

/** Archived records, and when the first of them were asked for. */
export interface Archived extends Page<ListedRecord> {
  askedAt: Date;
}

/** Archived records, as far back as HubSpot keeps them (90 days). Search never shows these. */
export async function* archivedRecords(
  api: HubSpotApi,
  known: Pick<Known, 'clock'>,
  type: HubSpotType,
  from: string | null,
): AsyncGenerator<Archived> {
  const page = async (cursor: string | null): Promise<Archived> => {
    const askedAt = known.clock();
    return { ...(await api.list(type, cursor, true)), askedAt };
  };
  for await (const { results, after, first } of gather(pagesAhead(page, from), 2000)) {
    yield { results, after, askedAt: first.askedAt };
  }
}
