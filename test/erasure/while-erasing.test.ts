import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../../src/db/connect.ts';
import { keepCustomerIds } from '../../src/db/customer-ids.ts';
import { erasePerson } from '../../src/erasure/erase.ts';
import { recordAnswer } from '../../src/feedback/answer.ts';
import { beginEntries } from '../../src/feedback/crm/entries/begin.ts';
import { fixBodies, noteWritten } from '../../src/feedback/crm/entries/outbox.ts';
import { gatherEntry } from '../../src/feedback/crm/gather.ts';
import { recordReport, recordUnsubscribe } from '../../src/feedback/mail-events.ts';
import { savePreferences } from '../../src/feedback/preferences/save.ts';
import { recordStatement } from '../../src/feedback/statements.ts';
import { resubscribe, unsubscribe } from '../../src/feedback/unsubscribe.ts';
import { recordVisit } from '../../src/feedback/visits/visits.ts';
import { testDatabase } from '../stands/database.ts';
import { seedSend } from '../web/stand.ts';
import { everything } from './stand.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
const tools = { now, timeZone: 'Europe/Berlin', matchProduct: () => undefined };

const QUESTION = { id: 'q', question: 'Was genau?', why: null, choices: [], ownWords: { label: null } };

/** Everything that may be noted of somebody, by the links of a mail or by a salesperson. */
const doings: Record<string, (send: number, id: string) => Promise<unknown>> = {
  'an answer': (sendId) => recordAnswer(db, { sendId, position: 0, answer: 'call', now }),
  'a visit': (sendId, id) =>
    recordVisit(db, {
      link: { kind: 'click', sendId, position: 0, answer: 'yes' },
      sign: null,
      form: null,
      userAgent: `Browser of ${id}`,
      now,
    }),
  'a statement': (sendId) =>
    recordStatement(
      db,
      {
        saidBy: 'customer',
        about: { sendId, position: 0, contentId: 'firmware' },
        question: QUESTION,
        choice: null,
        words: 'Ein Angebot',
      },
      tools,
    ),
  'a note of a salesperson': (_, customerId) =>
    recordStatement(
      db,
      {
        saidBy: 'salesperson',
        about: { customerId },
        question: QUESTION,
        choice: null,
        words: 'Ein Angebot',
      },
      tools,
    ),
  wishes: (sendId) =>
    savePreferences(
      db,
      sendId,
      {
        shown: [],
        used: [],
        topicsOff: ['training'],
        frequency: 'quarterly',
        language: 'en',
        ratioWish: 1,
        pause: null,
      },
      tools,
    ),
};

test.each(Object.keys(doings))('%s at the very moment is erased with the rest, or not kept', async (name) => {
  for (let round = 0; round < 8; round++) {
    const id = `crm-${name.replaceAll(' ', '-')}-${round}`;
    const send = await seedSend(db, { id });
    await Promise.all([
      sleep(round * 2).then(() => erasePerson(db, id, now)),
      sleep((7 - round) * 2).then(() => doings[name]?.(send, id)),
    ]);
    expect(await everything(db)).not.toContain(id);
  }
});

test('whoever notes something is waited for', async () => {
  const id = 'crm-waited-for';
  await seedSend(db, { id });
  let go = () => {};
  const going = new Promise<void>((resolve) => {
    go = resolve;
  });
  const noted = db.transaction().execute(async (trx) => {
    await keepCustomerIds(trx);
    await going;
    await gatherEntry(trx, { kind: 'profile', customerId: id, now });
  });
  let erased = false;
  const erasing = erasePerson(db, id, now).then(() => {
    erased = true;
  });
  await sleep(150);
  expect(erased).toBe(false);
  go();
  await Promise.all([noted, erasing]);
  expect(await everything(db)).not.toContain(id);
});

/** Lets `doing` begin, and stand still where it wants to write; the erasure begins then, and all may go on. */
async function standingStill(
  id: string,
  given: { write: (trx: Database) => Promise<unknown>; doing: () => Promise<unknown> },
): Promise<void> {
  let go = () => {};
  const going = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { promise: written, resolve: wrote } = Promise.withResolvers<void>();
  const inTheWay = db.transaction().execute(async (trx) => {
    await given.write(trx);
    wrote();
    await going;
    throw new Error('taken back');
  });
  await written;
  const done = given.doing();
  await sleep(100);
  const erasing = erasePerson(db, id, now);
  await sleep(150);
  go();
  await expect(inTheWay).rejects.toThrow('taken back');
  await Promise.all([done, erasing]);
}

test('an unsubscription that has read the address, and writes it down late, is erased with the rest', async () => {
  const id = 'crm-late-unsubscription';
  const sendId = await seedSend(db, { id });
  await standingStill(id, {
    write: (trx) =>
      sql`insert into mail_events (kind, source, occurred_at, dedupe_key)
        values ('unsubscribe', 'link', ${now}, ${`unsubscribe:${sendId}`})`.execute(trx),
    doing: () => recordUnsubscribe(db, sendId, now),
  });
  expect(await everything(db)).not.toContain(id);
});

test('so is a bounce', async () => {
  const id = 'crm-late-bounce';
  const sendId = await seedSend(db, { id });
  const report = {
    kind: 'hard_bounce',
    sendId,
    address: null,
    status: '5.1.1',
    detail: '',
    source: 'dsn',
  } as const;
  await standingStill(id, {
    write: (trx) =>
      sql`insert into mail_events (kind, source, occurred_at, dedupe_key)
        values ('hard_bounce', 'dsn', ${now}, 'late bounce')`.execute(trx),
    doing: () =>
      recordReport(db, { ...report, occurredAt: now, dedupeKey: 'late bounce' }, { softBounces: 3, now }),
  });
  expect(await everything(db)).not.toContain(id);
});

test('so is an unsubscription that is taken back, and that the CRM is to forget', async () => {
  const id = 'crm-late-undo';
  const address = `${id}@kunde.example`;
  const sendId = await seedSend(db, { id });
  await unsubscribe(db, sendId, now);
  await sql`update suppressions set crm_before = '{}' where email_key = ${address}`.execute(db);
  await standingStill(id, {
    write: (trx) =>
      sql`insert into crm_take_backs (email_key, before, taken_back_at)
        values (${address}, '{}', ${now})`.execute(trx),
    doing: () => resubscribe(db, sendId, now),
  });
  expect(await everything(db)).not.toContain(id);
});

test('a worker that is telling the CRM at the moment writes nothing back', async () => {
  const id = 'crm-being-told';
  const sendId = await seedSend(db, { id });
  await recordAnswer(db, { sendId, position: 0, answer: 'yes', now });
  const later = new Date(now.getTime() + 3_600_000);
  const [entry] = await beginEntries(db, { kind: 'note', which: 'fresh', now: later, limit: 10 });
  if (!entry) throw new Error('nothing to tell');
  await erasePerson(db, id, later);
  await fixBodies(db, [{ id: entry.id, body: { text: `of ${id}` } }]);
  await noteWritten(db, [{ id: entry.id, crmId: `note of ${id}` }], later);
  const { rows } = await sql`select from crm_entries`.execute(db);
  expect(rows).toEqual([]);
  expect(await everything(db)).not.toContain(id);
});
