import type pg from 'pg';

/**
 * A query whose text begins with this is prepared (PREPARE): planned once for each connection, not each time. For long
 * queries that are asked over and over about little; planning one of them may take several times as long as its answer.
 */
export const PREPARED = '/* prepared */';

/** Lets a connection prepare the queries that ask for it. */
export function prepareQueries(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  const preparing = (text: unknown, values?: unknown, ...rest: unknown[]) =>
    typeof text === 'string' && text.startsWith(PREPARED)
      ? query({ name: nameOf(text), text, values }, ...rest)
      : query(text, values, ...rest);
  client.query = preparing as typeof client.query;
}

const names = new Map<string, string>();

/** The same for the same text, as PostgreSQL asks it of prepared statements. */
function nameOf(text: string): string {
  const name = names.get(text) ?? `prepared_${names.size + 1}`;
  names.set(text, name);
  return name;
}
