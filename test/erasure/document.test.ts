import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { personDocument } from '../../src/erasure/document.ts';
import { readHeld } from '../../src/erasure/held.ts';
import { findPerson } from '../../src/erasure/person.ts';
import { suppress } from '../../src/feedback/suppressions.ts';
import { testDatabase } from '../stands/database.ts';
import { seedSend } from '../web/stand.ts';
import { leaveTraces } from './stand.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
const email = 'Ottilie.Quast@Kunde.example';
const send = await seedSend(db, { id: 'k1', email, firstName: 'Ottilie', lastName: 'Quast' });
await leaveTraces(db, { id: 'k1', email, send });
await db.updateTable('sends').set({ smtp_status: '2.1.5' }).where('id', '=', send).execute();
await db.insertInto('customer_merges').values({ id: 'k0', into_id: 'k1', merged_at: now }).execute();
await seedSend(db, { id: 'k2', email: 'andere@kunde.example', lastName: 'Anders' });

async function documentOf(who: string, language: 'de' | 'en' = 'de') {
  const person = await findPerson(db, who);
  if (!person) throw new Error(`nobody: ${who}`);
  const document = personDocument(await readHeld(db, person), { now, language });
  return JSON.parse(JSON.stringify(document)) as typeof document;
}

test('a copy of somebody’s data has everything that is held about them', async () => {
  expect(await documentOf('k1')).toMatchObject({
    format: 'spielbein-person/2',
    createdAt: now.toISOString(),
    records: [{ id: 'k1', email, firstName: 'Ottilie', lastName: 'Quast', consent: 'consent' }],
    mergedRecords: [{ record: 'k0', into: 'k1', at: now.toISOString() }],
    purchases: [{ product: 'Laser aus dem CRM', quantity: 1, purchasedOn: '2024-03-01', status: 'kept' }],
    mails: [
      {
        id: send,
        campaign: 'Herbst',
        subject: 'Weiterentwicklungen für Ihren Laserdrucker LX',
        stateMeaning: 'verschickt',
        serverStatus: '2.1.5',
        serverSaid: `250 2.1.5 <${email}> Ok`,
        note: `greylisted for ${email.toLowerCase()}`,
        blocks: [
          {
            content: 'firmware',
            kindMeaning: 'Neues zu einem Produkt, das Sie haben',
            why: 'Neu zu einem Produkt im Besitz und noch nicht gezeigt.',
            answers: [{ answer: 'call', meaning: 'Bitte rufen Sie mich an', counts: true, whyNot: null }],
          },
          { content: 'schulung', answers: [] },
          { content: 'kamera', kind: 'experimental' },
        ],
        visits: [
          { link: 'click', position: 0, browser: 'Mozilla of k1', program: null, programMeaning: null },
          {
            link: 'unsubscribe',
            linkMeaning: 'Abmeldung',
            posted: false,
            program: 'agent',
            programMeaning: expect.stringContaining('Ein Programm'),
          },
        ],
        decision: { innovationRatio: 0.25, leftOut: [{ content: 'messe' }] },
        reports: [{ kind: 'soft_bounce', meaning: 'vorübergehend unzustellbar' }],
      },
    ],
    otherReports: [{ kind: 'complaint' }],
    suppressions: [{ address: email.toLowerCase(), meaning: 'Sie haben sich abgemeldet.' }],
    innovationAccounts: [{ record: 'k1', wantedBlocks: 0.75, givenBlocks: 1, forgivenBlocks: 0 }],
    inboxCopies: [{ to: email, subject: 'Weiterentwicklungen' }],
    unreadReports: [{ problem: 'no report in it' }],
  });
});

