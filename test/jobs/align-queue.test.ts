import { afterAll, describe, expect, it } from 'vitest';
import { alignQueue } from '../../jobs/align-queue.ts';
import { deliver, enqueueDelivery } from '../../jobs/deliver.ts';
import { cancelCampaign, moveCampaign } from '../../src/ledger/campaigns.ts';
import { openQueues, type Queues } from '../../src/queue/queue.ts';
import { seedCustomers } from '../stands/company.ts';
import { testDatabase } from '../stands/database.ts';
import { deliveryStand } from '../stands/delivery.ts';
import { redisAvailable, redisStand } from '../stands/redis.ts';
import { smtpStand } from '../stands/smtp.ts';

describe.each(['postgres', 'redis'] as const)('the queue in %s agrees with the ledger', async (backend) => {
  if (backend === 'redis' && !redisAvailable()) {
    it.skip('needs Redis', () => {});
    return;
  }
  const { db, url } = await testDatabase();
  await seedCustomers(db, 900);
  const redis = backend === 'redis' ? await redisStand() : null;
  const smtp = await smtpStand();
  const stand = await deliveryStand({ db, databaseUrl: url, smtpUrl: smtp.url });
  const queues: Queues = openQueues({ databaseUrl: url, redisUrl: redis?.url });
  afterAll(async () => {
    await queues.close();
    await stand.close();
    await smtp.stop();
    await redis?.remove();
  });
  await queues.ready();
  const tools = { db, queues, now: () => new Date() };
  const queue = queues.queue(deliver.queue);
  const ids = async () => (await queue.getJobs(['waiting', 'delayed'])).map((job) => job.id).sort();
  await stand.plan('one');
  const chunks = ['one.0', 'one.1', 'one.2', 'one.3'];

  it('after it was flushed: every open chunk has its job again', async () => {
    await queue.obliterate({ force: true });
    await alignQueue(tools, ['one']);
    expect(await ids()).toEqual(chunks);
    await alignQueue(tools, ['one']);
    expect(await ids()).toEqual(chunks);
  });

  it('after it was restored from an old snapshot: what nobody wants is dropped', async () => {
    const old = [
      deliver.entry({ campaignId: 'one', chunk: 77 }, { jobId: 'one.77' }),
      deliver.entry({ campaignId: 'gone', chunk: 0 }, { jobId: 'gone.0', delay: 3_600_000 }),
    ];
    await queue.addBulk(old);
    expect(await alignQueue(tools, ['one'])).toMatchObject({ dropped: 2 });
    expect(await ids()).toEqual(chunks);
  });

  it('what would come too late is pulled forward', async () => {
    await queue.obliterate({ force: true });
    await queue.addBulk([
      deliver.entry({ campaignId: 'one', chunk: 2 }, { jobId: 'one.2', delay: 3_600_000 }),
    ]);
    const later = { ...tools, now: () => new Date(Date.now() + 60_000) };
    await alignQueue(later, ['one']);
    expect((await queue.getJobs(['delayed'])).map((job) => job.id)).toEqual([]);
    expect(await ids()).toEqual(chunks);
  });

  it('a paused campaign has no jobs, and has them again when it goes on', async () => {
    await moveCampaign(db, 'one', 'paused', { now: new Date() });
    await alignQueue(tools, []);
    expect(await ids()).toEqual([]);
    await moveCampaign(db, 'one', 'running', { now: new Date() });
    await enqueueDelivery(tools, 'one');
    expect(await ids()).toEqual(chunks);
    await cancelCampaign(db, 'one', new Date());
    await alignQueue(tools, []);
    expect(await ids()).toEqual([]);
  });
});
