import { expect, test } from 'vitest';
import { forgetAgents } from '../../../src/feedback/visits/forget.ts';
import { testDatabase } from '../../stands/database.ts';
import { seedSend } from '../../web/stand.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
const daysAgo = (n: number) => new Date(now.getTime() - n * 86_400_000);

test('the browser’s name is forgotten after 90 days, the visit is not', async () => {
  const send_id = await seedSend(db);
  for (const days of [91, 89]) {
    await db
      .insertInto('visits')
      .values({
        send_id,
        link: 'click',
        position: 0,
        user_agent: 'Firefox',
        machine: 'burst',
        visited_at: daysAgo(days),
      })
      .execute();
  }
  await forgetAgents(db, now);
  const left = await db
    .selectFrom('visits')
    .select(['user_agent', 'machine', 'visited_at'])
    .orderBy('id')
    .execute();
  expect(left).toEqual([
    { user_agent: null, machine: 'burst', visited_at: daysAgo(91) },
    { user_agent: 'Firefox', machine: 'burst', visited_at: daysAgo(89) },
  ]);
});
