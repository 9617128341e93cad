import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { changes } from '../../src/sync/counts.ts';
import { customerHash } from '../../src/sync/erased.ts';
import type { CrmAdapter, FreshBatch, SyncBatch } from '../../src/sync/port.ts';
import { refreshRecords } from '../../src/sync/refresh.ts';
import { runSync } from '../../src/sync/sync.ts';
import { testDatabase } from '../stands/database.ts';
import { account, customer, purchase, scriptedCrm } from './scripted-crm.ts';

const { db } = await testDatabase();
beforeEach(async () => {
  await sql`truncate customers, purchases, products, companies, owners, sync_cursors, sync_seen, sync_runs, crm_reads`.execute(
    db,
  );
});

const refresh = (...batches: FreshBatch[]) =>
  refreshRecords({
    db,
    crm: {
      ...scriptedCrm([]),
      async *refresh() {
        yield* batches;
      },
    },
    references: [{ type: 'contacts', id: '1' }],
    now: () => new Date(),
    signal: new AbortController().signal,
  });
const nameOf = async (id: string) =>
  (await db.selectFrom('customers').select('last_name').where('id', '=', id).executeTakeFirst())?.last_name;
const START = Date.now() - 60_000;
/** So many seconds after a minute ago. */
const at = (seconds: number) => new Date(START + seconds * 1000);
const contact = (askedAt: Date, lastName: string): FreshBatch => ({
  object: 'customers',
  rows: [customer('1', { lastName })],
  askedAt,
});

describe('what was asked for later stays', () => {
  test('among refreshes, in whatever order they are stored', async () => {
    await refresh(contact(at(2), 'later'));
    const { customers } = await refresh(contact(at(1), 'earlier'));
    expect(customers).toEqual({ inserted: 0, changed: 0, unchanged: 0, removed: 0 });
    expect(await nameOf('1')).toBe('later');
    await refresh(contact(at(3), 'latest'));
    expect(await nameOf('1')).toBe('latest');
  });

  test('when a sync stores an answer that it asked for before', async () => {
    const steps = account([customer('1', { lastName: 'old' })], [purchase('deal-7-1', '1')]);
    const asked = steps.map((step) => ({ ...step, askedAt: at(1) }) as SyncBatch);
    await refresh(
      { object: 'customers', rows: [], gone: ['1'], askedAt: at(2) },
      { object: 'purchases', rows: [], parents: ['deal-7'], askedAt: at(2) },
    );
    await runSync({ db, crm: scriptedCrm(asked), mode: 'full' });
    expect(await nameOf('1')).toBeUndefined();
    expect(await db.selectFrom('purchases').selectAll().execute()).toEqual([]);

    const later = steps.map((step) => ({ ...step, askedAt: at(3) }) as SyncBatch);
    await runSync({ db, crm: scriptedCrm(later), mode: 'full' });
    expect(await nameOf('1')).toBe('old');
    expect(await db.selectFrom('purchases').selectAll().execute()).toHaveLength(1);
  });

  test('when a refresh that hesitated stores what a sync has overtaken', async () => {
    const changed = scriptedCrm([
      { object: 'customers', rows: [customer('1', { lastName: 'new' })], gone: ['2'], askedAt: at(2) },
    ]);
    await runSync({ db, crm: scriptedCrm(account([customer('1'), customer('2')])), mode: 'full' });
    const { mode } = await runSync({ db, crm: changed, mode: 'incremental' });
    expect(mode).toBe('incremental');
    await refresh({
      object: 'customers',
      rows: [customer('1', { lastName: 'old' }), customer('2')],
      askedAt: at(1),
    });
    const people = await db
      .selectFrom('customers')
      .select(['id', 'last_name', 'archived_at'])
      .orderBy('id')
      .execute();
    expect(people).toMatchObject([
      { id: '1', last_name: 'new', archived_at: null },
      { id: '2', archived_at: expect.any(Date) },
    ]);
  });

  test('and what others know of other records is untouched', async () => {
    await refresh(contact(at(5), 'one'));
    await refresh({ object: 'customers', rows: [customer('1'), customer('2')], askedAt: at(4) });
    expect(await nameOf('1')).toBe('one');
    expect(await nameOf('2')).toBe('Muster 2');
  });
});

