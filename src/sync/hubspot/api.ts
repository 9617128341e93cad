import type { Client } from '@hubspot/api-client';
import type { HubSpotConnection } from './connection.ts';
import { CallFailed } from './failure.ts';
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

  /** Up to 100 records by id; those that no longer exist are left out. */
  async read(type: HubSpotType, ids: readonly string[]): Promise<CrmRecord[]> {
    return (await this.#readBatch(type, ids, this.mapping.properties[type])).found;
  }

  /**
   * Which of up to 100 ids HubSpot names as those of no record that lives, or of none that is archived. The id of a
   * record that was merged leads to the one it lives on in, so it is not named.
   */
  async missing(type: HubSpotType, ids: readonly string[], archived: boolean): Promise<string[]> {
    return (await this.#readBatch(type, ids, ['hs_object_id'], archived)).missing;
  }

  async #readBatch(
    type: HubSpotType,
    ids: readonly string[],
    properties: readonly string[],
    archived = false,
  ): Promise<{ found: CrmRecord[]; missing: string[] }> {
    return await this.#call('general', archived ? `archived ${type}` : type, async (crm) => {
      const answer = await crm.objects.batchApi.read(
        type,
        { inputs: ids.map((id) => ({ id })), properties: [...properties], propertiesWithHistory: [] },
        archived,
      );
      const errors = 'errors' in answer ? (answer.errors ?? []) : [];
      if (errors.some((error) => error.category !== 'OBJECT_NOT_FOUND')) {
        garbled(`it could not read some ${type}`);
      }
      const named = new Set(errors.flatMap(({ context }) => context?.ids ?? []).map(String));
      return { found: pageOf(answer, null).results, missing: ids.filter((id) => named.has(id)) };
    });
  }

  /** What up to 1,000 records are associated with, by id of the record; without an entry: nothing. */
  async associations(
    from: HubSpotType,
    to: HubSpotType,
    ids: readonly string[],
  ): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    let inputs: { id: string; after?: string }[] = ids.map((id) => ({ id }));
    while (inputs.length > 0) {
      const asked = inputs;
      inputs = await this.#call('general', `${to} of ${from}`, async (crm) => {
        const answer = await crm.associations.v4.batchApi.getPage(from, to, { inputs: asked });
        for (const error of 'errors' in answer ? (answer.errors ?? []) : []) {
          // 207: the usual way of saying that a record has none, or is gone; anything else is a fault, never "none"
          if (
            !/NO_ASSOCIATIONS_FOUND|OBJECT_NOT_FOUND/.test(`${String(error.subCategory)} ${error.category}`)
          ) {
            garbled(`it could not tell the ${to} of some ${from} (${error.category})`);
          }
        }
        const next: { id: string; after?: string }[] = [];
        for (const result of pageOf(answer, null).results) {
          // the client renames "from", and ids come as numbers although they are typed as strings
          const id = String(result._from?.id ?? garbled('an association has no origin'));
          const list = found.get(id) ?? [];
          for (const { toObjectId } of result.to ?? []) list.push(String(toObjectId));
          found.set(id, list);
          const after = result.paging?.next?.after;
          if (after) next.push({ id, after });
        }
        if (asked.some(({ id, after }) => after && next.some((n) => n.id === id && n.after === after))) {
          garbled('its pages go round in circles');
        }
        return next;
      });
    }
    for (const [id, list] of found) found.set(id, [...new Set(list)]);
    return found;
  }

  async #call<T>(bucket: Bucket, what: string, make: (crm: Calls) => Promise<T>): Promise<T> {
    return await this.#connection.call(bucket, what, this.#signal, (client) => make(client.crm));
  }
}

/** A page without results is a fault. Taking it for an empty one would archive everything. */
function pageOf<T>(answer: { results?: T[]; paging?: unknown }, previous: string | null): Page<T> {
  if (!Array.isArray(answer.results)) garbled('it answered without results');
  const paging = answer.paging as { next?: { after?: string } } | undefined;
  const after = paging?.next?.after ?? null;
  if (after !== null && after === previous) garbled('its pages go round in circles');
  return { results: answer.results as T[], after };
}

function garbled(message: string): never {
  throw new CallFailed({ kind: 'garbled', message });
}
