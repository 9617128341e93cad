import { beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from '../../../src/domain/conversation.ts';
import { recordAnswer } from '../../../src/feedback/answer.ts';
import { recordStatement } from '../../../src/feedback/statements.ts';
import { newTicketId } from '../../../src/feedback/visits/ticket.ts';
import { recordVisit, type SentForm } from '../../../src/feedback/visits/visits.ts';
import type { ProductMatcher } from '../../../src/library/library.ts';
import type { LinkKind } from '../../../src/links/token.ts';
import { testDatabase } from '../../stands/database.ts';
import { seedSend } from '../../web/stand.ts';

const { db } = await testDatabase();
const start = new Date('2026-10-12T09:00:00Z');
const at = (seconds: number) => new Date(start.getTime() + seconds * 1000);
let sendId: number;
let count = 0;

beforeEach(async () => {
  count += 1;
  sendId = await seedSend(db, { id: `k${count}` });
});

interface Given {
  kind?: LinkKind;
  position?: number;
  link?: Answer;
  form?: Partial<SentForm> | 'one_click';
  userAgent?: string;
}
const visit = (seconds: number, given: Given = {}) => {
  const { kind = 'answer', position = 0, userAgent = 'Firefox', link: answer = 'yes', form } = given;
  const link = { kind, sendId, position, answer } as const;
  const sent: SentForm = { ticket: null, answer: null, says: null, undoes: false };
  return recordVisit(db, {
    link,
    sign: null,
    form: typeof form === 'object' ? { ...sent, ...form } : (form ?? null),
    userAgent,
    now: at(seconds),
  });
};
const ticketOf = (seconds: number, again = false) => ({
  madeAt: at(seconds).getTime(),
  again,
  id: newTicketId(),
});
const scan = (seconds: number) =>
  Promise.all(
    [0, 1, 2].map((position) => visit(seconds, { position })).concat(visit(seconds, { kind: 'preferences' })),
  );
const answer = (seconds: number, given: { confirmed?: boolean } = {}) =>
  recordAnswer(db, { sendId, position: 0, answer: 'yes', now: at(seconds), ...given });
const heard = () => db.selectFrom('heard_answers').select('answer').where('send_id', '=', sendId).execute();
const profiles = () =>
  db
    .selectFrom('crm_entries')
    .select('due_at')
    .where('customer_id', '=', `k${count}`)
    .where('kind', '=', 'profile')
    .execute();

describe('visits', () => {
  test('are kept with what they were for, and a shortened name of the browser', async () => {
    await visit(0, { userAgent: 'x'.repeat(5000) });
    await visit(20, { kind: 'unsubscribe', form: 'one_click' });
    const rows = await db
      .selectFrom('visits')
      .select(['link', 'position', 'answer', 'posted', 'machine', 'user_agent'])
      .where('send_id', '=', sendId)
      .orderBy('id')
      .execute();
    expect(rows).toEqual([
      {
        link: 'answer',
        position: 0,
        answer: 'yes',
        posted: false,
        machine: null,
        user_agent: 'x'.repeat(200),
      },
      {
        link: 'unsubscribe',
        position: null,
        answer: null,
        posted: true,
        machine: null,
        user_agent: 'Firefox',
      },
    ]);
  });

  test('of an unknown send are not noted', async () => {
    const link = { kind: 'click', sendId: 999_999, position: 0, answer: 'yes' } as const;
    expect(await recordVisit(db, { link, sign: null, form: null, userAgent: null, now: start })).toBeNull();
  });
});

describe('an answer', () => {
  test('is doubted when the burst is complete just before it is stored', async () => {
    expect(await visit(0, { form: { ticket: ticketOf(-2) } })).toMatchObject({
      sign: null,
      confirmed: false,
    });
    await scan(0.1);
    await answer(0.2);
    expect(await heard()).toEqual([]);
  });

  test('is doubted when the burst is complete later, and what the CRM was told is put right', async () => {
    await answer(0);
    await visit(0);
    await db
      .updateTable('crm_entries')
      .set({ begun_at: at(2), settled_at: at(2), outcome: 'written' })
      .execute();
    await scan(4);
    expect(await heard()).toEqual([]);
    expect(await profiles()).toHaveLength(2);
  });

  test('that was confirmed is never doubted, nor the same one once it is', async () => {
    await answer(0);
    await answer(5, { confirmed: true });
    await scan(6);
    expect(await heard()).toEqual([{ answer: 'yes' }]);
  });

  test('of before the burst and after it counts', async () => {
    await answer(0);
    await scan(30);
    expect(await heard()).toHaveLength(1);
    await recordAnswer(db, { sendId, position: 0, answer: 'no', now: at(45) });
    expect(await heard()).toEqual([{ answer: 'no' }]);
  });
});

describe('what was said after an answer', () => {
  const LASER = { key: 'laser', de: { name: 'Laserdrucker' } } as unknown as ReturnType<ProductMatcher>;
  const unused = {
    code: 'unused',
    words: 'Nicht im Einsatz',
    means: 'not_used',
    months: null,
    productKey: 'laser',
  } as const;
  const say = (seconds: number, given: { visitId?: number } = {}) =>
    recordStatement(
      db,
      {
        saidBy: 'customer',
        about: { sendId, position: 0, contentId: 'firmware', ...given },
        question: { id: 'q', question: 'Was passt nicht?', why: null, choices: [unused], ownWords: null },
        choice: unused,
        words: null,
      },
      { now: at(seconds), timeZone: 'Europe/Berlin', matchProduct: () => LASER },
    );
  const owned = () =>
    db.selectFrom('owned_products').select('product_id').where('customer_id', '=', `k${count}`).execute();
  const doubtedAt = () =>
    db.selectFrom('statements').select('doubted_at').where('send_id', '=', sendId).executeTakeFirstOrThrow();

  test('is doubted with it, and a product counts as theirs again', async () => {
    await visit(0);
    await answer(0);
    await say(2);
    expect(await owned()).toEqual([]);
    await scan(4);
    expect(await doubtedAt()).toEqual({ doubted_at: at(4) });
    expect(await owned()).toEqual([{ product_id: 'p1' }]);
  });

  test('is not when it was confirmed, until that is denied', async () => {
    await visit(0);
    await answer(0);
    const ticket = ticketOf(0, true);
    const form = await visit(2, { form: { ticket, says: 'me' } });
    expect(form).toMatchObject({ sign: null, confirmed: true });
    await say(2, { visitId: form?.visitId ?? 0 });
    await scan(4);
    expect(await doubtedAt()).toEqual({ doubted_at: null });
    await visit(5, { form: { ticket, says: 'not_me' } });
    expect(await doubtedAt()).toEqual({ doubted_at: at(5) });
    expect(await owned()).toEqual([{ product_id: 'p1' }]);
  });

  test('is doubted when the ticket was denied just before it is stored', async () => {
    const ticket = ticketOf(-2);
    const form = await visit(0, { form: { ticket } });
    await visit(1, { form: { ticket, says: 'not_me' } });
    await say(1, { visitId: form?.visitId ?? 0 });
    expect(await doubtedAt()).toEqual({ doubted_at: at(1) });
    expect(await owned()).toEqual([{ product_id: 'p1' }]);
  });
});
