import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Composition } from '../../src/domain/composition.ts';
import { erasePerson } from '../../src/erasure/erase.ts';
import { ErasureError, erasedAt, findPerson } from '../../src/erasure/person.ts';
import { tracesOf } from '../../src/erasure/traces.ts';
import { recordAnswer } from '../../src/feedback/answer.ts';
import { recordReport } from '../../src/feedback/mail-events.ts';
import { findSuppression } from '../../src/feedback/suppressions.ts';
import { keepUnread } from '../../src/feedback/unread-reports.ts';
import { stopStatus, unsubscribe } from '../../src/feedback/unsubscribe.ts';
import { recordVisit } from '../../src/feedback/visits/visits.ts';
import { beginSends } from '../../src/ledger/begin.ts';
import { createCampaign, moveCampaign } from '../../src/ledger/campaigns.ts';
import { resolveInDoubt } from '../../src/ledger/in-doubt.ts';
import { campaignProgress } from '../../src/ledger/progress.ts';
import { runSync, SYNC_LOCK } from '../../src/sync/sync.ts';
import { testDatabase } from '../stands/database.ts';
import { account, customer, purchase, scriptedCrm } from '../sync/scripted-crm.ts';
import { seedSend } from '../web/stand.ts';
import { everything, leaveTraces } from './stand.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
const ID = 'crm-4711-xyz';
const EMAIL = 'Ottilie.Quast+News@Kunde.example';
const TRACES = [ID, 'ottilie.quast', 'Ottilie', 'Quastenflosser'];
let send: number;

beforeEach(async () => {
  await sql`truncate customers, purchases, products, companies, owners, sync_cursors, sync_seen, sync_runs, campaigns,
    sends, shown_blocks, ratio_accounts, answers, visits, statements, preferences, product_use, ratio_suggestions, crm_entries, held_out, mail_events, suppressions, mailbox, unread_reports,
    domain_backoff, erasures cascade`.execute(db);
  send = await seedSend(db, { id: ID, email: EMAIL, firstName: 'Ottilie', lastName: 'Quastenflosser' });
  await leaveTraces(db, { id: ID, email: EMAIL, send });
});

const erase = (who = ID) => erasePerson(db, who, now);
const count = async (table: string) =>
  (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db)).rows[0]?.n;
const addSend = async (state: 'planned' | 'queued' | 'sending' | 'in_doubt', campaign = state as string) => {
  await createCampaign(db, { id: campaign, name: campaign, kind: 'adhoc', now });
  await sql`
    insert into sends (campaign_id, customer_id, chunk, state, email_key, composition, message_id)
    select ${campaign}, ${ID}, 0, ${state}, ${EMAIL.toLowerCase()}, composition, ${`<${state}@x>`}
    from sends where id = ${send}`.execute(db);
};

