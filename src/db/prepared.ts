import { hash } from 'node:crypto';
import type pg from 'pg';

/**
 * A query whose text begins with this is prepared (PREPARE): planned once in a while, not each time. For long queries
 * that are asked over and over about little; planning one of them may take several times as long as its answer.
 */
export const PREPARED = '/* prepared */';

/**
 * Plans are made anew after so many milliseconds: tables fill while a campaign is sent, and what is best for an empty one
 * is to read all of it. In this time they get no fuller than is quickly read; and every connection makes plans of its own.
 */
export const STALE = 10_000;

/** Lets a connection prepare the queries that ask for it. */
export function prepareQueries(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
  let planned = performance.now();
  const prepared = async (text: string, values: unknown) => {
    if (performance.now() - planned > STALE) {
      planned = performance.now();
      // what is wrong with the connection, or its transaction, the query itself will say
      await query('discard plans').catch(() => {});
    }
    return query({ name: nameOf(text), text, values });
  };
  const preparing = (text: unknown, ...rest: unknown[]) =>
    typeof text === 'string' && text.startsWith(PREPARED) ? prepared(text, rest[0]) : query(text, ...rest);
  client.query = preparing as typeof client.query;
}

const names = new Map<string, string>();

/** The same for the same text in every process: whoever shares a connection never finds another statement under it. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `prepared_${hash('sha256', text).slice(0, 32)}`;
  names.set(text, name);
  return name;
}
