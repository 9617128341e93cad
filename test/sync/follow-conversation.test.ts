import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { currentCustomer } from '../../src/db/customer-ids.ts';
import { FREQUENCIES, TOPICS } from '../../src/domain/conversation.ts';
import { recordAnswer } from '../../src/feedback/answer.ts';
import { beginEntries } from '../../src/feedback/crm/entries/begin.ts';
import { gatherEntry } from '../../src/feedback/crm/gather.ts';
import { savePreferences } from '../../src/feedback/preferences/save.ts';
import { recordStatement } from '../../src/feedback/statements.ts';
import { recordVisit } from '../../src/feedback/visits/visits.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { followMerges } from '../../src/sync/follow.ts';
import type { Merge } from '../../src/sync/port.ts';
import { testDatabase } from '../stands/database.ts';
import { seedSend } from '../web/stand.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
const days = (n: number) => new Date(now.getTime() + n * 86_400_000);
const day = (n: number) => days(n).toISOString().slice(0, 10);
for (const id of ['herbst', 'winter']) await createCampaign(db, { id, name: id, kind: 'adhoc', now });

/** Quicker than truncating, for tables of a few rows. */
const empty = () =>
  sql`with a as (delete from visits), b as (delete from statements), c as (delete from crm_entries),
      d as (delete from answers), e as (delete from shown_blocks), f as (delete from held_out),
      g as (delete from preferences), h as (delete from product_use), r as (delete from ratio_suggestions), i as (delete from customer_merges),
      j as (delete from purchases), k as (delete from customers)
    delete from sends`.execute(db);
beforeEach(empty);
const merge = (merges: Merge[]) => db.transaction().execute((trx) => followMerges(trx, merges, now));
const add = (...ids: string[]) =>
  db
    .insertInto('customers')
    .values(
      ids.map((id) => ({
        id,
        source: 'test',
        language: 'de' as const,
        consent: 'consent' as const,
        opted_out: false,
        bounced: false,
      })),
    )
    .execute();
const send = async (customerId: string) =>
  (
    await db
      .insertInto('sends')
      .values({ campaign_id: 'herbst', customer_id: customerId, chunk: 0, state: 'sent' })
      .returning('id')
      .executeTakeFirstOrThrow()
  ).id;

interface Wishes {
  language: 'de' | 'en' | null;
  frequency: (typeof FREQUENCIES)[number] | null;
  topics_off: (typeof TOPICS)[number][];
  ratio_wish: number | null;
  paused_until: string | null;
  changed_at: Date;
}
const wishesOf = async (id: string) =>
  await db.selectFrom('preferences').selectAll().where('customer_id', '=', id).executeTakeFirst();

describe('what merged customers wish for', () => {
  const save = (customer_id: string, wishes: Partial<Wishes>) =>
    db
      .insertInto('preferences')
      .values({ customer_id, changed_at: now, ...wishes })
      .execute();

  test('goes on with the one that lives', async () => {
    await save('a', { language: 'en', ratio_wish: 1 });
    await merge([{ id: 'a', into: 'b' }]);
    expect(await wishesOf('b')).toMatchObject({ language: 'en', ratio_wish: 1, changed_at: now });
    expect(await wishesOf('a')).toBeUndefined();
  });

  test('is what was saved last, but nobody gets more than they asked for anywhere', async () => {
    await save('a', {
      language: 'en',
      ratio_wish: 2,
      frequency: 'quarterly',
      topics_off: ['training', 'offers'],
      paused_until: '2026-12-01',
      changed_at: days(-9),
    });
    await save('b', { language: 'de', ratio_wish: null, topics_off: ['offers', 'service'] });
    await merge([{ id: 'a', into: 'b' }]);
    expect(await wishesOf('b')).toEqual({
      customer_id: 'b',
      language: 'de',
      ratio_wish: null,
      frequency: 'quarterly',
      topics_off: ['offers', 'service', 'training'],
      paused_until: '2026-12-01',
      changed_at: now,
    });
  });
});

describe('what merged customers corrected about their products', () => {
  const say = (customer_id: string, product_id: string, used: boolean, said_on: string) =>
    db.insertInto('product_use').values({ customer_id, product_id, used, said_on }).execute();

  test('is what they said last, of each product', async () => {
    await say('a', 'laser', false, day(0));
    await say('b', 'laser', true, day(-1));
    await say('a', 'waage', false, day(-5));
    await say('b', 'waage', true, day(-4));
    await say('a', 'presse', true, day(-3));
    await merge([{ id: 'a', into: 'b' }]);
    const rows = await db.selectFrom('product_use').selectAll().orderBy('product_id').execute();
    expect(rows).toEqual([
      { customer_id: 'b', product_id: 'laser', used: false, said_on: day(0) },
      { customer_id: 'b', product_id: 'presse', used: true, said_on: day(-3) },
      { customer_id: 'b', product_id: 'waage', used: true, said_on: day(-4) },
    ]);
  });
});

