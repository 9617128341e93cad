import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { erasePerson } from '../../src/erasure/erase.ts';
import { findPerson } from '../../src/erasure/person.ts';
import { findSuppression, suppress } from '../../src/feedback/suppressions.ts';
import type { Merge } from '../../src/sync/port.ts';
import type { CustomerRow } from '../../src/sync/rows.ts';
import { storeBatch } from '../../src/sync/store.ts';
import { testDatabase } from '../stands/database.ts';
import { customer } from '../sync/scripted-crm.ts';
import { seedSend } from '../web/stand.ts';
import { everything } from './stand.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
/** Two records of one person, and somebody else. */
const [OLD, NEW, OTHER] = ['crm-old-4711', 'crm-new-4712', 'crm-other-4713'] as const;

const crm = (rows: CustomerRow[], merged: Merge[] = []) =>
  db
    .transaction()
    .execute((trx) =>
      storeBatch(trx, 'scripted', { object: 'customers', rows, merged }, { guarded: false, now }),
    );
const erase = (who: string) => erasePerson(db, who, now);

beforeEach(async () => {
  await sql`truncate customers, purchases, products, campaigns, sends, shown_blocks, ratio_accounts, answers, statements, preferences,
    product_use, ratio_suggestions, crm_entries, held_out, suppressions,
    erasures, customer_merges, crm_reads, crm_events cascade`.execute(db);
  await seedSend(db, { id: OLD });
  await crm([customer(NEW), customer(OTHER)]);
});

describe('a person whose records were merged', () => {
  beforeEach(() => crm([customer(NEW)], [{ id: OLD, into: NEW }]));

  test.each([OLD, NEW, `${OLD}@kunde.example`, `${NEW}@kunde.example`])(
    'is found by %s, with all records and addresses',
    async (who) => {
      expect(await findPerson(db, who)).toEqual({
        ids: [NEW, OLD],
        addresses: [`${NEW}@kunde.example`, `${OLD}@kunde.example`],
        shared: [],
      });
    },
  );

  test('is erased under all ids, and no merge brings the person back', async () => {
    expect((await erase(NEW))?.person.ids).toEqual([NEW, OLD]);
    const batches: [CustomerRow[], Merge[]][] = [
      [[customer(NEW)], [{ id: OLD, into: NEW }]],
      [[customer(OLD)], []],
      [[], [{ id: NEW, into: OLD }]],
    ];
    for (const [rows, merged] of batches) await crm(rows, merged);
    // what was asked for is remembered for a day
    await sql`truncate crm_reads`.execute(db);
    const left = await everything(db);
    expect(left).not.toContain(OLD);
    expect(left).not.toContain(NEW);
    expect(left).toContain(OTHER);
  });

  test('is not one with a record that the CRM shows alive again', async () => {
    await crm([customer(OLD)]);
    expect((await findPerson(db, OLD))?.ids).toEqual([OLD]);
    expect((await findPerson(db, OTHER))?.ids).toEqual([OTHER]);
  });
});

test('an address that only an objection has reached is found', async () => {
  await suppress(db, { address: `${OLD}@kunde.example`, reason: 'unsubscribed', detail: null, now });
  await crm([customer(OLD, { email: 'zwischendurch@kunde.example' })]);
  await crm([customer(OLD, { email: 'heute@kunde.example' })]);
  expect((await findPerson(db, OLD))?.addresses).toContain('zwischendurch@kunde.example');
  await erase(OLD);
  expect(await everything(db)).not.toContain('zwischendurch');
});

describe('an erased record that the CRM merges', () => {
  const stopped = () => findSuppression(db, `${OTHER}@kunde.example`);

  test('into a living one stops mail to it, once, and its id is not written down', async () => {
    await erase(OLD);
    await sql`truncate crm_reads`.execute(db);
    for (let again = 0; again < 2; again++) {
      await db
        .transaction()
        .execute((trx) =>
          storeBatch(
            trx,
            'scripted',
            { object: 'customers', rows: [], merged: [{ id: OLD, into: OTHER }] },
            { guarded: false, now },
          ),
        );
      expect((await stopped()) !== null).toBe(again === 0);
      await sql`delete from suppressions where email_key = ${`${OTHER}@kunde.example`}`.execute(db);
    }
    expect(await everything(db)).not.toContain(OLD);
    expect((await findPerson(db, OTHER))?.ids).toEqual([OTHER]);
  });

  test('takes a living one out of use, and a person is told', async () => {
    await erase(OLD);
    const { problems, written } = await crm([], [{ id: OTHER, into: OLD }]);
    expect(written.removed).toBe(1);
    expect(problems).toMatchObject([{ record: `customer ${OTHER}`, code: 'merged_into_erased' }]);
    expect(JSON.stringify(problems)).not.toContain(OLD);
    expect(await db.selectFrom('customer_merges').selectAll().execute()).toEqual([]);
  });
});

test('what webhooks said of a person is forgotten, what they said of others is not', async () => {
  const events = [
    {
      key: 'both',
      records: [
        { type: 'contacts', id: OLD },
        { type: 'deals', id: '9' },
      ],
    },
    { key: 'theirs', records: [{ type: 'contacts', id: OLD }] },
  ];
  for (const { key, records } of events) {
    await sql`insert into crm_events (kind, records, dedupe_key)
      values ('contact.associationChange', ${JSON.stringify(records)}::jsonb, ${key})`.execute(db);
  }
  await erase(OLD);
  const left = await db
    .selectFrom('crm_events')
    .select(['dedupe_key', 'records', 'outcome'])
    .orderBy('dedupe_key')
    .execute();
  expect(left).toEqual([
    { dedupe_key: 'both', records: [{ type: 'deals', id: '9' }], outcome: null },
    { dedupe_key: 'theirs', records: [], outcome: 'erased' },
  ]);
});
