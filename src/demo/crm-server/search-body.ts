import { z } from 'zod';
import { invalid } from './errors.ts';
import { filterSchema } from './search-filter.ts';
import { parse } from './shapes.ts';

/** Limits of a search: https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm */
const MOST_RESULTS = 10_000;
const MOST_CHARACTERS = 3000;

const schema = z.object({
  filterGroups: z
    .array(z.object({ filters: z.array(filterSchema).max(6, 'at most 6 filters in a group') }))
    .max(5, 'at most 5 filter groups')
    .refine((groups) => groups.flatMap(({ filters }) => filters).length <= 18, 'at most 18 filters')
    .default([]),
  sorts: z.array(z.unknown()).max(1, 'at most one sort').default([]),
  query: z.string().max(MOST_CHARACTERS, `at most ${MOST_CHARACTERS} characters`).optional(),
  properties: z.array(z.string()).default([]),
  limit: z.coerce.number().int().min(0).max(200).default(10),
  after: z
    .union([z.string(), z.number()])
    .default(0)
    .transform((after) => (after === '' ? 0 : Number(after)))
    .refine((after) => Number.isSafeInteger(after) && after >= 0, 'must be the number of results to skip'),
});

/**
 * Reads the body of a search.
 * @throws CrmError 400 for what HubSpot refuses, a body that is too long and a page past 10,000 results included
 */
export function searchFrom(given: unknown): z.infer<typeof schema> {
  if (JSON.stringify(given ?? {}).length > MOST_CHARACTERS) {
    throw invalid(`The body of a search may have at most ${MOST_CHARACTERS} characters.`);
  }
  const search = parse(schema, given);
  if (search.after + search.limit > MOST_RESULTS) {
    throw invalid('No more than 10,000 results can be paged through.');
  }
  return search;
}
