import type { CollectionResponseWithTotalSimplePublicObjectForwardPaging } from '@hubspot/api-client/lib/codegen/crm/objects/models/all.js';
import type { FastifyInstance } from 'fastify';
import { iso } from '../company/record.ts';
import type { CrmContext } from './context.ts';
import { invalid } from './errors.ts';
import { NAMING, type ObjectType, objectType } from './object-types.ts';
import { searchFrom } from './search-body.ts';
import { comparable, demand, earliest, type Filter } from './search-filter.ts';
import { queryFits } from './search-query.ts';
import { type Sort, sortFrom } from './search-sort.ts';
import { shown } from './shapes.ts';
import type { StoredRecord } from './store.ts';
import type { Wire } from './wire.ts';

/** Reads one property of a candidate; `id` and time of change cost little, everything else builds the record. */
type Look = (property: string) => string | null | undefined;
/** Which state of a record the index knows: that of this time, epoch ms. */
type IndexedAt = (id: number) => number;

interface Route {
  Params: { type: string };
}
type Found = Wire<CollectionResponseWithTotalSimplePublicObjectForwardPaging>;

/** Search, with the limits and the lag of a search index. Archived records are never found. */
export function searchRoutes(app: FastifyInstance, context: CrmContext): void {
  const { store, faults } = context;

  app.post<Route>('/crm/v3/objects/:type/search', async ({ params, body }): Promise<Found> => {
    await faults.delay();
    const type = objectType(params.type);
    const { filterGroups, sorts, query, properties, limit, after } = searchFrom(body);
    const now = store.now();
    const indexedAt: IndexedAt = (id) => faults.indexedAt(id, now);
    const groups = filterGroups.map(({ filters }) => filters);
    const sort = sorts.length > 0 ? sortFrom(sorts[0]) : undefined;
    if (sort) propertyType(context, type, sort.property);

    const matches = matching(context, type, groups, query ?? '', indexedAt);
    const ordered = sort ? sortedBy(context, type, matches, sort, indexedAt) : matches;
    const results = ordered
      .slice(after, after + limit)
      .map((id) => shown(context, type, store.read(type, id, indexedAt(id)) as StoredRecord, properties));
    const end = after + results.length;
    const paging = end < ordered.length ? { paging: { next: { after: String(end) } } } : {};
    return { total: ordered.length, results, ...paging };
  });
}

/** Ids that fit any of the groups (all filters of it), ascending. */
function matching(
  context: CrmContext,
  type: ObjectType,
  groups: Filter[][],
  query: string,
  indexedAt: IndexedAt,
): number[] {
  const { store } = context;
  const { modified } = NAMING[type];
  const cheap = (name: string) => name === 'hs_object_id' || name === modified;
  const tests = groups.map((filters) =>
    [...filters]
      .sort((a, b) => Number(cheap(b.propertyName)) - Number(cheap(a.propertyName)))
      .map((filter) => {
        const fits = demand(filter, propertyType(context, type, filter.propertyName));
        return (look: Look) => fits(look(filter.propertyName));
      }),
  );
  // everything generated is older than this morning: later changes are all in the overlay
  const since = groups.map((filters) =>
    Math.max(...filters.map((filter) => (filter.propertyName === modified ? earliest(filter) : -Infinity))),
  );
  const onlyChanged = groups.length > 0 && since.every((time) => time >= store.company.midnight);

  const asked = queryFits(type, query);
  const found: number[] = [];
  for (const id of onlyChanged ? store.changedIds(type) : store.ids(type)) {
    const at = indexedAt(id);
    let record: StoredRecord | undefined;
    const look: Look = (name) => {
      if (name === 'hs_object_id') return String(id);
      if (name === modified) return iso(store.modified(type, id, at));
      record ??= store.read(type, id, at);
      return record?.properties[name];
    };
    if (tests.length > 0 && !tests.some((group) => group.every((test) => test(look)))) continue;
    if (query !== '' && !asked(look)) continue;
    if (store.indexed(type, id, at)) found.push(id);
  }
  return found;
}

function sortedBy(context: CrmContext, type: ObjectType, ids: number[], sort: Sort, at: IndexedAt): number[] {
  if (sort.property === 'hs_object_id') return sort.descending ? ids.reverse() : ids;
  const kind = propertyType(context, type, sort.property);
  const { modified } = NAMING[type];
  const keyed = ids.map((id) => {
    const value =
      sort.property === modified
        ? iso(context.store.modified(type, id, at(id)))
        : context.store.read(type, id, at(id))?.properties[sort.property];
    return { id, key: comparable(value, kind) };
  });
  const sign = sort.descending ? -1 : 1;
  return keyed
    .sort((a, b) => {
      // empty values come last either way
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      return a.key < b.key ? -sign : a.key > b.key ? sign : a.id - b.id;
    })
    .map(({ id }) => id);
}

function propertyType(context: CrmContext, type: ObjectType, name: string) {
  const definition = context.defined.properties[type].get(name);
  if (!definition || definition.archived) throw invalid(`There is no property "${name}" on ${type}.`);
  return definition.type;
}
