import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SendState } from '../../src/domain/send.ts';
import { suppress } from '../../src/feedback/suppressions.ts';
import { unsubscribe } from '../../src/feedback/unsubscribe.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { settleSends } from '../../src/ledger/settle.ts';
import { followMerges } from '../../src/sync/follow.ts';
import type { Merge } from '../../src/sync/port.ts';
import type { CustomerRow } from '../../src/sync/rows.ts';
import { storeBatch } from '../../src/sync/store.ts';
import { testDatabase } from '../stands/database.ts';
import { customer } from './scripted-crm.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
const earlier = new Date('2026-09-01T09:00:00Z');

beforeEach(async () => {
  await sql`truncate customers, purchases, campaigns, sends, shown_blocks, ratio_accounts, answers, visits, statements, preferences, product_use, crm_entries, held_out, mail_events,
    suppressions, erasures, customer_merges, crm_reads cascade`.execute(db);
  for (const id of ['herbst', 'winter']) await createCampaign(db, { id, name: id, kind: 'adhoc', now });
});

/** What the CRM says, stored as a sync stores it. */
const crm = (rows: CustomerRow[], merged: Merge[] = []) =>
  db
    .transaction()
    .execute((trx) =>
      storeBatch(trx, 'scripted', { object: 'customers', rows, merged }, { guarded: false, now }),
    );

const account = (wanted: number, given: number, forgiven: number) => ({ wanted, given, forgiven });
const composition = (content: string) => ({
  language: 'de',
  blocks: [{ kind: 'proven', contentId: content, variantId: 'v', productKey: 'p', probability: 1 }],
  account: { before: account(0, 0, 0), after: account(2500, 0, 0) },
});

