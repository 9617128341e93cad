import { expect, it, onTestFinished } from 'vitest';
import { nightly, runNightlyJob } from '../../jobs/nightly.ts';
import type { JobTools } from '../../jobs/tools.ts';
import type { Alert } from '../../src/observe/alert.ts';
import { openQueues } from '../../src/queue/queue.ts';
import { testDatabase } from '../stands/database.ts';
import { until } from '../stands/process.ts';

const { db, url } = await testDatabase();

it('a nightly round is tried again; when it has failed for good, somebody is told once', async () => {
  const alerts: Alert[] = [];
  let tries = 0;
  const queues = openQueues({ databaseUrl: url });
  onTestFinished(async () => void (await queues.close()));
  // as far as the round gets: the CRM can't be read
  const tools = {
    db,
    now: () => new Date(),
    log: () => {},
    signal: new AbortController().signal,
    alert: async (alert: Alert) => void alerts.push(alert),
    crm: async () => {
      tries++;
      throw new Error('The CRM is away.');
    },
  } as Partial<JobTools> as JobTools;
  queues.worker(nightly.queue, (job) => runNightlyJob(tools, job));
  const { name, data } = nightly.entry({});
  await queues.queue(nightly.queue).add(name, data, { attempts: 3, backoff: { type: 'fixed', delay: 10 } });
  await until('somebody is told', () => alerts.length > 0);
  expect(tries).toBe(3);
  expect(alerts).toEqual([
    {
      code: 'nightly_failed',
      title: 'The nightly round failed, and is not tried again tonight',
      text: 'The CRM is away.\nWhen that is mended: spielbein nightly',
    },
  ]);
});
