import type { Client } from '@hubspot/api-client';
import { garbled, type Sorted, sortAssociations, sortRead } from './batch-answer.ts';
import type { HubSpotConnection } from './connection.ts';
import type { Bucket } from './limiter.ts';
import { type CrmOwner, type CrmRecord, type HubSpotType, type Mapping, MODIFIED } from './mapping.ts';
import type { Pipeline, PropertyDefinition } from './schema-check.ts';

export interface Page<T> {
  results: T[];
  /** Cursor of the next page; null on the last one. */
  after: string | null;
}

export const LIST_PAGE = 100;
const SEARCH_PAGE = 200;
export const BATCH_READ = 100;
export const ASSOCIATION_READ = 1000;

/** A listed record; archived ones tell when. */
export type ListedRecord = CrmRecord & { archivedAt?: Date | undefined };

/** Records by id, and those that HubSpot has but could not read. */
export type BatchRead = Pick<Sorted, 'records' | 'unreadable'>;

type Calls = Client['crm'];

/**
 * The handful of HubSpot calls a sync needs, each with the checks without which a fault looks like an empty
 * account.
 */
export class HubSpotApi {
  /** What is asked for, and what is made of it. */
  readonly mapping: Mapping;
  readonly #connection: HubSpotConnection;
  readonly #signal: AbortSignal;

  constructor(connection: HubSpotConnection, mapping: Mapping, signal: AbortSignal) {
    this.mapping = mapping;
    this.#connection = connection;
    this.#signal = signal;
  }