describe('what was suggested from merged customers’ answers', () => {
  const suggest = (customer_id: string, suggested: number, made_at: Date) =>
    db
      .insertInto('ratio_suggestions')
      .values({ customer_id, ratio: 0.2, suggested, probability: 0.95, times: 2, made_at })
      .execute();
  const left = () => db.selectFrom('ratio_suggestions').select(['customer_id', 'suggested']).execute();

  test('stands for the one that lives, the newest of several', async () => {
    await suggest('a', 0.3, days(-2));
    await suggest('b', 0.1, days(-1));
    await suggest('c', 0.3, days(-3));
    await merge([
      { id: 'a', into: 'd' },
      { id: 'b', into: 'd' },
    ]);
    expect(await left()).toEqual(
      expect.arrayContaining([
        { customer_id: 'd', suggested: 0.1 },
        { customer_id: 'c', suggested: 0.3 },
      ]),
    );
    await merge([{ id: 'c', into: 'd' }]);
    expect(await left()).toEqual([{ customer_id: 'd', suggested: 0.1 }]);
  });
});

test('mails that were left out for the comparison count once a campaign, the first of them', async () => {
  const out = (customer_id: string, campaign_id: string, due_at: Date) =>
    db
      .insertInto('held_out')
      .values({ campaign_id, customer_id, chunk: 0, due_at, decided_at: due_at, blocks: JSON.stringify([]) })
      .execute();
  await out('a', 'herbst', days(1));
  await out('b', 'herbst', days(2));
  await out('a', 'winter', days(4));
  await out('c', 'winter', days(3));
  await merge([
    { id: 'a', into: 'b' },
    { id: 'c', into: 'b' },
  ]);
  const rows = await db.selectFrom('held_out').select(['campaign_id', 'customer_id', 'due_at']).execute();
  expect(rows.sort((x, y) => (x.campaign_id < y.campaign_id ? -1 : 1))).toEqual([
    { campaign_id: 'herbst', customer_id: 'b', due_at: days(1) },
    { campaign_id: 'winter', customer_id: 'b', due_at: days(3) },
  ]);
});

describe('what the CRM is to be told', () => {
  test('gathers on in one entry, and what was begun goes on under the id of now', async () => {
    await gatherEntry(db, { kind: 'profile', customerId: 'a', now });
    await gatherEntry(db, { kind: 'profile', customerId: 'b', now: days(1) });
    await gatherEntry(db, { kind: 'note', customerId: 'a', now });
    const about = { sendId: await send('a'), position: 0 };
    await gatherEntry(db, { kind: 'note', customerId: 'a', about, now });
    await sql`update crm_entries set begun_at = ${now} where kind = 'note' and send_id is null`.execute(db);
    await gatherEntry(db, { kind: 'note', customerId: 'b', now });
    await merge([{ id: 'a', into: 'b' }]);
    const rows = await db
      .selectFrom('crm_entries')
      .select(['kind', 'customer_id', 'send_id', 'created_at', 'due_at', 'begun_at'])
      .orderBy('kind')
      .orderBy('id')
      .execute();
    expect(rows.map(({ customer_id }) => customer_id)).toEqual(['b', 'b', 'b', 'b']);
    expect(rows.map((row) => [row.kind, row.send_id, row.begun_at])).toEqual([
      ['note', null, now],
      ['note', about.sendId, null],
      ['note', null, null],
      ['profile', null, null],
    ]);
    expect(rows[3]).toMatchObject({ created_at: now, due_at: new Date(days(1).getTime() + 60_000) });
    // goes on gathering
    await gatherEntry(db, { kind: 'profile', customerId: 'b', now: days(2) });
    expect(await db.selectFrom('crm_entries').select('id').execute()).toHaveLength(4);
  });
});

