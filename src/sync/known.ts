import { type Kysely, sql } from 'kysely';
import type { Tables } from '../db/schema.ts';
import type { Known, KnownProduct } from './port.ts';

/** What an adapter may ask the database while it reads the CRM. */
export async function knownOf(db: Kysely<Tables>, source: string): Promise<Known> {
  return {
    clock: await databaseClock(db),
    products: () => knownProducts(db, source),
    living: async (ids) => {
      const { rows } = await sql<{ id: string }>`
        select id from customers
        where source = ${source} and id = any(${ids}::text[]) and archived_at is null`.execute(db);
      return new Set(rows.map(({ id }) => id));
    },
    parentsOf: async (lines) => {
      const { rows } = await sql<{ parent: string }>`
        select distinct purchase_parent(id) as parent from purchases
        where source = ${source} and purchase_line(id) = any(${lines}::text[])`.execute(db);
      return rows.map(({ parent }) => parent);
    },
  };
}

/**
 * The database's clock, read once: several machines write down when they asked the CRM, and their own clocks differ.
 * Steps of this machine's clock do not matter.
 */
async function databaseClock(db: Kysely<Tables>): Promise<() => Date> {
  const now = await databaseTime(db);
  // Read after the answer, so never ahead of the database: what is taken for older than it is is only read again.
  const offset = now.getTime() - performance.now();
  return () => new Date(offset + performance.now());
}

/** What time it is for the database. */
export async function databaseTime(db: Kysely<Tables>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  return rows[0]?.now ?? new Date();
}

async function knownProducts(db: Kysely<Tables>, source: string): Promise<KnownProduct[]> {
  const rows = await db
    .selectFrom('products')
    .select(['id', 'sku', 'name', 'archived_at'])
    .where('source', '=', source)
    .orderBy(sql`id collate "C"`)
    .execute();
  return rows.map(({ archived_at, ...product }) => ({ ...product, archived: archived_at !== null }));
}
