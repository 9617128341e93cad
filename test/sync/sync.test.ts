import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { changes } from '../../src/sync/counts.ts';
import type { CrmAdapter } from '../../src/sync/port.ts';
import { modeToRun, runSync } from '../../src/sync/sync.ts';
import { testDatabase } from '../stands/database.ts';
import { account, customer, purchase, scriptedCrm } from './scripted-crm.ts';

const { db, pool } = await testDatabase();
// a connection that is killed while it is in use tells its client, too
pool.on('connect', (client) => client.on('error', () => {}));

beforeEach(async () => {
  await sql`truncate customers, purchases, products, companies, owners, sync_cursors, sync_seen, sync_runs`.execute(
    db,
  );
});

const full = (crm: CrmAdapter, more: Partial<Parameters<typeof runSync>[0]> = {}) =>
  runSync({ db, crm, mode: 'full', ...more });
const alive = async () =>
  (
    await db.selectFrom('customers').select('id').where('archived_at', 'is', null).orderBy('id').execute()
  ).map(({ id }) => id);

describe('a full sync', () => {
  const everything = account(
    [customer('1'), customer('2')],
    [purchase('deal-7-1', '1'), purchase('deal-7-1', '2')],
  );

  test('stores everything and counts it', async () => {
    const { counts, mode, resumed } = await full(scriptedCrm(everything));
    expect({ mode, resumed }).toEqual({ mode: 'full', resumed: false });
    expect(counts.customers).toEqual({ inserted: 2, changed: 0, unchanged: 0, removed: 0 });
    expect(counts.purchases).toEqual({ inserted: 2, changed: 0, unchanged: 0, removed: 0 });
    const stored = await db
      .selectFrom('customers')
      .selectAll()
      .where('id', '=', '1')
      .executeTakeFirstOrThrow();
    expect(stored).toMatchObject({
      email: '1@kunde.example',
      email_key: '1@kunde.example',
      source: 'scripted',
    });
    expect(stored.created_at).toEqual(new Date('2024-05-01T10:00:00Z'));
    const owned = await db.selectFrom('owned_products').selectAll().where('customer_id', '=', '2').execute();
    expect(owned).toEqual([
      { customer_id: '2', product_id: 'p1', quantity: 1, since: '2024-06-01', declared: false },
    ]);
  });

  test('of the same data again changes nothing and says so', async () => {
    await full(scriptedCrm(everything));
    const before = await sql`select xmin::text, id from customers order by id`.execute(db);
    const { counts } = await full(scriptedCrm(everything));
    expect(changes(counts)).toBe(0);
    expect(counts.customers.unchanged).toBe(2);
    expect(counts.purchases.unchanged).toBe(2);
    expect(await sql`select xmin::text, id from customers order by id`.execute(db)).toEqual(before);
  });

  test('changes only what differs, ratios compared as they are stored', async () => {
    await full(scriptedCrm(account([customer('1', { innovationRatio: 0.33333 }), customer('2')])));
    const { counts } = await full(
      scriptedCrm(account([customer('1', { innovationRatio: 0.33333 }), customer('2', { lastName: 'Neu' })])),
    );
    expect(counts.customers).toEqual({ inserted: 0, changed: 1, unchanged: 1, removed: 0 });
  });

  test('archives a customer that is gone, and takes it back when it reappears', async () => {
    await full(scriptedCrm(account([customer('1'), customer('2')])));
    const gone = await full(scriptedCrm(account([customer('1')])));
    expect(gone.counts.customers).toEqual({ inserted: 0, changed: 0, unchanged: 1, removed: 1 });
    expect(await alive()).toEqual(['1']);
    const again = await full(scriptedCrm(account([customer('1')])));
    expect(changes(again.counts)).toBe(0);
    const back = await full(scriptedCrm(account([customer('1'), customer('2')])));
    expect(back.counts.customers.changed).toBe(1);
    expect(await alive()).toEqual(['1', '2']);
  });

  test('removes a purchase that its deal no longer holds, and those of a deal that is gone', async () => {
    const three = [purchase('deal-7-1', '1'), purchase('deal-7-2', '1'), purchase('deal-77-1', '1')];
    await full(scriptedCrm(account([customer('1')], three)));
    const { counts } = await full(scriptedCrm(account([customer('1')], [purchase('deal-7-1', '1')])));
    expect(counts.purchases).toEqual({ inserted: 0, changed: 0, unchanged: 1, removed: 2 });
  });

  test('removes nothing of what it could not list', async () => {
    await full(
      scriptedCrm(account([customer('1')], [purchase('deal-7-1', '1'), purchase('order-8-1', '1')])),
    );
    const steps = account([customer('1')]);
    await full(
      scriptedCrm([
        ...steps.slice(0, -1),
        { object: 'purchases', rows: [], parents: [], confirms: 'deal-', completes: true },
      ]),
    );
    const left = await db.selectFrom('purchases').select('id').execute();
    expect(left).toEqual([{ id: 'order-8-1' }]);
  });

  test('does not believe that deals which are there hold nothing any more, unless a person says so', async () => {
    const deals = Array.from({ length: 60 }, (_, n) => purchase(`deal-${n}-1`, '1'));
    const parents = deals.map(({ id }) => id.replace(/-1$/, ''));
    await full(scriptedCrm(account([customer('1')], deals)));
    const emptied = account([customer('1')]).map((step) =>
      step.object === 'purchases' ? { ...step, parents } : step,
    );
    const { counts } = await full(scriptedCrm(emptied));
    expect(counts.problems[0]).toMatchObject({ code: 'mass_removal_held_back' });
    expect(counts.purchases.removed).toBe(0);
    // somebody has just changed these deals
    await runSync({ db, crm: scriptedCrm(emptied.slice(-1)), mode: 'incremental' });
    expect(await db.selectFrom('purchases').select('id').execute()).toEqual([]);

    await full(scriptedCrm(account([customer('1')], deals)));
    const accepted = await full(scriptedCrm(emptied), { acceptMassRemoval: true });
    expect(accepted.counts.purchases.removed).toBe(60);
  });

  test('exchanges lines that were all made anew without asking: they are known with the new ones', async () => {
    const lines = (line: number) => Array.from({ length: 60 }, (_, n) => purchase(`deal-${n}-${line}`, '1'));
    await full(scriptedCrm(account([customer('1')], lines(1))));
    const { counts } = await full(scriptedCrm(account([customer('1')], lines(2))));
    expect(counts.problems).toEqual([]);
    expect(counts.purchases).toEqual({ inserted: 60, changed: 0, unchanged: 0, removed: 60 });
  });

  test('removes nothing that comes from elsewhere', async () => {
    await full(scriptedCrm(everything));
    await sql`update purchases set source = 'elsewhere' where customer_id = '1'`.execute(db);
    const { counts } = await full(
      scriptedCrm(
        everything.map((step) =>
          step.object === 'purchases' ? { ...step, rows: [], parents: ['deal-7', 'deal-7'] } : step,
        ),
      ),
    );
    expect(counts.purchases.removed).toBe(1);
    expect(await db.selectFrom('purchases').select('customer_id').execute()).toEqual([{ customer_id: '1' }]);
  });

  test('tells what it held back before all other problems, however many', async () => {
    const customers = Array.from({ length: 120 }, (_, n) => customer(String(n)));
    await full(scriptedCrm(account(customers)));
    const trouble = customers
      .slice(0, 10)
      .map(({ id }) => ({ record: `customer ${id}`, code: 'odd', message: '' }));
    const steps = account(customers.slice(0, 10)).map((step) =>
      step.object === 'customers' ? ({ ...step, problems: trouble } as typeof step) : step,
    );
    const { counts } = await full(scriptedCrm(steps));
    expect(counts.problems).toHaveLength(100);
    expect(counts.problems[0]).toMatchObject({ record: 'customers', code: 'mass_removal_held_back' });
  });

  test('removes without asking what the settings leave out', async () => {
    const bought = Array.from({ length: 60 }, (_, n) => purchase(`order-${n}-1`, '1'));
    await full(scriptedCrm(account([customer('1')], bought)));
    const off = account([customer('1')]).map((step) =>
      step.object === 'purchases' ? { ...step, confirms: 'order-', intended: true } : step,
    );
    expect((await full(scriptedCrm(off))).counts.purchases.removed).toBe(60);
  });

  test('stores text as it is, whatever it would mean to a database', async () => {
    const texts = ['NULL', '{a,b}', `"quoted" \\ 'so'`, '', ' ', '$1; drop table', 'Ünïcödé 🎉'];
    await full(scriptedCrm(account(texts.map((lastName, n) => customer(`${n}`, { lastName })))));
    const stored = await db.selectFrom('customers').select(['last_name', 'title']).orderBy('id').execute();
    expect(stored).toEqual(texts.map((last_name) => ({ last_name, title: null })));
  });

  test('of more rows than one statement takes stores them all', async () => {
    const rows = Array.from({ length: 45_000 }, (_, n) => purchase(`deal-${n % 3}-${n}`, '1'));
    const { counts } = await full(scriptedCrm(account([customer('1')], rows)));
    expect(counts.purchases.inserted).toBe(45_000);
  });

  test('does not believe that most customers are gone, unless a person says so', async () => {
    const many = Array.from({ length: 60 }, (_, n) => customer(`${n}`));
    await full(scriptedCrm(account(many)));
    const few = account([customer('1')]);
    const { counts } = await full(scriptedCrm(few));
    expect(counts.customers.removed).toBe(0);
    expect(counts.problems.map(({ code }) => code)).toEqual(['mass_removal_held_back']);
    const accepted = await full(scriptedCrm(few), { acceptMassRemoval: true });
    expect(accepted.counts.customers.removed).toBe(59);
  });
});