const RECORDS = 5;
/** Record n is merged into a smaller one, or lives: a forest, so every chain ends. */
const forest = fc.tuple(
  ...Array.from({ length: RECORDS - 1 }, (_, n) => fc.option(fc.nat({ max: n }), { freq: 4 })),
);
const livingOf = (parents: (number | null)[], n: number): number => {
  const into = n === 0 ? null : (parents[n - 1] ?? null);
  return into === null ? n : livingOf(parents, into);
};
const wishes = fc.record({
  language: fc.constantFrom('de' as const, 'en' as const, null),
  frequency: fc.constantFrom(...FREQUENCIES, null),
  topics_off: fc.subarray([...TOPICS]),
  ratio_wish: fc.option(fc.integer({ min: -2, max: 2 })),
  paused_until: fc.option(fc.nat({ max: 90 }).map(day)),
  changed_at: fc.nat({ max: 3 }).map(days),
});
const uses = fc.uniqueArray(
  fc.record({
    product_id: fc.constantFrom('p', 'q'),
    used: fc.boolean(),
    said_on: fc.nat({ max: 2 }).map(day),
  }),
  { selector: ({ product_id }) => product_id },
);
const record = fc.record({
  wishes: fc.option(wishes),
  uses,
  statements: fc.nat({ max: 2 }),
  entries: fc.subarray(['note', 'profile'] as const),
  heldOut: fc.boolean(),
});

