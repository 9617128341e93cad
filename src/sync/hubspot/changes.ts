import type { HubSpotApi, ListedRecord, Page } from './api.ts';
import type { CrmRecord, HubSpotType } from './mapping.ts';
import { gather, pagesAhead } from './paging.ts';

/** Records changed at or after `since`, in the order of their ids, about `size` at a time. */
export function changes(
  api: HubSpotApi,
  type: HubSpotType,
  since: Date,
  from: string | null,
  size: number,
): AsyncGenerator<Page<CrmRecord>> {
  const search = (after: string | null) => api.modified(type, since, after ?? '0');
  return gather(pagesAhead(search, from), size);
}

/** Ids archived at or after `since`, or at a time that HubSpot does not tell. Search never shows these. */
export async function* archivedIds(
  api: HubSpotApi,
  type: HubSpotType,
  since: Date,
  from: string | null,
): AsyncGenerator<{ ids: string[]; after: string | null }> {
  const pages = pagesAhead((cursor) => api.list(type, cursor, true), from);
  const recent = ({ archivedAt }: ListedRecord) => !archivedAt || !(archivedAt < since);
  for await (const { results, after } of gather(pages, 2000, recent)) {
    yield { ids: results.map(({ id }) => id), after };
  }
}
