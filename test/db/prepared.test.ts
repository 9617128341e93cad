import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { PREPARED, STALE } from '../../src/db/prepared.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();

/** In one transaction, because prepared queries belong to a connection. */
const onOneConnection = <T>(work: (tx: typeof db) => Promise<T>): Promise<T> =>
  db.transaction().execute(work);

const preparedOnes = async (tx: typeof db) =>
  (
    await sql<{ times: number }>`
      select (generic_plans + custom_plans)::int as times from pg_prepared_statements`.execute(tx)
  ).rows;

test('a query that asks for it is prepared once, and others are not', async () => {
  await onOneConnection(async (tx) => {
    for (const n of [1, 2, 3]) {
      const { rows } = await sql<{ n: number }>`${sql.raw(PREPARED)} select ${n}::int as n`.execute(tx);
      expect(rows).toEqual([{ n }]);
      await sql`select ${n}::int`.execute(tx);
    }
    expect(await preparedOnes(tx)).toEqual([{ times: 3 }]);
  });
});

test('its plan does not outlive the table that it was made for', async () => {
  await sql`create table filling (id int primary key, note text)`.execute(db);
  await onOneConnection(async (tx) => {
    const ask = () =>
      sql`${sql.raw(PREPARED)} select note from filling where id = any(${[1, 2]}::int[])`.execute(tx);
    for (let times = 0; times < 8; times += 1) await ask();
    await sql`insert into filling select n, repeat('x', 500) from generate_series(1, 20000) n`.execute(tx);
    const reads = async () =>
      (
        await sql<{ seq_tup_read: number }>`
          select seq_tup_read::int from pg_stat_xact_user_tables where relname = 'filling'`.execute(tx)
      ).rows[0]?.seq_tup_read ?? 0;
    const later = performance.now() + STALE + 1;
    using _ = vi.spyOn(performance, 'now').mockImplementation(() => later);
    const before = await reads();
    await ask();
    expect((await reads()) - before).toBe(0);
  });
});

test('what is wrong is said by the query', async () => {
  await expect(sql`${sql.raw(PREPARED)} select 1 / ${0}::int`.execute(db)).rejects.toThrow(
    /division by zero/,
  );
});