test('merges in any order and portions, and everything said in between, end as one record from the start', async () => {
  const history = fc.record({
    parents: forest,
    records: fc.array(record, { minLength: RECORDS, maxLength: RECORDS }),
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    early: fc.nat({ max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(history, history, async (one, other) => {
      // the same facts, merged in one order and in another
      const ends = [];
      for (const { order, early } of [one, other]) {
        await empty();
        const merges = order.flatMap((n) => {
          const into = one.parents[n] ?? null;
          return into === null ? [] : [{ id: `${n + 1}`, into: `${into}` }];
        });
        await Promise.all(one.records.map((each, n) => leave(`${n}`, n, each)));
        for (const step of merges.slice(0, early)) await merge([step]);
        await merge(merges);
        ends.push(await picture());
      }
      expect(ends[0]).toEqual(ends[1]);
      const [end] = ends as [Awaited<ReturnType<typeof picture>>];
      const of = (n: number) =>
        one.records.filter((_, other) => livingOf(one.parents, other) === livingOf(one.parents, n));
      for (const n of one.records.keys()) {
        const all = of(n);
        const living = `${livingOf(one.parents, n)}`;
        const said = all.flatMap((each) => each.wishes ?? []);
        const kept = end.preferences.find(({ customer_id }) => customer_id === living);
        expect(kept === undefined).toBe(said.length === 0);
        expect(new Set(kept?.topics_off)).toEqual(new Set(said.flatMap((each) => each.topics_off)));
        expect(end.statements.filter((id) => id === living)).toHaveLength(
          all.reduce((sum, each) => sum + each.statements, 0),
        );
        expect(
          end.entries.filter(({ customer_id }) => customer_id === living).map(({ kind }) => kind),
        ).toEqual([...new Set(all.flatMap((each) => each.entries))].sort());
        expect(end.heldOut.filter(({ customer_id }) => customer_id === living)).toHaveLength(
          all.some((each) => each.heldOut) ? 1 : 0,
        );
        expect(end.uses.filter(({ customer_id }) => customer_id === living).map((u) => u.product_id)).toEqual(
          [...new Set(all.flatMap((each) => each.uses.map((u) => u.product_id)))].sort(),
        );
      }
    }),
    { numRuns: 15 },
  );
});

async function leave(id: string, n: number, each: typeof record extends fc.Arbitrary<infer R> ? R : never) {
  if (each.wishes)
    await db
      .insertInto('preferences')
      .values({ customer_id: id, ...each.wishes })
      .execute();
  for (const use of each.uses)
    await db
      .insertInto('product_use')
      .values({ customer_id: id, ...use })
      .execute();
  for (let i = 0; i < each.statements; i++) {
    await db
      .insertInto('statements')
      .values({ customer_id: id, question_id: 'q', question: '?', words: 'x', said_by: 'customer' })
      .execute();
  }
  for (const kind of each.entries) await gatherEntry(db, { kind, customerId: id, now: days(n) });
  if (each.heldOut) {
    await db
      .insertInto('held_out')
      .values({
        campaign_id: 'herbst',
        customer_id: id,
        chunk: n,
        due_at: days(n),
        blocks: JSON.stringify([]),
      })
      .execute();
  }
}

async function picture() {
  const [preferences, useRows, entries, heldOut, statements] = await Promise.all([
    db.selectFrom('preferences').selectAll().orderBy('customer_id').execute(),
    db.selectFrom('product_use').selectAll().orderBy('customer_id').orderBy('product_id').execute(),
    db
      .selectFrom('crm_entries')
      .select(['customer_id', 'kind', 'created_at', 'due_at'])
      .orderBy('customer_id')
      .orderBy('kind')
      .execute(),
    db.selectFrom('held_out').selectAll().orderBy('customer_id').execute(),
    db.selectFrom('statements').select('customer_id').orderBy('customer_id').execute(),
  ]);
  const topicsInOrder = preferences.map((row) => ({ ...row, topics_off: [...row.topics_off].sort() }));
  return {
    preferences: topicsInOrder,
    uses: useRows,
    entries,
    heldOut,
    statements: statements.map(({ customer_id }) => customer_id),
  };
}

describe('somebody who says something while their records are merged', () => {
  const note = async (who: { sendId: number } | { customerId: string }, hold?: Promise<void>) =>
    db.transaction().execute(async (trx) => {
      const customer_id = await currentCustomer(trx, who);
      await hold;
      if (customer_id !== null) await trx.insertInto('preferences').values({ customer_id }).execute();
      return customer_id;
    });

  test('is waited for, or finds the id of now: it is kept once, whoever is first', async () => {
    for (let round = 0; round < 12; round++) {
      await empty();
      await add('a', 'b');
      const sendId = await send('a');
      const notes = () => note(round % 2 === 0 ? { sendId } : { customerId: 'a' });
      const merges = () => merge([{ id: 'a', into: 'b' }]);
      await Promise.all(round % 4 < 2 ? [notes(), merges()] : [merges(), notes()]);
      expect(await db.selectFrom('preferences').select('customer_id').execute()).toEqual([
        { customer_id: 'b' },
      ]);
    }
  });

  test('before the merge, holds it up until it is stored', async () => {
    await add('a', 'b');
    const sendId = await send('a');
    let go = () => {};
    const noted = note({ sendId }, new Promise<void>((resolve) => (go = resolve)));
    await expect.poll(waitingLocks).toEqual({ held: 1, waiting: 0 });
    const merged = merge([{ id: 'a', into: 'b' }]);
    await expect.poll(waitingLocks).toEqual({ held: 1, waiting: 1 });
    go();
    expect(await noted).toBe('a');
    await merged;
    expect(await db.selectFrom('preferences').select('customer_id').execute()).toEqual([
      { customer_id: 'b' },
    ]);
  });

  test('about a record that the CRM has yet to show is noted under its id', async () => {
    await add('a');
    const sendId = await send('a');
    await merge([{ id: 'a', into: 'new' }]);
    expect(await note({ sendId })).toBe('new');
    expect(await note({ customerId: 'nobody' })).toBeNull();
    expect(await note({ sendId: sendId + 1 })).toBeNull();
  });
});

test('a mail’s links at the moment of a merge: nobody waits for ever, and all is found under the id of now', async () => {
  const tools = { now, timeZone: 'Europe/Berlin', matchProduct: () => undefined };
  const form = {
    shown: [],
    used: [],
    topicsOff: ['training' as const],
    frequency: 'quarterly' as const,
    language: 'en' as const,
    ratioWish: 1,
    pause: null,
  };
  const question = { id: 'q', question: 'Was genau?', why: null, choices: [], ownWords: { label: null } };
  for (let round = 0; round < 8; round++) {
    await empty();
    await add('b');
    const sendId = await seedSend(db, { id: 'a' });
    const link = { kind: 'click', sendId, position: 0, answer: 'yes' } as const;
    const about = { sendId, position: 0, contentId: 'firmware' };
    const said = { saidBy: 'customer', about, question, choice: null, words: 'Ein Angebot' } as const;
    const later = new Date(now.getTime() + 120_000);
    await Promise.all([
      recordVisit(db, { link, sign: null, form: null, userAgent: null, now }),
      recordAnswer(db, { sendId, position: 0, answer: 'call', now }),
      sleep(round * 3).then(() => merge([{ id: 'a', into: 'b' }])),
      recordStatement(db, said, tools),
      recordAnswer(db, { sendId, position: 1, answer: 'no', now }),
      sleep(round * 2).then(() => beginEntries(db, { kind: 'note', which: 'fresh', now: later, limit: 10 })),
      savePreferences(db, sendId, form, tools),
    ]);
    for (const table of ['answers', 'statements', 'preferences', 'crm_entries', 'sends'] as const) {
      const ids = await db.selectFrom(table).select('customer_id').distinct().execute();
      expect(ids).toEqual([{ customer_id: 'b' }]);
    }
  }
});

/** Who has the lock on ids in this database, and who waits for it. */
async function waitingLocks() {
  const { rows } = await sql<{ held: number; waiting: number }>`
    select count(*) filter (where granted)::int as held, count(*) filter (where not granted)::int as waiting
    from pg_locks where locktype = 'advisory' and objid = ${0x63757374}
      and database = (select oid from pg_database where datname = current_database())`.execute(db);
  return rows[0];
}