describe('erasing a person', () => {
  test('leaves no address, no name and no id anywhere in the database', async () => {
    const before = (await everything(db)).toLowerCase();
    for (const trace of TRACES) expect(before).toContain(trace.toLowerCase());
    await erase();
    const after = (await everything(db)).toLowerCase();
    for (const trace of TRACES) expect(after).not.toContain(trace.toLowerCase());
  });

  test('leaves the counts', async () => {
    const counts = async () =>
      Promise.all(
        ['sends', 'shown_blocks', 'answers', 'visits', 'held_out', 'mail_events', 'campaigns'].map(count),
      );
    const before = { counts: await counts(), progress: await campaignProgress(db, 'herbst') };
    await erase();
    expect(await counts()).toEqual(before.counts);
    const { campaign: _, ...progress } = await campaignProgress(db, 'herbst');
    expect(before.progress).toMatchObject(progress);
    // Answers are still known to belong to what was shown.
    const { rows } = await sql`
      select from answers a join shown_blocks b using (send_id, position, customer_id) join sends s on s.id = send_id
        and s.customer_id = a.customer_id where a.customer_id like 'erased-%'`.execute(db);
    expect(rows).toHaveLength(1);
    // A mail that was left out is still nobody's but the one whose other mails were sent.
    const { rows: leftOut } = await sql`select from held_out join sends using (customer_id)`.execute(db);
    expect(leftOut).toHaveLength(1);
  });

  test('leaves nothing of what was said, nor of what the CRM is to be told of it', async () => {
    await erase();
    for (const table of ['statements', 'preferences', 'product_use', 'ratio_suggestions', 'crm_entries']) {
      expect(await count(table)).toBe(0);
    }
    expect(await db.selectFrom('answers').select('crm_entry_id').execute()).toEqual([{ crm_entry_id: null }]);
    expect(await db.selectFrom('visits').select('user_agent').execute()).toEqual([
      { user_agent: null },
      { user_agent: null },
    ]);
  });

  test('says what it erased, and beforehand what it would', async () => {
    const person = await findPerson(db, ID);
    const would = await tracesOf(db, person as NonNullable<typeof person>);
    expect(would).toEqual({
      customers: 1,
      purchases: 1,
      mails: 1,
      open: 0,
      sending: 0,
      answers: 1,
      visits: 2,
      statements: 1,
      preferences: 1,
      corrections: 1,
      crmEntries: 3,
      heldOut: 1,
      reports: 2,
      inbox: 1,
      unreadReports: 1,
    });
    expect(await erase()).toMatchObject({ erased: would, person: { ids: [ID] } });
  });

  test('leaves others alone', async () => {
    await seedSend(db, { id: 'other', email: 'andere@kunde.example', lastName: 'Anders' });
    await erase();
    const person = await findPerson(db, 'other');
    expect(await tracesOf(db, person as NonNullable<typeof person>)).toMatchObject({
      customers: 1,
      mails: 1,
    });
    expect(await everything(db)).toContain('andere@kunde.example');
  });

  test('skips mails that have not gone out', async () => {
    await addSend('planned');
    await addSend('queued');
    expect((await erase())?.erased.open).toBe(2);
    for (const id of ['planned', 'queued']) {
      expect(await campaignProgress(db, id)).toMatchObject({ skipped: { erased: 1 }, sends: { skipped: 1 } });
    }
  });

  test('leaves a mail in doubt to be resolved', async () => {
    await addSend('in_doubt');
    await erase();
    expect(await resolveInDoubt(db, { campaignId: 'in_doubt', as: 'sent', now })).toHaveLength(1);
    expect((await campaignProgress(db, 'in_doubt')).blocks).toMatchObject({ proven: 2, experimental: 1 });
    for (const trace of TRACES) expect(await everything(db)).not.toContain(trace);
  });

  test('twice changes nothing; somebody unknown is not found', async () => {
    await erase();
    const before = await everything(db);
    expect(await erase()).toBeNull();
    expect(await erase(EMAIL)).toBeNull();
    expect(await everything(db)).toBe(before);
    expect(await erasedAt(db, ID)).toEqual(now);
    expect(await erasedAt(db, EMAIL)).not.toBeNull();
    expect(await erase('nobody')).toBeNull();
    expect(await erasedAt(db, 'nobody')).toBeNull();
  });
});

