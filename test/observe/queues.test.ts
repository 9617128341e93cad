import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { readQueues } from '../../src/observe/installation.ts';
import { openQueues, type QueuesOptions } from '../../src/queue/queue.ts';
import { testDatabase } from '../stands/database.ts';
import { type RedisStand, redisAvailable, redisStand } from '../stands/redis.ts';

const now = new Date('2026-10-12T09:00:00Z');
const ago = (seconds: number) => now.getTime() - seconds * 1000;

function reading(where: () => QueuesOptions): void {
  it('says how full it is, and how long the job that comes next has waited', async () => {
    const queues = openQueues(where());
    onTestFinished(async () => void (await queues.close()));
    await queues.ready();
    for (const timestamp of [ago(300), ago(30), ago(3)])
      await queues.queue('measured').add('job', {}, { timestamp });
    await queues.queue('measured').add('job', {}, { timestamp: ago(900), delay: 3_600_000 });
    expect(await readQueues(queues, ['measured', 'empty'], now)).toEqual([
      {
        queue: 'measured',
        jobs: { waiting: 3, active: 0, delayed: 1, prioritized: 0, failed: 0 },
        oldestSeconds: 300,
      },
      {
        queue: 'empty',
        jobs: { waiting: 0, active: 0, delayed: 0, prioritized: 0, failed: 0 },
        oldestSeconds: 0,
      },
    ]);
  });
}

describe('a queue in PostgreSQL', async () => {
  const { url } = await testDatabase();
  reading(() => ({ databaseUrl: url }));
});

describe.skipIf(!redisAvailable())('a queue in Redis', () => {
  let redis: RedisStand;
  beforeAll(async () => {
    redis = await redisStand();
  });
  afterAll(() => redis.remove());
  reading(() => ({ databaseUrl: 'postgres://not.used/', redisUrl: redis.url }));
});