describe('bad records', () => {
  test('are skipped and reported; the rest arrives', async () => {
    const { counts } = await full(
      scriptedCrm(account([customer('1'), customer('2', { innovationRatio: 7 }), customer('3')])),
    );
    expect(counts.problems).toMatchObject([{ record: 'customer 2', code: 'invalid_record' }]);
    expect(await alive()).toEqual(['1', '3']);
  });

  test('keep the state known before, and are not taken for gone', async () => {
    await full(scriptedCrm(account([customer('1')], [purchase('deal-7-1', '1')])));
    const { counts } = await full(
      scriptedCrm(
        account([customer('1', { country: 'Germany' })], [purchase('deal-7-1', '1', { quantity: 0.5 })]),
      ),
    );
    expect(counts.problemCounts).toEqual({ invalid_record: 2 });
    expect(changes(counts)).toBe(0);
    expect(await alive()).toEqual(['1']);
    expect(await db.selectFrom('purchases').select('quantity').execute()).toEqual([{ quantity: 1 }]);
  });

  test('with characters PostgreSQL refuses are cleaned and reported', async () => {
    const { counts } = await full(
      scriptedCrm(
        account([customer('1', { firstName: 'A\u0000B', lastName: 'C\ud800D', title: 'Dr.\r\nBcc: x' })]),
      ),
    );
    expect(counts.problemCounts).toEqual({ bad_characters: 1 });
    const row = await db.selectFrom('customers').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ first_name: 'A B', last_name: 'C\ufffdD', title: 'Dr. Bcc: x' });
  });

  test('that come twice in one batch are one', async () => {
    const steps = account([]);
    const { counts } = await full(
      scriptedCrm([
        { object: 'customers', rows: [customer('1'), customer('1', { title: 'Dr.' })] },
        ...steps,
      ]),
    );
    expect(counts.customers.inserted).toBe(1);
  });
});

