import { beforeEach, describe, expect, test } from 'vitest';
import { recordAnswer } from '../../../src/feedback/answer.ts';
import type { Ticket } from '../../../src/feedback/visits/ticket.ts';
import { recordVisit } from '../../../src/feedback/visits/visits.ts';
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
  posted?: boolean;
  ticket?: Ticket | null;
  userAgent?: string;
}
const visit = (seconds: number, given: Given = {}) => {
  const { kind = 'answer', position = 0, posted = false, userAgent = 'Firefox', ...rest } = given;
  const link = { kind, sendId, position, answer: 'yes' } as const;
  return recordVisit(db, { link, sign: null, posted, userAgent, now: at(seconds), ...rest });
};
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
    await visit(20, { kind: 'unsubscribe', posted: true });
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
    expect(
      await recordVisit(db, { link, sign: null, posted: false, userAgent: null, now: start }),
    ).toBeNull();
  });
});

describe('an answer', () => {
  test('is doubted when the burst is complete just before it is stored', async () => {
    const ticket = { madeAt: at(-2).getTime(), again: false };
    expect(await visit(0, { posted: true, ticket })).toEqual({ sign: null, confirmed: false });
    await scan(0.1);
    await answer(0.2);
    expect(await heard()).toEqual([]);
  });

  test('is doubted when the burst is complete later, and what the CRM was told is put right', async () => {
    await visit(-2);
    await answer(0);
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