describe('it waits while somebody has the person in hand', () => {
  const refused = async () => {
    const before = await everything(db);
    await expect(erase()).rejects.toThrow(ErasureError);
    expect(await everything(db)).toBe(before);
  };

  test('a mail on its way', async () => {
    await addSend('sending');
    await addSend('planned');
    await refused();
  });

  test('and whoever is first, a worker or the erasure, the other one gives way', async () => {
    for (let round = 0; round < 10; round++) {
      const id = `k${round}`;
      const email = `${id}@rennen.example`;
      const sent = await seedSend(db, { id, email });
      await createCampaign(db, { id, name: id, kind: 'adhoc', now });
      await sql`update campaigns set state = 'running' where id = ${id}`.execute(db);
      const { rows } = await sql<{ id: number; composition: Composition }>`
        insert into sends (campaign_id, customer_id, chunk, state, composition)
        select ${id}, ${id}, 0, 'queued', composition from sends where id = ${sent}
        returning id, composition`.execute(db);
      const [open] = rows as [(typeof rows)[number]];
      const mail = { ...open, messageId: `<${id}@x>`, subject: 'x', address: email, mailsKnown: 0 };
      const [begun, erased] = await Promise.all([
        // a little later each time, so that either is first
        sleep(round * 3).then(() => beginSends(db, [{ ...mail, mailsSince: new Date(0) }], 1, now)),
        erase(id).then(
          () => true,
          () => false,
        ),
      ]);
      expect(begun.has(open.id)).toBe(!erased);
      expect((await everything(db)).includes(email)).toBe(!erased);
    }
  });

  test('a campaign being planned', async () => {
    await createCampaign(db, { id: 'new', name: 'new', kind: 'adhoc', now });
    await moveCampaign(db, 'new', 'planning', { now });
    await refused();
  });

  test('a sync', async () => {
    await db.connection().execute(async (other) => {
      await sql`select pg_advisory_lock(${SYNC_LOCK})`.execute(other);
      await refused();
      await sql`select pg_advisory_unlock(${SYNC_LOCK})`.execute(other);
    });
    expect(await erase()).not.toBeNull();
  });
});

describe('afterwards', () => {
  test('the address stays suppressed, as a hash alone', async () => {
    await erase();
    expect(await findSuppression(db, EMAIL)).toMatchObject({ address: null, reason: 'erased', detail: null });
  });

  test('a sync does not bring the person back, and says that the CRM still has them', async () => {
    await erase();
    const crm = scriptedCrm(
      account(
        [customer(ID, { email: EMAIL }), customer('2'), customer(`${ID}-b`)],
        [purchase('deal-1-1', ID), purchase('deal-1-1', '2')],
      ),
    );
    const { counts } = await runSync({ db, crm, mode: 'full' });
    expect(counts.erased).toBe(2);
    expect(counts.customers.inserted).toBe(2);
    const ids = await db.selectFrom('customers').select('id').orderBy('id').execute();
    expect(ids.map(({ id }) => id)).toEqual(['2', `${ID}-b`]);
    expect(await count('purchases')).toBe(1);
  });

  test('a late report does not write the address down again', async () => {
    await erase();
    const late = { kind: 'hard_bounce', status: '5.1.1', address: EMAIL, occurredAt: now } as const;
    for (const sendId of [send, null]) {
      const dedupeKey = `late:${sendId}`;
      const report = {
        ...late,
        sendId,
        detail: `Ottilie Quastenflosser <${EMAIL}> has left`,
        source: 'ses',
        dedupeKey,
      } as const;
      expect(await recordReport(db, report, { softBounces: 5, now })).toEqual({
        recorded: true,
        suppressed: false,
      });
    }
    const after = await everything(db);
    for (const trace of TRACES) expect(after).not.toContain(trace);
  });

  test('a click in an old mail is not even noted, and tells nothing of its reader', async () => {
    await erase();
    const link = { kind: 'click', sendId: send, position: 0, answer: 'yes' } as const;
    expect(await recordVisit(db, { link, sign: null, form: null, userAgent: 'Ottilie/1.0', now })).toBeNull();
    expect(await count('visits')).toBe(2);
    for (const trace of TRACES) expect(await everything(db)).not.toContain(trace);
  });

  test('links of old mails still answer kindly', async () => {
    await erase();
    expect(await stopStatus(db, send)).toMatchObject({ addressHint: null });
    expect(await unsubscribe(db, send, now)).toEqual({ ok: true, undoable: false });
    expect(await recordAnswer(db, { sendId: send, position: 1, answer: 'no', now })).toMatchObject({
      ok: true,
    });
    for (const trace of TRACES) expect(await everything(db)).not.toContain(trace);
  });
});