async function send(customerId: string, state: SendState, more: { campaign?: string; worker?: number } = {}) {
  const { id } = await db
    .insertInto('sends')
    .values({
      campaign_id: more.campaign ?? 'herbst',
      customer_id: customerId,
      chunk: 0,
      state,
      worker: more.worker ?? null,
      email_key: ['planned', 'queued'].includes(state) ? null : `${customerId}@kunde.example`,
      composition: JSON.stringify(composition(`about-${customerId}`)),
      sending_at: ['planned', 'queued'].includes(state) ? null : earlier,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

const settle = (id: number, worker = 7) =>
  settleSends(
    db,
    [{ id, messageId: `<${id}@x>`, address: 'a@b.example', begun: true, kind: 'sent', response: '250 ok' }],
    worker,
    now,
  );
const sends = async () =>
  (
    await db
      .selectFrom('sends')
      .select(['customer_id', 'state', 'reason', 'former_id'])
      .orderBy('id')
      .execute()
  ).map((row) =>
    [row.customer_id, row.state, row.reason, row.former_id && `was ${row.former_id}`]
      .filter(Boolean)
      .join(' '),
  );
const stopped = async () =>
  Object.fromEntries(
    (await db.selectFrom('suppressions').selectAll().orderBy('email_key').execute()).map((row) => [
      row.email_key,
      `${row.reason}: ${row.detail}`,
    ]),
  );
const archived = async () =>
  (
    await db.selectFrom('customers').select('id').where('archived_at', 'is not', null).orderBy('id').execute()
  ).map((row) => row.id);

describe('the history of a merged customer', () => {
  test('is the history of the one that lives on: mails, what was shown and answered, the account', async () => {
    await crm([customer('a'), customer('b')]);
    const mail = await send('a', 'sending', { worker: 7 });
    await settle(mail);
    await db
      .insertInto('answers')
      .values({ send_id: mail, position: 0, customer_id: 'a', content_id: 'about-a', answer: 'no' })
      .execute();
    await db
      .insertInto('ratio_accounts')
      .values({ customer_id: 'b', wanted: 100, given: 1, forgiven: 5 })
      .execute();

    await crm([customer('b')], [{ id: 'a', into: 'b' }]);

    expect(await sends()).toEqual(['b sent']);
    expect(await archived()).toEqual(['a']);
    for (const table of ['shown_blocks', 'answers'] as const) {
      const rows = await db.selectFrom(table).select(['customer_id', 'content_id']).execute();
      expect(rows).toEqual([{ customer_id: 'b', content_id: 'about-a' }]);
    }
    expect(await db.selectFrom('ratio_accounts').selectAll().execute()).toEqual([
      { customer_id: 'b', wanted: 2600, given: 1, forgiven: 5 },
    ]);
  });

  test('moves before the other record is known, and along a chain, in whatever order it is learned', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      await sql`truncate customers, customer_merges, sends cascade`.execute(db);
      await crm([customer('a'), customer('b')]);
      await send('a', 'sent');
      await send('b', 'sent', { campaign: 'winter' });
      const merges = [
        { id: 'a', into: 'b' },
        { id: 'b', into: 'c' },
      ];
      for (const n of order) await crm([], [merges[n] as Merge]);
      expect(await sends()).toEqual(['c sent', 'c sent']);
      const known = await db.selectFrom('customer_merges').select(['id', 'into_id']).orderBy('id').execute();
      expect(known).toEqual([
        { id: 'a', into_id: 'c' },
        { id: 'b', into_id: 'c' },
      ]);
    }
  });

  test('of a record that an older answer of the CRM brought back moves again', async () => {
    await crm([customer('a'), customer('b')], [{ id: 'a', into: 'b' }]);
    await crm([customer('a')]);
    await send('a', 'sent');
    await crm([customer('b')], [{ id: 'a', into: 'b' }]);
    expect(await sends()).toEqual(['b sent']);
    expect(await archived()).toEqual(['a']);
  });

  test('is not touched by a merge of a record with itself', async () => {
    await crm([customer('a')], [{ id: 'a', into: 'a' }]);
    expect(await db.selectFrom('customer_merges').selectAll().execute()).toEqual([]);
    expect(await archived()).toEqual([]);
  });

  test('goes to whom the CRM last named when merges contradict each other', async () => {
    await crm([customer('a'), customer('b')], [{ id: 'a', into: 'b' }]);
    await crm([customer('a')], [{ id: 'b', into: 'a' }]);
    await send('b', 'sent');
    expect(await archived()).toEqual(['b']);
    const known = await db.selectFrom('customer_merges').select(['id', 'into_id']).execute();
    expect(known).toEqual([{ id: 'b', into_id: 'a' }]);
  });
});

describe('two mails of one campaign to one person', () => {
  const merge = () => crm([customer('b')], [{ id: 'a', into: 'b' }]);
  beforeEach(() => crm([customer('a'), customer('b')]));

  test.each<[SendState, SendState, string[]]>([
    ['planned', 'planned', ['b skipped merged was a', 'b planned']],
    ['queued', 'sent', ['b skipped merged was a', 'b sent']],
    ['sent', 'queued', ['b sent was a', 'b skipped merged']],
    ['in_doubt', 'planned', ['b in_doubt was a', 'b skipped merged']],
    ['failed', 'planned', ['b failed was a', 'b planned']],
    ['sent', 'sent', ['b sent was a', 'b sent']],
  ])('%s and %s: one is enough, and what was settled stays', async (loser, winner, after) => {
    await send('a', loser);
    await send('b', winner);
    await merge();
    expect(await sends()).toEqual(after);
  });

  test('three records with one each: the one that may have arrived keeps its place', async () => {
    await crm([customer('c')]);
    await send('a', 'queued');
    await send('b', 'sent');
    await crm(
      [customer('c')],
      [
        { id: 'a', into: 'c' },
        { id: 'b', into: 'c' },
      ],
    );
    expect(await sends()).toEqual(['c skipped merged was a', 'c sent']);
  });
});

describe('a mail that is on its way while its customer is merged', () => {
  test('is settled into the history of the one that lives on', async () => {
    await crm([customer('a'), customer('b')]);
    const mail = await send('a', 'sending', { worker: 7 });
    await send('b', 'sent');
    await crm([customer('b')], [{ id: 'a', into: 'b' }]);
    await settle(mail);
    expect(await sends()).toEqual(['b sent was a', 'b sent']);
    expect(await db.selectFrom('shown_blocks').select('customer_id').execute()).toEqual([
      { customer_id: 'b' },
    ]);
    expect(await db.selectFrom('ratio_accounts').select(['customer_id', 'wanted']).execute()).toEqual([
      { customer_id: 'b', wanted: 2500 },
    ]);
  });

  test('at the same moment is settled all the same: neither waits for the other for ever', async () => {
    await crm([customer('a'), customer('b'), customer('c'), customer('d')]);
    const mails: number[] = [];
    for (const id of ['a', 'b', 'c', 'd']) mails.push(await send(id, 'sending', { worker: 7 }));
    let settled: Promise<void> = Promise.resolve();
    await db.transaction().execute(async (trx) => {
      await followMerges(
        trx,
        [
          { id: 'b', into: 'a' },
          { id: 'd', into: 'c' },
        ],
        now,
      );
      settled = Promise.all(mails.toReversed().map((id) => settle(id))).then(() => {});
      // time enough to stand in line for what the merge holds
      await Promise.race([settled, sleep(100)]);
    });
    await settled;
    expect(await sends()).toEqual(['a sent', 'a sent was b', 'c sent', 'c sent was d']);
    const accounts = await db
      .selectFrom('ratio_accounts')
      .select(['customer_id', 'wanted'])
      .orderBy('customer_id')
      .execute();
    expect(accounts).toEqual([
      { customer_id: 'a', wanted: 5000 },
      { customer_id: 'c', wanted: 5000 },
    ]);
  });
});

describe('an objection of a merged customer', () => {
  const merge = () => crm([customer('b')], [{ id: 'a', into: 'b' }]);
  const stop = (id: string, reason: 'unsubscribed' | 'complained' | 'manual' | 'bounced') =>
    suppress(db, { address: `${id}@kunde.example`, reason, detail: 'send 1', now: earlier });
  beforeEach(() => crm([customer('a'), customer('b')]));

  test.each(['unsubscribed', 'complained', 'manual'] as const)('%s holds for the person', async (reason) => {
    await stop('a', reason);
    await merge();
    expect(await stopped()).toEqual({
      'a@kunde.example': `${reason}: send 1`,
      'b@kunde.example': `${reason}: merged from a`,
    });
  });

  test('is known to be as old as it is', async () => {
    await stop('a', 'unsubscribed');
    await merge();
    const dates = await db.selectFrom('suppressions').select('created_at').execute();
    expect(dates).toEqual([{ created_at: earlier }, { created_at: earlier }]);
  });

  test('joins what is known of the address', async () => {
    await stop('a', 'unsubscribed');
    await stop('b', 'bounced');
    await merge();
    expect((await stopped())['b@kunde.example']).toBe('unsubscribed: merged from a; also bounced; send 1');
  });

  test('does not go the other way, and a bounce stays with its address', async () => {
    await stop('b', 'unsubscribed');
    await crm([customer('c')]);
    await stop('c', 'bounced');
    await crm(
      [customer('b')],
      [
        { id: 'a', into: 'b' },
        { id: 'c', into: 'b' },
      ],
    );
    expect(Object.keys(await stopped())).toEqual(['b@kunde.example', 'c@kunde.example']);
    expect((await stopped())['b@kunde.example']).toBe('unsubscribed: send 1');
  });

  test('at an address of earlier counts, too, unless it is somebody else’s today', async () => {
    await send('a', 'sent');
    await crm([customer('a', { email: 'neu@kunde.example' })]);
    await stop('a', 'unsubscribed');
    await crm([customer('x', { email: 'a@kunde.example' }), customer('y'), customer('z')]);
    await merge();
    expect(Object.keys(await stopped())).toEqual(['a@kunde.example']);
    await crm([customer('x', { email: 'x@kunde.example' })], [{ id: 'b', into: 'y' }]);
    expect((await stopped())['y@kunde.example']).toBe('unsubscribed: merged from b');
  });

  test('in the CRM counts, too', async () => {
    await crm([customer('a', { optedOut: true })]);
    await merge();
    expect(await stopped()).toEqual({
      'b@kunde.example': 'unsubscribed: merged from a; opted out in the CRM',
    });
  });

  test('is not for the CRM’s ears, which knows what was said about this address there', async () => {
    await stop('a', 'unsubscribed');
    await stop('b', 'bounced');
    await crm([customer('c', { optedOut: true }), customer('d')]);
    await merge();
    await crm([customer('d')], [{ id: 'c', into: 'd' }]);
    await crm([customer('b', { email: 'neu@kunde.example' })]);
    const rows = await db
      .selectFrom('suppressions')
      .select(['email_key', 'crm_outcome'])
      .orderBy('email_key')
      .execute();
    expect(rows.map((row) => [row.email_key, row.crm_outcome])).toEqual([
      ['a@kunde.example', null],
      ['b@kunde.example', 'withheld'],
      ['d@kunde.example', 'withheld'],
      ['neu@kunde.example', 'withheld'],
    ]);
  });

  test('waits for a record that comes later, along a chain', async () => {
    await stop('a', 'complained');
    await crm([], [{ id: 'a', into: 'k' }]);
    await crm([], [{ id: 'k', into: 'l' }]);
    await crm([customer('l')]);
    expect((await stopped())['l@kunde.example']).toBe('complained: merged from a');
  });

  test('that was taken off the list by hand is not put back when the CRM names the merge again', async () => {
    await stop('a', 'unsubscribed');
    await merge();
    await sql`delete from suppressions where email_key = 'b@kunde.example'`.execute(db);
    await merge();
    expect(Object.keys(await stopped())).toEqual(['a@kunde.example']);
  });

  test('by a link of an old mail stops the address of today', async () => {
    const mail = await send('a', 'sent');
    await merge();
    await unsubscribe(db, mail, now);
    expect(Object.keys(await stopped())).toEqual(['a@kunde.example', 'b@kunde.example']);
  });
});

describe('a changed address', () => {
  const moved = (email: string | null) => crm([customer('a', { email })]);
  beforeEach(() => crm([customer('a')]));
  const stop = (reason: 'unsubscribed' | 'bounced' | 'erased', address = 'a@kunde.example') =>
    suppress(db, { address, reason, detail: null, now: earlier });

  test('carries the objection of the old one, in every form', async () => {
    await stop('unsubscribed');
    await moved(' Neu@Müller.example');
    expect(await stopped()).toEqual({
      'a@kunde.example': 'unsubscribed: null',
      'neu@müller.example': 'unsubscribed: customer a has changed the address',
      'neu@xn--mller-kva.example': 'unsubscribed: customer a has changed the address',
    });
  });

  test('does not carry a bounce, nor what is kept of an erased person', async () => {
    await stop('bounced');
    await moved('b@kunde.example');
    await stop('erased', 'b@kunde.example');
    await moved('c@kunde.example');
    expect(await stopped()).not.toHaveProperty('c@kunde.example');
  });

  test('that was cleared in between carries it, if the old one was written to', async () => {
    await send('a', 'sent');
    await stop('unsubscribed');
    await moved(null);
    await moved('neu@kunde.example');
    expect((await stopped())['neu@kunde.example']).toBe('unsubscribed: customer a has changed the address');
  });

  test('that is written in another way has not changed', async () => {
    await stop('unsubscribed');
    await moved(' A@KUNDE.example ');
    expect(await stopped()).toEqual({ 'a@kunde.example': 'unsubscribed: null' });
  });

  test('leaves alone who has not objected', async () => {
    await moved('neu@kunde.example');
    expect(await stopped()).toEqual({});
  });
});
