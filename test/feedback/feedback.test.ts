import { beforeEach, describe, expect, test } from 'vitest';
import { loadFacts } from '../../src/compose/load-facts.ts';
import { answerChoices, recordAnswer } from '../../src/feedback/answer.ts';
import { clickTarget } from '../../src/feedback/click.ts';
import { suppress } from '../../src/feedback/suppressions.ts';
import { addressHint, resubscribe, stopStatus, unsubscribe } from '../../src/feedback/unsubscribe.ts';
import { loadLibrary } from '../../src/library/load.ts';
import { testDatabase } from '../stands/database.ts';
import { smallLibrary } from '../web/small-library.ts';
import { seedSend } from '../web/stand.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
let sendId: number;
let count = 0;
let email: string;

beforeEach(async () => {
  count += 1;
  email = `Person.${count}@Kunde.example`;
  sendId = await seedSend(db, { id: `k${count}`, email });
});

const answersIn = (table: 'answers' | 'heard_answers') =>
  db
    .selectFrom(table)
    .select(['position', 'customer_id', 'content_id', 'answer', 'answered_at'])
    .where('send_id', '=', sendId)
    .orderBy('position')
    .orderBy('id')
    .execute();
const answers = () => answersIn('heard_answers');
const suppressions = () =>
  db
    .selectFrom('suppressions')
    .select(['email_key', 'reason'])
    .where('email_key', 'like', `%${count}@%`)
    .orderBy('email_key')
    .execute();