test('nothing is written down about people who were erased here', async () => {
  await sql`insert into erasures (customer_hash, erased_at) values (${customerHash(sql.lit('1'))}, now())`.execute(
    db,
  );
  await refresh({ object: 'customers', rows: [customer('1'), customer('2')], askedAt: at(1) });
  await sql`delete from erasures`.execute(db);
  expect([await nameOf('1'), await nameOf('2')]).toEqual([undefined, 'Muster 2']);
  expect(await db.selectFrom('crm_reads').select('id').execute()).toEqual([{ id: '2' }]);
});

test('a full pass under way does not take for gone what a refresh brought', async () => {
  const steps = account([customer('1'), customer('3')]);
  const halfway = scriptedCrm(steps, 5);
  await expect(runSync({ db, crm: halfway, mode: 'full' })).rejects.toThrow('the CRM went away');
  await refresh({ object: 'customers', rows: [customer('2')], askedAt: at(1) });
  await runSync({ db, crm: scriptedCrm(steps), mode: 'full' });
  const alive = await db.selectFrom('customers').select('id').where('archived_at', 'is', null).execute();
  expect(alive.map(({ id }) => id).sort()).toEqual(['1', '2', '3']);
});

test('a CRM that can only be read as a whole says so', async () => {
  const crm: CrmAdapter = scriptedCrm([]);
  const asking = refreshRecords({
    db,
    crm,
    references: [{ type: 'contacts', id: '1' }],
    now: () => new Date(),
    signal: new AbortController().signal,
  });
  await expect(asking).rejects.toMatchObject({ code: 'refresh_unknown' });
});

describe('a comparison', () => {
  const people = ['1', '2', '3', '4'].map((id) => customer(id));
  const steps = account(people).map((step, n, all) => ({ ...step, done: (n + 1) / all.length }));
  const comparing = { ...scriptedCrm(steps), modes: ['full', 'incremental', 'comparison'] as const };

  test('goes on night by night, finds what slipped through, and says how much', async () => {
    await runSync({ db, crm: comparing, mode: 'full' });
    await sql`update customers set last_name = 'slipped' where id = '4'`.execute(db);
    await sql`insert into customers (id, source) values ('5', 'scripted')`.execute(db);
    const night = () => runSync({ db, crm: comparing, mode: 'comparison', portion: 0.4 });

    const nights = [await night()];
    while (!nights.at(-1)?.complete && nights.length < 9) nights.push(await night());
    expect(nights.map(({ complete }) => complete)).toEqual([false, false, true]);
    expect(nights.map(({ portion }) => portion?.slipped)).toEqual([0, 1, 1]);
    expect(nights.map(({ portion }) => portion?.to)).toEqual([4 / 9, 8 / 9, 1]);
    expect(new Set(nights.map(({ runId }) => runId)).size).toBe(1);
    expect(await nameOf('4')).toBe('Muster 4');
    const gone = await db.selectFrom('customers').select('id').where('archived_at', 'is not', null).execute();
    expect(gone).toEqual([{ id: '5' }]);
    expect(changes((await night()).counts)).toBe(0);
  });

  test('waits while changes are read, and is given up when everything is read again', async () => {
    await runSync({ db, crm: comparing, mode: 'full' });
    const first = await runSync({ db, crm: comparing, mode: 'comparison', portion: 0.4 });
    await runSync({ db, crm: comparing, mode: 'incremental' });
    const second = await runSync({ db, crm: comparing, mode: 'comparison', portion: 0.1 });
    expect(second.runId).toBe(first.runId);
    await runSync({ db, crm: comparing, mode: 'full' });
    const third = await runSync({ db, crm: comparing, mode: 'comparison', portion: 0.1 });
    expect(third.runId).not.toBe(first.runId);
    expect(third.portion?.from).toBe(0);
  });

  test('of a CRM that was never read becomes the first full pass, to its end', async () => {
    const { mode, complete } = await runSync({ db, crm: comparing, mode: 'comparison', portion: 0.1 });
    expect([mode, complete]).toEqual(['full', true]);
  });
});
