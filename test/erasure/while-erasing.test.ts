import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { keepCustomerIds } from '../../src/db/customer-ids.ts';
import { erasePerson } from '../../src/erasure/erase.ts';
import { recordAnswer } from '../../src/feedback/answer.ts';
import { beginEntries } from '../../src/feedback/crm/entries/begin.ts';
import { fixBodies, noteWritten } from '../../src/feedback/crm/entries/outbox.ts';
import { gatherEntry } from '../../src/feedback/crm/gather.ts';
import { savePreferences } from '../../src/feedback/preferences/save.ts';
import { recordStatement } from '../../src/feedback/statements.ts';
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
      posted: false,
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

test('a worker that is telling the CRM at the moment writes nothing back', async () => {
  const id = 'crm-being-told';
  const sendId = await seedSend(db, { id });
  await recordAnswer(db, { sendId, position: 0, answer: 'yes', now });
  const later = new Date(now.getTime() + 3_600_000);
  const [entry] = await beginEntries(db, { kind: 'note', which: 'fresh', now: later, limit: 10 });
  if (!entry) throw new Error('nothing to tell');
  await erasePerson(db, id, later);
  await fixBodies(db, [{ id: entry.id, body: { text: `of ${id}` } }]);
  await noteWritten(db, [{ id: entry.id, outcome: 'written', crmId: `note of ${id}` }], later);
  const { rows } = await sql`select from crm_entries`.execute(db);
  expect(rows).toEqual([]);
  expect(await everything(db)).not.toContain(id);
});
