import type { SyncContext } from '../port.ts';
import type { SyncObject } from '../rows.ts';
import { isSwitchedOff } from './availability.ts';
import { type Archived, archivedRecords, changedIds } from './changes.ts';
import { owners, ROWS } from './full.ts';
import { mergesOf } from './mapping/merged.ts';
import { type HubSpotType, PARENT_NAME, PARENT_TYPES, type ParentType } from './mapping.ts';
import type { Chunk, Phase } from './phases.ts';
import {
  freshCatalogue,
  freshContacts,
  freshParents,
  purchasesOf,
  purchasesOfLines,
  type Reader,
} from './reader.ts';

/** Deals, orders or line items looked at in one chunk. */
const AT_ONCE = 600;

type Batches = Chunk['batches'];

/**
 * What changed since the cursors. Search names the records, and they are read by their ids, because the index lags.
 * Line items are searched as well: it is not known whether a change of one marks its deal as changed.
 *
 * Search never shows archived records. Their lists are read too when the sync is thorough: they are not in the order of
 * time, so they cost as many calls as there are pages. What leaves no trace at all (an association made between two
 * old records, a record restored, values that HubSpot calculates) is found by webhooks and by the slow comparison.
 */
export function incrementalPhases(reader: Reader, context: Pick<SyncContext, 'since' | 'thorough'>): Phase[] {
  const since = (object: SyncObject) => context.since[object] ?? new Date(0);
  const { api } = reader;
  const changed = (
    name: string,
    type: HubSpotType,
    object: SyncObject,
    read: (ids: string[]) => Promise<Batches>,
    completes: boolean,
  ): Phase => ({
    name,
    async *read(from) {
      const size = object === 'purchases' ? AT_ONCE : ROWS;
      for await (const { results, after } of changedIds(api, type, since(object), from, size)) {
        const batches = results.length > 0 ? await read(results) : [];
        yield { batches: ended(batches, object, completes && after === null), after };
      }
    },
  });
  const archived = (
    type: HubSpotType,
    object: SyncObject,
    read: (found: Archived) => Batches | Promise<Batches>,
  ): Phase => ({
    name: `archived-${type}`,
    async *read(from) {
      for await (const found of archivedRecords(api, reader.known, type, from)) {
        const batches = found.results.length > 0 ? await read(found) : [];
        yield { batches: ended(batches, object, false), after: found.after };
      }
    },
  });
  const gone = (object: 'companies' | 'products' | 'customers', { results, askedAt }: Archived): Batches => [
    {
      object,
      rows: [],
      gone: results.map(({ id }) => id),
      ...(object === 'customers' ? { merged: results.flatMap(mergesOf) } : {}),
      askedAt,
    },
  ];

  const phases: Phase[] = [
    changed(
      'companies',
      'companies',
      'companies',
      async (ids) => [await freshCatalogue(reader, 'companies', ids)],
      true,
    ),
    changed(
      'products',
      'products',
      'products',
      async (ids) => [await freshCatalogue(reader, 'products', ids)],
      true,
    ),
    changed('customers', 'contacts', 'customers', (ids) => freshContacts(reader, ids), true),
    ...PARENT_TYPES.map((type) =>
      whereReadable(
        reader,
        type,
        changed(type, type, 'purchases', (ids) => freshParents(reader, type, ids), false),
      ),
    ),
    changed('line-items', 'line_items', 'purchases', (ids) => purchasesOf(reader, 'line_items', ids), true),
  ];
  if (!context.thorough) return phases;
  return [
    { name: 'owners', read: (from) => owners(reader, from) },
    ...phases,
    archived('companies', 'companies', (found) => gone('companies', found)),
    archived('products', 'products', (found) => gone('products', found)),
    archived('contacts', 'customers', (found) => gone('customers', found)),
    ...PARENT_TYPES.map((type) =>
      whereReadable(
        reader,
        type,
        archived(type, 'purchases', ({ results, askedAt }) => [
          {
            object: 'purchases',
            rows: [],
            parents: results.map(({ id }) => `${PARENT_NAME[type]}-${id}`),
            askedAt,
          },
        ]),
      ),
    ),
    archived('line_items', 'purchases', ({ results }) =>
      purchasesOfLines(
        reader,
        results.map(({ id }) => id),
      ),
    ),
  ];
}

/** A chunk has at least one batch: it carries where to go on. The last of a phase may move the cursor. */
function ended(batches: Batches, object: SyncObject, completes: boolean): Batches {
  if (!completes && batches.length > 0) return batches;
  return [...batches, { object, rows: [], ...(completes ? { completes } : {}) }];
}

/** The phase, or in its place the problem, when the account has no such records. Archived lists don't tell it again. */
function whereReadable(reader: Reader, type: ParentType, phase: Phase): Phase {
  return {
    name: phase.name,
    async *read(from) {
      const problem = await reader.availability.problem(reader.api, type);
      if (problem === null) {
        yield* phase.read(from);
        return;
      }
      const told = isSwitchedOff(problem) || phase.name !== type;
      yield { batches: [{ object: 'purchases', rows: [], problems: told ? [] : [problem] }], after: null };
    },
  };
}
