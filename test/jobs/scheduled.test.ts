import { afterAll, beforeAll, expect, it } from 'vitest';
import { plan } from '../../jobs/plan.ts';
import { startScheduled } from '../../jobs/scheduled.ts';
import { scheduleCampaign } from '../../src/campaign/schedule.ts';
import { createCampaign, getCampaign } from '../../src/ledger/campaigns.ts';
import { openQueues, type Queues } from '../../src/queue/queue.ts';
import { manualClock } from '../stands/clock.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';

const HOUR = 3_600_000;
const clock = manualClock('2026-11-24T08:00Z');
const lines: string[] = [];
let database: TestDatabase;
let queues: Queues;

beforeAll(async () => {
  database = await testDatabase();
  queues = openQueues({ databaseUrl: database.url });
});
afterAll(() => queues.close());

it('a scheduled campaign is planned when its time has come, once, and not when it is much too late', async () => {
  const { db } = database;
  const tools = {
    db,
    queues,
    now: clock.now,
    log: (line: string) => lines.push(line),
    alert: async ({ title }: { title: string }) => void lines.push(title),
  };
  for (const [id, hours] of [
    ['missed', 1],
    ['now', 8],
    ['tomorrow', 24],
  ] as const) {
    await createCampaign(db, { id, name: id, kind: 'adhoc', now: clock.now() });
    const startsAt = new Date(clock.now().getTime() + hours * HOUR);
    await scheduleCampaign(db, id, { startsAt, now: clock.now() });
  }
  expect(await startScheduled(tools)).toBe(0);
  clock.advance(8 * HOUR);
  const looks = await Promise.all([startScheduled(tools), startScheduled(tools)]);
  expect(looks.toSorted()).toEqual([0, 1]);

  const jobs = await queues.queue<{ campaignId: string }>(plan.queue).getJobs(['waiting']);
  expect(jobs.map((job) => job.data)).toEqual([{ campaignId: 'now' }]);
  const states = await Promise.all(['missed', 'now', 'tomorrow'].map((id) => getCampaign(db, id)));
  expect(states.map(({ state }) => state)).toEqual(['draft', 'planning', 'scheduled']);
  expect(lines).toEqual(['Campaign missed has missed its time', 'Campaign now starts, as scheduled.']);
});
