import type { HubSpotApi, Page } from './api.ts';
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

/** Ids of archived records, as far back as HubSpot keeps them (90 days). Search never shows these. */
export async function* archivedIds(
  api: HubSpotApi,
  type: HubSpotType,
  from: string | null,
): AsyncGenerator<Page<string>> {
  const pages = pagesAhead((cursor) => api.list(type, cursor, true), from);
  for await (const { results, after } of gather(pages, 2000)) {
    yield { results: results.map(({ id }) => id), after };
  }
}