  /** One page of all records of a type, or of its archived ones (the last 90 days). */
  async list(type: HubSpotType, after: string | null, archived = false): Promise<Page<ListedRecord>> {
    return await this.#call('general', archived ? `archived ${type}` : type, async (crm) =>
      pageOf(
        await crm.objects.basicApi.getPage(
          type,
          LIST_PAGE,
          after ?? undefined,
          [...this.mapping.properties[type]],
          undefined,
          undefined,
          archived,
        ),
        after,
      ),
    );
  }

  async owners(after: string | null): Promise<Page<CrmOwner>> {
    return await this.#call('general', 'owners', async (crm) =>
      pageOf(await crm.owners.ownersApi.getPage(undefined, after ?? undefined, LIST_PAGE), after),
    );
  }

  /**
   * Ids of records modified at or after `since` that are above `afterId`, in their order. Going on by id and not by
   * page keeps clear of the 10,000 results that one search gives, of thousands of equal timestamps, and of pages that
   * shift. Only ids: what the search index says about a record may be minutes old.
   */
  async modified(type: HubSpotType, since: Date, afterId: string): Promise<Page<string>> {
    return await this.#call('search', `changed ${type}`, async (crm) => {
      const { results, after } = pageOf(
        await crm.objects.searchApi.doSearch(type, {
          filterGroups: [
            {
              filters: [
                { propertyName: MODIFIED[type], operator: 'GTE' as never, value: String(since.getTime()) },
                { propertyName: 'hs_object_id', operator: 'GT' as never, value: afterId },
              ],
            },
          ],
          sorts: ['hs_object_id'],
          properties: ['hs_object_id'],
          limit: SEARCH_PAGE,
        }),
        null,
      );
      let last = BigInt(afterId);
      for (const { id } of results) {
        if (BigInt(id) <= last) garbled('its search does not keep to the order asked for');
        last = BigInt(id);
      }
      const more = results.length > 0 && (after !== null || results.length >= SEARCH_PAGE);
      return { results: results.map(({ id }) => id), after: more ? String(last) : null };
    });
  }

  /** How many records of a type there are, archived ones left out. */
  async count(type: HubSpotType): Promise<number> {
    return await this.#call('search', `the number of ${type}`, async (crm) => {
      const { total } = await crm.objects.searchApi.doSearch(type, {
        filterGroups: [],
        properties: ['hs_object_id'],
        limit: 1,
      });
      return Number.isSafeInteger(total) && total >= 0 ? total : garbled('it counted nothing');
    });
  }

  /** How the properties of a type are defined, or its archived ones. */
  async properties(type: HubSpotType, archived = false): Promise<PropertyDefinition[]> {
    const what = `the ${archived ? 'archived ' : ''}properties of ${type}`;
    return await this.#call(
      'general',
      what,
      async (crm) => pageOf(await crm.properties.coreApi.getAll(type, archived), null).results,
    );
  }

  /** Pipelines of deals with their stages. */
  async pipelines(): Promise<Pipeline[]> {
    return await this.#call(
      'general',
      'the pipelines of deals',
      async (crm) => pageOf(await crm.pipelines.pipelinesApi.getAll('deals'), null).results,
    );
  }

  /**
   * Up to 100 records by id; those that no longer exist are left out. What HubSpot could not read is asked for once
   * more, by itself: most such faults pass.
   */
  async read(type: HubSpotType, ids: readonly string[]): Promise<BatchRead> {
    const { records, unreadable } = await this.#readWhole(type, ids);
    if (unreadable.length === 0) return { records, unreadable };
    const again = await this.#readWhole(
      type,
      unreadable.map(({ id }) => id),
    );
    return { records: [...records, ...again.records], unreadable: again.unreadable };
  }

  async #readWhole(type: HubSpotType, ids: readonly string[]): Promise<Sorted> {
    return await this.#call('general', type, async (crm) => {
      const sorted = await readBatch(crm, type, ids, this.mapping.properties[type], false);
      const { length } = sorted.unsaid;
      return length === 0 ? sorted : garbled(`its answer says nothing of ${length} out of ${ids.length} ids`);
    });
  }

  /**
   * Which of up to 100 ids HubSpot names as those of no record that lives, or of none that is archived. The id of a
   * record that was merged leads to the one it lives on in, so it is not named.
   */
  async missing(type: HubSpotType, ids: readonly string[], archived: boolean): Promise<string[]> {
    return await this.#call(
      'general',
      archived ? `archived ${type}` : type,
      async (crm) => (await readBatch(crm, type, ids, ['hs_object_id'], archived)).missing,
    );
  }

  /** What up to 1,000 records are associated with, by id of the record; without an entry: nothing. */
  async associations(
    from: HubSpotType,
    to: HubSpotType | 'notes' | 'tasks',
    ids: readonly string[],
  ): Promise<Map<string, string[]>> {
    const found = new Map<string, Set<string>>();
    const passed = new Set<string>();
    let inputs: { id: string; after?: string }[] = ids.map((id) => ({ id }));
    while (inputs.length > 0) {
      const asked = inputs;
      const { pages, unsaid } = await this.#call('general', `${to} of ${from}`, async (crm) => {
        const answer = await crm.associations.v4.batchApi.getPage(from, to, { inputs: asked });
        const sorted = sortAssociations(
          answer,
          asked.map(({ id }) => id),
        );
        if (sorted.unsaid.length === asked.length) garbled('its answer says nothing of what was asked');
        if (sorted.pages.some(({ id, after }) => passed.has(`${id} ${after}`))) garbled(IN_CIRCLES);
        return sorted;
      });
      // what the answer left out is asked for by itself: each time less, or it is no answer
      const left = new Set(unsaid);
      inputs = asked.filter(({ id }) => left.has(id));
      for (const { id, to: others, after } of pages) {
        found.set(id, new Set([...(found.get(id) ?? []), ...others]));
        if (after === null) continue;
        passed.add(`${id} ${after}`);
        inputs.push({ id, after });
      }
    }
    return new Map([...found].map(([id, others]) => [id, [...others]]));
  }

  async #call<T>(bucket: Bucket, what: string, make: (crm: Calls) => Promise<T>): Promise<T> {
    return await this.#connection.call(bucket, what, this.#signal, (client) => make(client.crm));
  }
}

/** One batch read, sorted by what became of each id. */
async function readBatch(
  crm: Calls,
  type: HubSpotType,
  ids: readonly string[],
  properties: readonly string[],
  archived: boolean,
): Promise<Sorted> {
  const inputs = ids.map((id) => ({ id }));
  const body = { inputs, properties: [...properties], propertiesWithHistory: [] };
  return sortRead(await crm.objects.batchApi.read(type, body, archived), ids);
}

/** A page without results is a fault. Taking it for an empty one would archive everything. */
function pageOf<T>(answer: { results?: T[]; paging?: unknown }, previous: string | null): Page<T> {
  if (!Array.isArray(answer.results)) garbled('it answered without results');
  const paging = answer.paging as { next?: { after?: string } } | undefined;
  const after = paging?.next?.after ?? null;
  if (after !== null && after === previous) garbled(IN_CIRCLES);
  return { results: answer.results as T[], after };
}

const IN_CIRCLES = 'its pages go round in circles';
