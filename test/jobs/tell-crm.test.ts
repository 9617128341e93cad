import type { Job } from 'bullmq';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createQueueKeeper } from '../../jobs/reconcile.ts';
import { queueTelling, runTellCrmJob, tellOfUnsubscribes } from '../../jobs/tell-crm.ts';
import { tellingTrouble } from '../../src/feedback/crm/trouble.ts';
import { suppress } from '../../src/feedback/suppressions.ts';
import type { Alert } from '../../src/observe/alert.ts';
import { openQueues } from '../../src/queue/queue.ts';
import { type ConsentAnswer, type ConsentDesk, type CrmAdapter, SyncError } from '../../src/sync/port.ts';
import { manualClock } from '../stands/clock.ts';
import { seedCustomers } from '../stands/company.ts';
import { testDatabase } from '../stands/database.ts';
import { scriptedCrm } from '../sync/scripted-crm.ts';

const { db, url: databaseUrl } = await testDatabase();
await seedCustomers(db, 5);
const queues = openQueues({ databaseUrl });
afterAll(async () => {
  await queues.close();
});
const clock = manualClock('2026-11-20T08:00:00Z');
const MINUTE = 60_000;
const job = { id: '1', name: tellOfUnsubscribes.name, data: {} } as Job;

let told: string[] = [];
let alerts: Alert[] = [];
let log: string[] = [];
let wanted = true;
let answer: () => ConsentAnswer = () => ({ outcome: 'told' });
const desk: ConsentDesk = {
  before: async () => [],
  optOut: async (address) => {
    const said = answer();
    told.push(address);
    return said;
  },
  takeBack: async () => ({ outcome: 'told' }),
  close() {},
};
let crm: CrmAdapter;
const tools = {
  db,
  queues,
  crm: async () => crm,
  now: clock.now,
  signal: new AbortController().signal,
  log: (line: string) => void log.push(line),
  alert: async (alert: Alert) => void alerts.push(alert),
};
const run = () => runTellCrmJob(tools, job);
const queued = async () => {
  await queueTelling(tools);
  const queue = queues.queue(tellOfUnsubscribes.queue);
  const jobs = await queue.getJobs(['waiting', 'delayed']);
  await queue.drain();
  return jobs;
};
const object = (n: number) =>
  suppress(db, {
    address: `person${n}@customers.test`,
    reason: 'unsubscribed',
    detail: null,
    now: clock.now(),
  });
const missing = () => {
  throw new SyncError('crm_scope_missing', 'The scope for kim@kunde.example is missing.');
};

beforeEach(async () => {
  [told, alerts, log, wanted] = [[], [], [], true];
  answer = () => ({ outcome: 'told' });
  crm = { ...scriptedCrm([]), source: 'test', consent: async () => (wanted ? desk : null) };
  await db.deleteFrom('suppressions').execute();
  await db.deleteFrom('installation').where('key', '=', 'crm_telling').execute();
});

describe('telling the CRM', () => {
  it('is queued while something waits, once, and carries nothing', async () => {
    expect(await queued()).toEqual([]);
    await object(1);
    await queueTelling(tools);
    const jobs = await queued();
    expect(jobs.map((each) => each.data)).toEqual([{}]);
    await run();
    expect(told).toEqual(['person1@customers.test']);
    expect(await queued()).toEqual([]);
    expect(log.join()).toContain('told of 1 unsubscribes');
    expect(log.join()).not.toContain('@');
  });

  it('keeps what to restore for an hour and no longer', async () => {
    desk.before = async () => [{ id: '7', subscribed: true, basis: null }];
    await object(1);
    await run();
    const kept = async () =>
      (await db.selectFrom('suppressions').select('crm_before').execute())[0]?.crm_before;
    expect(await kept()).toMatchObject([{ id: '7' }]);
    clock.advance(65 * MINUTE);
    await createQueueKeeper({ ...tools, content: undefined as never })();
    expect(await kept()).toBeNull();
  });

  it('is done by one process at a time', async () => {
    await object(1);
    await object(2);
    await Promise.all([run(), run(), run()]);
    await run();
    expect(told.toSorted()).toEqual(['person1@customers.test', 'person2@customers.test']);
  });

  it('tells people once of what somebody must change, and goes on by itself when it is mended', async () => {
    await object(1);
    answer = missing;
    await run();
    expect(await queued()).toEqual([]);
    for (let n = 0; n < 5; n++) {
      clock.advance(11 * MINUTE);
      expect(await queued()).toHaveLength(1);
      await run();
    }
    expect(alerts).toMatchObject([{ code: 'unsubscribes_not_told' }]);
    expect(alerts[0]?.text).not.toContain('kim@');
    answer = () => ({ outcome: 'told' });
    clock.advance(11 * MINUTE);
    await run();
    expect(told).toEqual(['person1@customers.test']);
    expect(log).toContain('The CRM is told of unsubscribes again.');
    expect(await tellingTrouble(db)).toBeNull();
  });

  it('waits a minute for what passes by itself, and tells people when it lasts an hour', async () => {
    await object(1);
    answer = () => {
      throw new SyncError('crm_unreachable', 'It is away.', { retryable: true });
    };
    for (let minutes = 0; minutes < 60; minutes += 2) {
      await run();
      clock.advance(2 * MINUTE);
    }
    expect(await queued()).toHaveLength(1);
    expect(alerts).toEqual([]);
    await run();
    await run();
    expect(alerts).toHaveLength(1);
  });

  it('tells people what the CRM refuses', async () => {
    await object(1);
    answer = () => ({ outcome: 'refused', message: 'kim@kunde.example needs a legal basis.' });
    await run();
    expect(alerts).toMatchObject([{ code: 'unsubscribes_not_told' }]);
    expect(alerts[0]?.text).toContain('needs a legal basis');
    expect(alerts[0]?.text).not.toContain('kim@');
  });

  it.each([
    [
      'the settings do not want it',
      () => {
        wanted = false;
      },
    ],
    [
      'the CRM has no mailer',
      () => {
        crm = scriptedCrm([]);
      },
    ],
  ])('is let be while %s', async (_why, arrange) => {
    await object(1);
    arrange();
    await run();
    expect(await queued()).toEqual([]);
    expect([told, alerts, log]).toEqual([[], [], []]);
    clock.advance(11 * MINUTE);
    expect(await queued()).toHaveLength(1);
  });
});
