import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../src/db/schema.ts';

const TABLES = ['owners', 'companies', 'products', 'customers', 'purchases'] as const;

/** Rows of each table, and a sum over the hashes of all of them: the same for the same rows in any order. */
export type Contents = Record<string, { rows: number; hash: string }>;

export async function contentsOf(db: Kysely<Tables>): Promise<Contents> {
  const contents: Contents = {};
  for (const table of TABLES) {
    const { rows } = await sql<{ rows: number; hash: string }>`
      select count(*)::int as rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as hash
      from ${sql.table(table)} t`.execute(db);
    contents[table] = rows[0] ?? { rows: 0, hash: '' };
  }
  const { rows } = await sql<{ open: number; seen: number; cursors: number }>`
    select (select count(*) from sync_runs where finished_at is null)::int as open,
           (select count(*) from sync_seen)::int as seen,
           (select count(*) from sync_cursors)::int as cursors`.execute(db);
  const left = rows[0] ?? { open: 0, seen: 0, cursors: 0 };
  // what a finished pass leaves behind: no open run, no marks, a cursor for each object
  for (const [name, count] of Object.entries(left)) contents[name] = { rows: count, hash: '' };
  return contents;
}