test('it has what they said, which answers count, what the CRM was told, and which mails were left out', async () => {
  const at = '2026-10-10T08:00:00.000Z';
  const [first] = await db.selectFrom('answers').selectAll().execute();
  if (!first) throw new Error('no answer');
  const { id: _, ...answer } = first;
  // corrected twice; the last time, programs were at it
  await db
    .insertInto('answers')
    .values([
      { ...answer, answer: 'no' },
      { ...answer, answer: 'yes', doubted_at: now },
    ])
    .execute();
  const document = await documentOf('k1');
  expect(
    document.mails[0]?.blocks[0]?.answers.map((each) => [each.answer, each.counts, each.whyNot]),
  ).toEqual([
    ['call', false, expect.stringContaining('später noch einmal')],
    ['no', true, null],
    ['yes', false, expect.stringContaining('Programme')],
  ]);
  await sql`delete from answers where id > ${first.id}`.execute(db);
  expect(document).toMatchObject({
    statements: [
      {
        mail: send,
        position: 0,
        question: 'Was genau wollen Sie?',
        choice: 'Ein Angebot',
        words: `Schreiben Sie an ${email.toLowerCase()}`,
        saidBy: 'customer',
        saidByMeaning: 'von Ihnen',
      },
    ],
    preferences: [
      {
        frequency: 'quarterly',
        topicsOff: ['training'],
        meaning: ['Höchstens einmal im Quartal Post', 'Kein Interesse an: Schulungen'],
      },
    ],
    corrections: [{ record: 'k1', product: 'Laser aus dem CRM', used: false, saidOn: '2026-10-10' }],
    toldCrm: [
      { kind: 'note', mail: send, settledAt: at, outcome: 'written', outcomeMeaning: 'im CRM eingetragen' },
      { kind: 'profile', begunAt: null, outcome: null, outcomeMeaning: 'noch nicht bestätigt' },
      { kind: 'task', begunAt: at, body: { subject: `Rückruf: ${email.toLowerCase()}` } },
    ],
    leftOutMails: [
      { campaign: 'Herbst', dueAt: at, blocks: [{ kindMeaning: 'ein neues Angebot', content: 'kamera' }] },
    ],
  });
});

test('it has what is held about telling the CRM, and what the CRM told by itself', async () => {
  const before = [{ id: '7104001', subscribed: true, basis: 'CONSENT_WITH_NOTICE' }];
  await db
    .updateTable('suppressions')
    .set({ crm_before: JSON.stringify(before), crm_told_at: now })
    .execute();
  await db
    .insertInto('crm_take_backs')
    .values({ email_key: email.toLowerCase(), before: JSON.stringify(before), taken_back_at: now })
    .execute();
  for (const id of ['k0', 'k1', 'k2']) {
    const records = [
      { type: 'contacts', id },
      { type: 'deals', id: 'k1' },
    ];
    await db
      .insertInto('crm_events')
      .values({
        kind: 'contact.propertyChange',
        records: JSON.stringify(records),
        dedupe_key: id,
        received_at: now,
      })
      .execute();
  }
  const event = { kind: 'contact.propertyChange', at: null, receivedAt: now.toISOString() };
  expect(await documentOf('k1')).toMatchObject({
    suppressions: [{ crmToldAt: now.toISOString(), crmBefore: before }],
    takenBack: [{ address: email.toLowerCase(), at: now.toISOString(), crmBefore: before }],
    crmEvents: [
      { record: 'k0', ...event },
      { record: 'k1', ...event },
    ],
  });
  expect(await documentOf('k2')).toMatchObject({ takenBack: [], crmEvents: [{ record: 'k2', ...event }] });
});

test('it explains each of its parts, in both languages', async () => {
  for (const language of ['de', 'en'] as const) {
    const document = await documentOf('k1', language);
    const parts = Object.keys(document).filter((key) =>
      Array.isArray(document[key as keyof typeof document]),
    );
    expect(Object.keys(document.sections)).toEqual(parts.filter((part) => part !== 'about'));
  }
});

test('it has nothing of anybody else’s', async () => {
  const text = JSON.stringify(await documentOf(email));
  expect(text).not.toMatch(/andere@|Anders|"k2"/);
  expect(JSON.stringify(await documentOf('k2'))).not.toMatch(/ottilie|quast/i);
});

test('an address that is suppressed by its hash alone is told', async () => {
  const address = 'andere@kunde.example';
  await suppress(db, { address, reason: 'erased', detail: null, now });
  expect(await documentOf('k2')).toMatchObject({
    suppressions: [{ address, reason: 'erased', since: now.toISOString() }],
  });
});

test('a person without any mail has a copy as well', async () => {
  await db
    .insertInto('customers')
    .values({ id: 'k3', source: 'test', language: 'en', consent: 'none', opted_out: true, bounced: false })
    .execute();
  expect(await documentOf('k3', 'en')).toMatchObject({ records: [{ id: 'k3', email: null }], mails: [] });
});