describe('a sync that dies half-way', () => {
  const before = account([customer('1'), customer('2'), customer('3')], [purchase('deal-7-1', '1')]);
  const after = account([customer('1'), customer('4')], []);

  test('removes nothing; the next one goes on behind the last batch and finishes', async () => {
    await full(scriptedCrm(before));
    for (const dieAt of [1, 4, 5, 6]) {
      await expect(full(scriptedCrm(after, dieAt))).rejects.toThrow('the CRM went away');
      expect(await alive()).toEqual(expect.arrayContaining(['1', '2', '3']));
      expect(await db.selectFrom('purchases').select('id').execute()).toHaveLength(1);
    }
    const crm = { ...scriptedCrm(after), modes: ['full'] as const };
    const { resumed, counts } = await full(crm);
    expect(resumed).toBe(true);
    expect(crm.asked[0]?.position).toEqual({ step: 6 });
    expect(counts.customers).toEqual({ inserted: 1, changed: 0, unchanged: 1, removed: 2 });
    expect(await alive()).toEqual(['1', '4']);
    expect(await db.selectFrom('sync_seen').selectAll().execute()).toEqual([]);
    const runs = await db.selectFrom('sync_runs').select(['finished_at', 'error']).orderBy('id').execute();
    expect(runs.map(({ finished_at, error }) => [finished_at !== null, error])).toEqual([
      [true, null],
      [true, null],
    ]);
  });

  test('is followed by a look at what has changed since in what it had read', async () => {
    await expect(full(scriptedCrm(before, 5))).rejects.toThrow('the CRM went away');
    const crm = scriptedCrm(before);
    const { resumed, mode } = await full(crm);
    expect([resumed, mode]).toEqual([true, 'full']);
    expect(crm.asked.map(({ mode, position }) => [mode, position])).toEqual([
      ['full', { step: 5 }],
      ['incremental', null],
    ]);
  });

  test('says so when it is aborted, and goes on later', async () => {
    const stop = new AbortController();
    const steps = account([customer('1'), customer('2')]);
    const crm = scriptedCrm(steps);
    const stopped = full(crm, {
      signal: stop.signal,
      onProgress: ({ counts }) => counts.customers.inserted === 1 && stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted', retryable: true });
    expect(await alive()).toEqual(['1']);
    expect((await full(crm)).resumed).toBe(true);
    expect(await alive()).toEqual(['1', '2']);
  });

  test('goes on for weeks, because a day’s budget may end it again and again; then it is given up', async () => {
    const day = new Date('2026-01-01T00:00:00Z');
    await expect(full(scriptedCrm(before, 4), { now: () => day })).rejects.toThrow();
    const later = scriptedCrm(before, 5);
    await expect(full(later, { now: () => new Date('2026-01-20T00:00:00Z') })).rejects.toThrow();
    expect(later.asked[0]?.position).toEqual({ step: 4 });
    const { resumed } = await full(scriptedCrm(before), { now: () => new Date('2026-01-31T00:00:01Z') });
    expect(resumed).toBe(false);
    const [first] = await db.selectFrom('sync_runs').selectAll().orderBy('id').execute();
    expect(first?.error).toContain('Given up');
  });

  test('does not archive what an incremental sync brought meanwhile', async () => {
    await full(scriptedCrm(account([customer('1')])));
    await expect(full(scriptedCrm(account([customer('1')]), 5))).rejects.toThrow();
    await runSync({
      db,
      mode: 'incremental',
      crm: scriptedCrm([{ object: 'customers', rows: [customer('9')], completes: true }]),
    });
    const { resumed } = await full(scriptedCrm(account([customer('1')])));
    expect(resumed).toBe(true);
    expect(await alive()).toEqual(['1', '9']);
  });

  test('loses its lock with its connection', async () => {
    const steps = account([customer('1'), customer('2')]);
    const crm = scriptedCrm(steps);
    const dying = full(
      {
        ...crm,
        async *batches(context) {
          for await (const batch of crm.batches(context)) {
            yield batch;
            if (batch.position.step === 4) {
              await pool.query(
                `select pg_terminate_backend(pid) from pg_locks
                 where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
              );
              await new Promise((resolve) => setTimeout(resolve, 100));
            }
          }
        },
      },
      {},
    );
    await expect(dying).rejects.toThrow();
    const { resumed } = await full(crm);
    expect(resumed).toBe(true);
    expect(await alive()).toEqual(['1', '2']);
  });
});

describe('cursors', () => {
  const at = (iso: string) => () => new Date(iso);
  const cursorsOf = async () =>
    Object.fromEntries(
      (await db.selectFrom('sync_cursors').selectAll().execute()).map((row) => [
        row.object,
        row.synced_until.toISOString(),
      ]),
    );

  test('are never ahead of the database’s clock, which a machine may be', async () => {
    await full(scriptedCrm(account([customer('1')])), { now: () => new Date(Date.now() + 600_000) });
    for (const until of Object.values(await cursorsOf())) expect(Date.parse(until)).toBeLessThan(Date.now());
  });

  test('move to the start of the run minus the overlap, each with its rows', async () => {
    await expect(
      full(scriptedCrm(account([customer('1')]), 3), { now: at('2026-03-01T10:00:00Z') }),
    ).rejects.toThrow();
    const early = '2026-03-01T09:59:00.000Z';
    expect(await cursorsOf()).toEqual({ owners: early, companies: early, products: early });
    const crm = { ...scriptedCrm(account([customer('1')])), modes: ['full'] as const };
    await full(crm, { now: at('2026-03-01T11:00:00Z') });
    expect(await cursorsOf()).toEqual({
      owners: early,
      companies: early,
      products: early,
      customers: early,
      purchases: early,
    });
  });

  test('are what an incremental sync starts from, and it removes nothing it has not seen', async () => {
    await full(scriptedCrm(account([customer('1'), customer('2')])), { now: at('2026-03-01T10:00:00Z') });
    const crm = scriptedCrm([
      { object: 'customers', rows: [customer('3')], gone: ['2', 'unknown'], completes: true },
    ]);
    const { mode, counts } = await runSync({ db, crm, mode: 'incremental', now: at('2026-03-02T10:00:00Z') });
    expect(mode).toBe('incremental');
    expect(crm.asked[0]?.since.customers).toEqual(new Date('2026-03-01T09:59:00Z'));
    expect(counts.customers).toEqual({ inserted: 1, changed: 0, unchanged: 0, removed: 1 });
    expect(await alive()).toEqual(['1', '3']);
    expect((await cursorsOf()).customers).toBe('2026-03-02T09:59:00.000Z');
    expect((await cursorsOf()).purchases).toBe('2026-03-01T09:59:00.000Z');
  });

  test('that are missing make an incremental sync a full one', () => {
    expect(modeToRun('incremental', ['full', 'incremental'], { customers: new Date() })).toBe('full');
    expect(modeToRun('incremental', ['full'], {})).toBe('full');
  });
});

test('only one sync runs at a time; the second one says so', async () => {
  const crm = scriptedCrm(account([customer('1')]));
  const results = await Promise.allSettled([full(crm), full(crm)]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = results.find((result) => result.status === 'rejected');
  expect(refused?.reason).toMatchObject({ code: 'sync_running' });
});

test('another CRM is refused as long as the database holds customers of the first', async () => {
  await full(scriptedCrm(account([customer('1')])));
  const other = { ...scriptedCrm(account([customer('1')])), source: 'other' };
  await expect(full(other)).rejects.toMatchObject({ code: 'other_source' });
});
