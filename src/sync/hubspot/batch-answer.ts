import { CallFailed } from './failure.ts';
import { mergedIds } from './mapping/merged.ts';
import type { CrmRecord } from './mapping.ts';

/*
 * What a batch answers for each thing that was asked. HubSpot's documents say neither that an answer is whole nor that
 * inputs may be missing from it silently. Answers of live accounts that people have published name every one: what
 * is gone in `errors[].context.ids`, one error for many ids; what has no associations in an error each, with its
 * id in `context.fromObjectId`. So whatever an answer is silent about is not gone: the answer is not whole.
 */

/** An error in the answer to a batch, as far as it matters; `context` holds the ids it is about. */
interface BatchError {
  category?: unknown;
  subCategory?: unknown;
  context?: Record<string, unknown>;
}

interface BatchAnswer<T> {
  status?: string;
  results?: T[];
  errors?: BatchError[];
}

/** A record that is there but could not be read, and the CRM's category of why, e.g. `INTERNAL_ERROR`. */
export interface Unreadable {
  id: string;
  why: string;
}

/** What the answer to a batch read says of each id that was asked for. */
export interface Sorted {
  records: CrmRecord[];
  /** There is no such record (any more). */
  missing: string[];
  unreadable: Unreadable[];
  /** Of these the answer says nothing. */
  unsaid: string[];
}

/**
 * @param answer it may be without errors in its type, but not on the wire
 * @throws CallFailed when it is no finished answer
 */
export function sortRead(answer: BatchAnswer<CrmRecord>, ids: readonly string[]): Sorted {
  const records = resultsOf(answer);
  const asked = new Set(ids);
  const found = new Set(records.flatMap((record) => [record.id, ...mergedIds(record)]));
  const why = errorsById(answer, ids);
  const open = ids.filter((id) => !found.has(id));
  const silent = open.filter((id) => !why.has(id));
  // A record under an id that nobody asked for is one that another was merged into, also when it does not tell which.
  const strangers = records.filter(
    (record) => !asked.has(record.id) && !mergedIds(record).some((id) => asked.has(id)),
  );
  return {
    records,
    missing: open.filter((id) => why.get(id) === NOT_FOUND),
    unreadable: open.flatMap((id) => {
      const reason = why.get(id);
      return reason === undefined || reason === NOT_FOUND ? [] : [{ id, why: reason }];
    }),
    unsaid: silent.length > strangers.length ? silent : [],
  };
}

const NOT_FOUND = 'OBJECT_NOT_FOUND';

/** Why there is no result for an id, by id. */
function errorsById({ errors }: BatchAnswer<unknown>, ids: readonly string[]): Map<string, string> {
  const asked = new Set(ids);
  const why = new Map<string, string>();
  for (const { category, context } of errors ?? []) {
    for (const id of Object.values(context ?? {})
      .flat()
      .map(String)) {
      // a record that is there although it could not be read is not gone
      if (asked.has(id) && (why.get(id) ?? NOT_FOUND) === NOT_FOUND) why.set(id, String(category || 'ERROR'));
    }
  }
  return why;
}

interface AssociationsResult {
  /** The client renames `from`. */
  _from?: { id?: unknown };
  /** Ids come as numbers although they are typed as strings. */
  to?: { toObjectId: unknown }[];
  paging?: { next?: { after?: string } };
}

/** What the answer to a batch of associations says of each record that was asked for. */
export interface SortedAssociations {
  pages: { id: string; to: string[]; after: string | null }[];
  /** Of these the answer says nothing, not even that they have none. */
  unsaid: string[];
}

/** @throws CallFailed when it is no finished answer, or HubSpot could not tell */
export function sortAssociations(
  answer: BatchAnswer<AssociationsResult>,
  ids: readonly string[],
): SortedAssociations {
  const pages = resultsOf(answer).map(({ _from, to, paging }) => ({
    id: String(_from?.id ?? garbled('an association has no origin')),
    to: (to ?? []).map(({ toObjectId }) => String(toObjectId)),
    after: paging?.next?.after ?? null,
  }));
  for (const { category, subCategory } of answer.errors ?? []) {
    // the usual way of saying that a record has none, or is gone; anything else is a fault, never "none"
    if (!/NO_ASSOCIATIONS_FOUND|OBJECT_NOT_FOUND/.test(`${String(subCategory)} ${String(category)}`)) {
      garbled(`it could not tell some associations (${String(category)})`);
    }
  }
  const said = new Set([...pages.map(({ id }) => id), ...errorsById(answer, ids).keys()]);
  return { pages, unsaid: ids.filter((id) => !said.has(id)) };
}

function resultsOf<T>({ status, results }: BatchAnswer<T>): T[] {
  if (!Array.isArray(results)) garbled('it answered without results');
  if (status !== undefined && status !== 'COMPLETE') garbled(`its answer is not finished (${status})`);
  return results as T[];
}

/** @throws CallFailed */
export function garbled(message: string): never {
  throw new CallFailed({ kind: 'garbled', message });
}