describe('answers', () => {
  test('that are confirmed end nothing that was said after them', async () => {
    const customerId = `k${count}`;
    await recordAnswer(db, { sendId, position: 2, answer: 'later', now });
    await db
      .insertInto('statements')
      .values({
        customer_id: customerId,
        send_id: sendId,
        position: 2,
        content_id: 'kamera',
        question_id: 'wann',
        question: 'Wann?',
        choice: 'year',
        said_by: 'customer',
        said_at: later(1),
        not_before: '2999-01-01',
      })
      .execute();
    await recordAnswer(db, { sendId, position: 2, answer: 'later', confirmed: true, now: later(2) });
    const rules = { periodDays: 90, minDaysBetween: 7, laterDays: 30 };
    const facts = await loadFacts(db, [customerId], { now: later(3), rules });
    expect(facts.get(customerId)?.notBefore).toEqual(new Map([['kamera', '2999-01-01']]));
  });

  test('are kept with the customer and the content they are about', async () => {
    const recorded = await recordAnswer(db, { sendId, position: 2, answer: 'later', now });
    expect(recorded).toMatchObject({
      ok: true,
      changed: true,
      block: { kind: 'experimental', contentId: 'kamera' },
    });
    expect(await answers()).toEqual([
      { position: 2, customer_id: `k${count}`, content_id: 'kamera', answer: 'later', answered_at: now },
    ]);
  });

  test('given again change nothing; the last one wins', async () => {
    await recordAnswer(db, { sendId, position: 0, answer: 'yes', now });
    expect(await recordAnswer(db, { sendId, position: 0, answer: 'yes', now: later(1) })).toMatchObject({
      changed: false,
    });
    expect(await answers()).toMatchObject([{ answer: 'yes', answered_at: now }]);
    expect(await recordAnswer(db, { sendId, position: 0, answer: 'no', now: later(2) })).toMatchObject({
      changed: true,
    });
    expect(await answers()).toMatchObject([{ answer: 'no', answered_at: later(2) }]);
    expect(await answersIn('answers')).toMatchObject([{ answer: 'yes' }, { answer: 'no' }]);
  });

  test('given again count as the last word when another mail’s answer came in between', async () => {
    await recordAnswer(db, { sendId, position: 2, answer: 'yes', now });
    const { id: second } = await db
      .insertInto('campaigns')
      .values({
        id: `second${count}`,
        name: 'x',
        kind: 'adhoc',
        audience: '{}',
        excluded: '{}',
        created_at: now,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const other = await db
      .insertInto('sends')
      .values({
        campaign_id: second,
        customer_id: `k${count}`,
        chunk: 0,
        state: 'in_doubt',
        composition: await compositionOf(),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    expect(
      await recordAnswer(db, { sendId: other.id, position: 2, answer: 'no', now: later(1) }),
    ).toMatchObject({ ok: true });
    expect(await recordAnswer(db, { sendId, position: 2, answer: 'yes', now: later(2) })).toMatchObject({
      changed: true,
    });
    expect(await answers()).toMatchObject([{ answer: 'yes', answered_at: later(2) }]);
  });

  test('of an unknown send or block are refused clearly', async () => {
    const unknown = { ok: false, reason: 'unknown_send' };
    expect(await recordAnswer(db, { sendId: 999_999, position: 0, answer: 'yes', now })).toEqual(unknown);
    expect(await recordAnswer(db, { sendId, position: 9, answer: 'yes', now })).toEqual(unknown);
  });

  test('to choose from are those of the mail', () => {
    expect(answerChoices('proven')).toEqual(['yes', 'call', 'no']);
    expect(answerChoices('experimental')).toEqual(['yes', 'later', 'no']);
    expect(answerChoices('experimental', 'call')).toContain('call');
  });

  const compositionOf = async () => {
    const row = await db
      .selectFrom('sends')
      .select('composition')
      .where('id', '=', sendId)
      .executeTakeFirstOrThrow();
    return JSON.stringify(row.composition);
  };
});

describe('clicks', () => {
  test('lead where the library says; without a link there, to the company’s website', async () => {
    const { library } = await loadLibrary((await smallLibrary()).libraryDir);
    expect(clickTarget({ kind: 'proven', contentId: 'firmware' }, library)).toBe(
      'https://pruefwerk.example/firmware',
    );
    expect(clickTarget({ kind: 'experimental', contentId: 'kamera' }, library)).toBe(
      'https://pruefwerk.example/kamera',
    );
    for (const contentId of ['schulung', 'gone', 'https://evil.example', '__proto__']) {
      expect(clickTarget({ kind: 'proven', contentId }, library)).toBe('https://pruefwerk.example/start');
    }
  });
});

describe('unsubscribing', () => {
  test('stops the address at once, and again changes nothing', async () => {
    expect(await unsubscribe(db, sendId, now)).toEqual({ ok: true, undoable: true });
    expect(await unsubscribe(db, sendId, later(5))).toEqual({ ok: true, undoable: true });
    expect(await suppressions()).toEqual([{ email_key: email.toLowerCase(), reason: 'unsubscribed' }]);
    expect(await stopStatus(db, sendId)).toMatchObject({ stopped: true });
  });

  test('stops the address written to and the one of today', async () => {
    await db
      .updateTable('customers')
      .set({ email: `neu.${count}@kunde.example` })
      .where('id', '=', `k${count}`)
      .execute();
    expect(await stopStatus(db, sendId)).toMatchObject({ stopped: false });
    await unsubscribe(db, sendId, now);
    expect((await suppressions()).map((row) => row.email_key)).toEqual([
      `neu.${count}@kunde.example`,
      email.toLowerCase(),
    ]);
  });

  test('works for a customer who is no longer in the CRM', async () => {
    await db.deleteFrom('customers').where('id', '=', `k${count}`).execute();
    await unsubscribe(db, sendId, now);
    expect(await suppressions()).toHaveLength(1);
  });

  test('from an unknown send is refused clearly', async () => {
    expect(await unsubscribe(db, 999_999, now)).toEqual({ ok: false, reason: 'unknown_send' });
    expect(await stopStatus(db, 999_999)).toBeNull();
  });

  test('can be taken back right after', async () => {
    await unsubscribe(db, sendId, now);
    expect(await resubscribe(db, sendId, later(2))).toEqual({ restored: true });
    expect(await suppressions()).toEqual([]);
    expect(await resubscribe(db, sendId, later(3))).toEqual({ restored: false });
  });

  test('cannot be taken back later, nor by another mail', async () => {
    await unsubscribe(db, sendId, now);
    expect(await resubscribe(db, sendId, later(61))).toEqual({ restored: false });
    const other = await seedSend(db, { id: `k${count}-b`, email });
    expect(await unsubscribe(db, other, later(1))).toEqual({ ok: true, undoable: false });
    expect(await resubscribe(db, other, later(2))).toEqual({ restored: false });
    expect(await suppressions()).toHaveLength(1);
  });

  test('never lifts a suppression for another reason', async () => {
    await db
      .insertInto('suppressions')
      .values({
        email_key: email.toLowerCase(),
        reason: 'complained',
        detail: `send ${sendId}`,
        created_at: now,
      })
      .execute();
    expect(await unsubscribe(db, sendId, now)).toEqual({ ok: true, undoable: false });
    expect(await resubscribe(db, sendId, now)).toEqual({ restored: false });
    expect(await suppressions()).toMatchObject([{ reason: 'complained' }]);
  });

  test('can no longer be taken back when the address bounces meanwhile', async () => {
    await unsubscribe(db, sendId, now);
    await suppress(db, { address: email, reason: 'bounced', detail: '5.1.1', now: later(1) });
    expect(await resubscribe(db, sendId, later(2))).toEqual({ restored: false });
    expect(await suppressions()).toMatchObject([{ reason: 'unsubscribed' }]);
  });

  test('of an address that had bounced is remembered, and cannot be taken back', async () => {
    await suppress(db, { address: email, reason: 'bounced', detail: '5.1.1', now });
    expect(await unsubscribe(db, sendId, later(1))).toEqual({ ok: true, undoable: false });
    expect(await resubscribe(db, sendId, later(2))).toEqual({ restored: false });
    expect(await suppressions()).toMatchObject([{ reason: 'unsubscribed' }]);
  });

  test('counts once for its campaign, and not at all when it was taken back', async () => {
    const events = () =>
      db
        .selectFrom('mail_events')
        .select(['kind', 'source', 'campaign_id'])
        .where('send_id', '=', sendId)
        .execute();
    await unsubscribe(db, sendId, now);
    await unsubscribe(db, sendId, later(1));
    expect(await events()).toEqual([{ kind: 'unsubscribe', source: 'link', campaign_id: 'herbst' }]);
    await resubscribe(db, sendId, later(2));
    expect(await events()).toEqual([]);
  });

  test('shows an address so that only its owner knows it', () => {
    expect(addressHint('katharina@orvelin.example')).toBe('k…\u2060@orvelin.example');
    expect(addressHint('ätna@x.example')).toBe('ä…\u2060@x.example');
    expect(addressHint('@x')).toBe('…');
  });
});