describe('reports that nobody could read', () => {
  const keep = (raw: Buffer) => keepUnread(db, { source: 'imap', problem: 'no proof', raw, now });
  const encoded = Buffer.from(
    `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(`<${EMAIL}> unknown`).toString('base64')}`,
  );

  test('go, however the address is encoded in them', async () => {
    await keep(encoded);
    await keep(Buffer.from(JSON.stringify({ Email: EMAIL }).replace('@', '\\u0040')));
    await keep(Buffer.from('somebody.else@kunde.example'));
    expect((await erase())?.erased.unreadReports).toBe(3);
    expect(await count('unread_reports')).toBe(1);
  });

  test('are enough to know an address by, also one with an umlaut', async () => {
    const address = 'jörg.ährlich@kunde.example';
    const raw = Buffer.from(`\xff\0 ${address}`);
    await sql`insert into unread_reports (source, problem, raw) values ('imap', 'bytes alone', ${raw})`.execute(
      db,
    );
    await keep(Buffer.from(`Content-Type: text/plain; charset=utf-8\r\n\r\nAn ${address.toUpperCase()}`));
    expect((await erase(address))?.erased.unreadReports).toBe(2);
  });
});

describe('an address', () => {
  test('covers every record that has it', async () => {
    await seedSend(db, { id: 'twin-of-ottilie', email: EMAIL.toUpperCase(), lastName: 'Quastenflosser' });
    expect((await erase(` ${EMAIL.toUpperCase()}`))?.person.ids).toEqual([ID, 'twin-of-ottilie']);
    const after = (await everything(db)).toLowerCase();
    for (const trace of [...TRACES, 'twin-of']) expect(after).not.toContain(trace.toLowerCase());
  });

  test('goes in both forms of a domain with an umlaut', async () => {
    const [crm, wire] = ['max@müller.example', 'max@xn--mller-kva.example'];
    await seedSend(db, { id: 'max', email: crm });
    const report = { kind: 'complaint', status: null, detail: '', source: 'ses', dedupeKey: 'max' } as const;
    const given = { softBounces: 5, now };
    await recordReport(db, { ...report, address: wire, sendId: null, occurredAt: now }, given);
    expect((await erase(wire))?.person).toMatchObject({ ids: ['max'], addresses: [crm, wire] });
    for (const trace of [crm, wire]) {
      expect(await everything(db)).not.toContain(trace);
      expect(await findSuppression(db, trace)).toMatchObject({ reason: 'erased' });
    }
  });

  test('that another record has as well stays with that record', async () => {
    const twin = await seedSend(db, { id: 'twin', email: EMAIL, lastName: 'Zweit' });
    await sql`insert into mail_events (send_id, campaign_id, kind, email_key, source, occurred_at)
      values (${twin}, 'herbst', 'soft_bounce', ${EMAIL.toLowerCase()}, 'dsn', ${now})`.execute(db);
    const done = await erase();
    expect(done?.person.shared).toEqual([EMAIL.toLowerCase()]);
    const after = await everything(db);
    expect(after).not.toContain(ID);
    expect(after).not.toContain('Quastenflosser');
    const { rows } =
      await sql`select from mail_events where send_id = ${twin} and email_key is not null`.execute(db);
    expect(rows).toHaveLength(1);
    // An objection counts for the address.
    expect(await findSuppression(db, EMAIL)).not.toBeNull();
  });

  test('of earlier goes, too, unless it is somebody else’s today', async () => {
    await addSend('planned');
    await sql`update sends set email_key = 'frueher@kunde.example' where campaign_id = 'planned'`.execute(db);
    await addSend('queued');
    await sql`update sends set email_key = 'fremd@kunde.example' where campaign_id = 'queued'`.execute(db);
    await seedSend(db, { id: 'fremd', email: 'fremd@kunde.example' });
    const done = await erase();
    expect(done?.person.addresses).toEqual(['frueher@kunde.example', EMAIL.toLowerCase()]);
    expect(await findSuppression(db, 'fremd@kunde.example')).toBeNull();
  });

  test('that no record has is forgotten as well', async () => {
    const address = 'laengst.weg@kunde.example';
    await sql`insert into suppressions (email_key, reason) values (${address}, 'manual')`.execute(db);
    expect((await erase(address))?.person).toEqual({ ids: [], addresses: [address], shared: [] });
    expect(await everything(db)).not.toContain(address);
    expect(await findSuppression(db, address)).not.toBeNull();
  });
});
