/**
 * Rows a second that a sync stores (cleaned, checked, compared with what is there, with all that follows) against COPY of
 * the same rows into tables of the same shape, indexes included.
 *
 *   npm run bench -- sync-rows
 */
import { sql } from 'kysely';
import { type Database, openDatabase } from '../src/db/connect.ts';
import { migrate } from '../src/db/migrate.ts';
import type { FreshBatch } from '../src/sync/port.ts';
import type { CustomerRow, PurchaseRow } from '../src/sync/rows.ts';
import { storeBatch } from '../src/sync/store.ts';
import { startPostgres } from './faults/postgres.ts';
import { alternate, ratioOf, Seconds, spreadOf } from './harness/alternate.ts';
import type { Result } from './harness/result.ts';

/** Records in a batch, as HubSpot's adapter delivers them at the most. */
const BATCH = 1000;
const PURCHASES = 4;
const TABLES = ['customers', 'purchases'] as const;

export async function benchSyncRows(given: { customers: number; rounds: number }): Promise<Result> {
  const { customers, rounds } = given;
  await using stack = new AsyncDisposableStack();
  const postgres = stack.adopt(await startPostgres(), (p) => p.close());
  const { db, close } = openDatabase(await postgres.createDatabase('rows'), {
    max: 1,
    applicationName: 'bench',
  });
  stack.defer(close);
  await migrate(db);
  await sql`insert into products (id, source, sku, name) values ('p1', 'bench', 'A', 'A'), ('p2', 'bench', 'B', 'B'),
    ('p3', 'bench', 'C', 'C'), ('p4', 'bench', 'D', 'D')`.execute(db);
  for (const table of TABLES) {
    await sql`create table ${sql.table(`${table}_copy`)} (like ${sql.table(table)} including all)`.execute(
      db,
    );
  }
  const { seconds } = await alternate(
    {
      async store() {
        await sql`truncate customers, purchases cascade`.execute(db);
        let took = 0;
        for (let first = 0; first < customers; first += BATCH)
          took += await store(db, batchesOf(first, Math.min(BATCH, customers - first)));
        return new Seconds(took);
      },
      async copy() {
        let took = 0;
        for (const table of TABLES) took += await copy(db, table);
        return new Seconds(took);
      },
    },
    { rounds, warmUp: 1 },
  );
  const rows = customers * (1 + PURCHASES);
  const perSecond = (values: number[]) => Math.round(rows / spreadOf(values).median);
  return {
    rows: [
      {
        measure: 'sync, rows into PostgreSQL',
        reference: 'COPY of the same rows, same indexes',
        result: ratioOf(seconds.copy, seconds.store),
        unit: '×',
        mustReach: { atLeast: 0.3 },
        aim: { atLeast: 0.6 },
        detail: `${perSecond(seconds.store)} rows/s, COPY ${perSecond(seconds.copy)}; ${rounds} pairs of ${customers} customers and ${PURCHASES * customers} purchases`,
      },
    ],
    data: { customers, seconds },
  };
}

async function store(db: Database, batches: readonly FreshBatch[]): Promise<number> {
  const begun = performance.now();
  for (const batch of batches) {
    await db
      .transaction()
      .execute((tx) => storeBatch(tx, 'bench', batch, { now: new Date(), guarded: false }));
  }
  return (performance.now() - begun) / 1000;
}

/** Some customers and what they bought, as an adapter delivers them. */
function batchesOf(first: number, count: number): FreshBatch[] {
  const people = Array.from({ length: count }, (_, n) => customer(first + n));
  const bought = people.flatMap(({ id }) => [1, 2, 3, 4].map((n) => purchase(id, n)));
  const batches: FreshBatch[] = [{ object: 'customers', rows: people }];
  for (let from = 0; from < bought.length; from += BATCH) {
    const rows = bought.slice(from, from + BATCH);
    const parents = [...new Set(rows.map(({ id }) => id.slice(0, id.lastIndexOf('-'))))];
    batches.push({ object: 'purchases', rows, parents });
  }
  return batches;
}

/** What the sync has just stored, once more: written to a file by the server, and read from there. */
async function copy(db: Database, table: (typeof TABLES)[number]): Promise<number> {
  const target = sql.table(`${table}_copy`);
  const { rows } = await sql<{ name: string; dir: string }>`
    select attname as name, current_setting('data_directory') as dir from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`.execute(
    db,
  );
  const columns = sql.join(rows.map(({ name }) => sql.ref(name)));
  const file = sql.lit(`${rows[0]?.dir}/bench-${table}`);
  await sql`copy ${sql.table(table)} (${columns}) to ${file}`.execute(db);
  await sql`truncate ${target}`.execute(db);
  const begun = performance.now();
  await sql`copy ${target} (${columns}) from ${file}`.execute(db);
  return (performance.now() - begun) / 1000;
}

const customer = (n: number): CustomerRow => ({
  id: `${n}`,
  email: `person${n}@d${n % 997}.test`,
  salutation: 'frau',
  title: null,
  firstName: 'Kim',
  lastName: `Person ${n}`,
  companyId: null,
  ownerId: null,
  language: 'de',
  country: 'DE',
  consent: 'consent',
  optedOut: false,
  bounced: false,
  innovationRatio: null,
  createdAt: null,
});

const purchase = (customerId: string, n: number): PurchaseRow => ({
  id: `deal-${customerId}-${n}`,
  customerId,
  productId: `p${n}`,
  quantity: 1,
  purchasedOn: '2025-03-01',
  status: 'kept',
});
