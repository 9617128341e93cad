import type { ListedRecord, Page } from './api.ts';
import { type HubSpotApi, SEARCH_PAGE } from './api.ts';
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
  const search = async (after: string | null) => {
    const results = await api.modified(type, since, after ?? '0');
    // a page that is not full is the last one: the search goes on by id, not by page
    return { results, after: results.length < SEARCH_PAGE ? null : (results.at(-1)?.id ?? null) };
  };
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
