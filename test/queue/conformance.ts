import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, type Job } from 'bullmq';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { defineJob } from '../../src/queue/job.ts';
import { openQueues, type Queues, type QueuesOptions } from '../../src/queue/queue.ts';

/** What every backend of the queue must do, because the jobs rely on it. */
export function queueConformance(where: () => QueuesOptions): void {
  let queues: Queues;
  let opened: Queues[];
  let name: string;
  const open = () => {
    const another = openQueues({ ...where(), onError: () => {} });
    opened.push(another);
    return another;
  };

  beforeEach(async () => {
    opened = [];
    queues = open();
    await queues.ready();
    name = `queue-${randomBytes(4).toString('hex')}`;
  });

  afterEach(async () => {
    for (const each of opened) await each.close({ drainMs: 2000 });
  });

  test('processes that start at once do not hinder each other', async () => {
    const many = [open(), open(), open(), open()];
    await Promise.all(many.map((each) => each.ready()));
    await Promise.all(many.map((each, index) => each.queue(name).add('job', {}, { jobId: `id-${index}` })));
    expect(await queues.queue(name).getWaitingCount()).toBe(4);
  });

  test('a queue is the same one for the same name', () => {
    expect(queues.queue(name)).toBe(queues.queue(name));
  });

  test('adding the same ids twice gives one job each; after they are done they can be added again', async () => {
    const chunks = Array.from({ length: 500 }, (_, n) => ({
      name: 'chunk',
      data: { n },
      opts: { jobId: `c-${n}` },
    }));
    await queues.queue(name).addBulk(chunks);
    await queues.queue(name).addBulk(chunks);
    expect(await queues.queue(name).getWaitingCount()).toBe(500);
    const seen: number[] = [];
    queues.worker<{ n: number }>(name, async (job) => void seen.push(job.data.n), { concurrency: 20 });
    await until(() => seen.length === 500);
    await queues.queue(name).addBulk(chunks.slice(0, 3));
    await until(() => seen.length === 503);
    await sleep(100);
    expect(seen.length).toBe(503);
    expect(new Set(seen).size).toBe(500);
  });

  test('a job that is being worked on is not added a second time', async () => {
    const started: string[] = [];
    queues.worker(
      name,
      async (job) => {
        started.push(job.id ?? '');
        await sleep(300);
      },
      { concurrency: 5 },
    );
    await queues.queue(name).add('job', {}, { jobId: 'one' });
    await until(() => started.length === 1);
    await queues.queue(name).add('job', {}, { jobId: 'one' });
    await sleep(500);
    expect(started).toEqual(['one']);
  });

  test('a job that fails is tried again after a growing pause, then no more', async () => {
    const tries: number[] = [];
    const failed: string[] = [];
    const worker = queues.worker(name, async () => {
      tries.push(performance.now());
      throw new Error('not yet');
    });
    worker.on('failed', (job) => job?.attemptsMade === 3 && failed.push(job.id ?? ''));
    const backoff = { type: 'exponential', delay: 150 };
    await queues.queue(name).add('job', {}, { jobId: 'flaky', attempts: 3, backoff });
    await until(() => failed.length === 1);
    const [first = 0, second = 0, third = 0] = tries;
    expect(tries.length).toBe(3);
    expect(second - first).toBeGreaterThanOrEqual(145);
    expect(third - second).toBeGreaterThanOrEqual(295);
    await until(async () => (await queues.queue(name).getJob('flaky')) === undefined);
  });

  test('a job with a payload that does not fit fails for good at the first try', async () => {
    const definition = defineJob({ queue: name, name: 'deliver', payload: z.object({ chunk: z.int() }) });
    expect(() => definition.entry({ chunk: 1.5 })).toThrow();
    const reasons: string[] = [];
    const worker = queues.worker(name, async (job) => definition.parse(job));
    worker.on('failed', (job, error) => reasons.push(`${job?.attemptsMade} ${error.message}`));
    await queues.queue(name).add('deliver', { chunk: 'one' }, { jobId: 'odd' });
    await until(() => reasons.length > 0);
    await sleep(200);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/^1 Job deliver \(odd\) .*chunk/s);
  });

  test('a delayed job waits for its time', async () => {
    let done = 0;
    queues.worker(name, async () => {
      done = performance.now();
    });
    const begin = performance.now();
    await queues.queue(name).add('job', {}, { delay: 700 });
    await until(() => done > 0);
    expect(done - begin).toBeGreaterThanOrEqual(690);
    expect(done - begin).toBeLessThan(3000);
  });

  test('a schedule that is put in place twice is one schedule', async () => {
    const queue = queues.queue(name);
    for (let time = 0; time < 2; time++) {
      await queue.upsertJobScheduler(
        'nightly',
        { pattern: '30 2 * * *', tz: 'Europe/Berlin' },
        { name: 'nightly' },
      );
    }
    await open()
      .queue(name)
      .upsertJobScheduler('nightly', { pattern: '30 2 * * *', tz: 'Europe/Berlin' }, { name: 'nightly' });
    const schedulers = await queue.getJobSchedulers();
    expect(schedulers).toHaveLength(1);
    expect(schedulers[0]).toMatchObject({ pattern: '30 2 * * *', tz: 'Europe/Berlin' });
    expect(await queue.getDelayedCount()).toBe(1);
    const next = new Date(schedulers[0]?.next ?? 0);
    expect(next.toLocaleTimeString('de-DE', { timeZone: 'Europe/Berlin' })).toBe('02:30:00');
    // a changed schedule replaces the old one
    await queue.upsertJobScheduler(
      'nightly',
      { pattern: '0 4 * * *', tz: 'Europe/Berlin' },
      { name: 'nightly' },
    );
    expect(await queue.getJobSchedulers()).toHaveLength(1);
    expect(await queue.getDelayedCount()).toBe(1);
  });

  test('a schedule goes on by itself, with the defaults of all jobs', async () => {
    const jobs: Job[] = [];
    queues.worker(name, async (job) => void jobs.push(job));
    await queues.queue(name).upsertJobScheduler('often', { every: 200 }, { name: 'often', data: {} });
    await until(() => jobs.length >= 3);
    expect(jobs[0]?.opts).toMatchObject({ removeOnComplete: true, removeOnFail: true, attempts: 5 });
  });

  test('closing stops claiming at once and waits for what is in flight, which may still add jobs', async () => {
    const events: string[] = [];
    queues.worker(name, async (job) => {
      events.push(`begin ${job.id}`);
      await sleep(400);
      await queues.queue(`${name}-next`).add('next', {}, { jobId: `after-${job.id}` });
      events.push(`end ${job.id}`);
    });
    await queues.queue(name).addBulk(['a', 'b'].map((jobId) => ({ name: 'job', data: {}, opts: { jobId } })));
    await until(() => events.length === 1);
    expect(await queues.close()).toBe(true);
    expect(events).toEqual(['begin a', 'end a']);
    const later = open();
    expect(await later.queue(name).getWaitingCount()).toBe(1);
    expect(await later.queue(`${name}-next`).getWaitingCount()).toBe(1);
  });

  test('an idle worker closes at once', async () => {
    queues.worker(name, async () => {});
    await sleep(300);
    const begin = performance.now();
    await queues.close();
    expect(performance.now() - begin).toBeLessThan(1500);
  });

  test('closing gives up a job that takes too long, and another worker has it', async () => {
    let begun = false;
    queues.worker(
      name,
      async () => {
        begun = true;
        await sleep(60_000, undefined, { ref: false });
      },
      { lockDuration: 1000, stalledInterval: 500 },
    );
    await queues.queue(name).add('job', {}, { jobId: 'long' });
    await until(() => begun);
    const begin = performance.now();
    expect(await queues.close({ drainMs: 300 })).toBe(false);
    expect(performance.now() - begin).toBeLessThan(3000);
    const taken: string[] = [];
    open().worker(name, async (job) => void taken.push(job.id ?? ''), { stalledInterval: 300 });
    await until(() => taken.length === 1);
    expect(taken).toEqual(['long']);
  });

  test('a job whose worker died is picked up by another when its lock has expired', async () => {
    const dying = open();
    // takes the job and never shows a sign of life again
    const dead = dying.worker(name, null as never, {
      autorun: false,
      lockDuration: 500,
      skipLockRenewal: true,
    });
    await queues.queue(name).add('job', {}, { jobId: 'orphan' });
    const job = (await dead.getNextJob('token-of-the-dead')) as Job;
    expect(job.id).toBe('orphan');
    const taken: string[] = [];
    queues.worker(name, async ({ id }) => void taken.push(id ?? ''), {
      lockDuration: 500,
      stalledInterval: 300,
    });
    await until(() => taken.length === 1);
    expect(taken).toEqual(['orphan']);
  });

  test('a processor can put its own job off', async () => {
    const times: number[] = [];
    queues.worker(name, async (job, token) => {
      times.push(performance.now());
      if (times.length > 1) return;
      await job.moveToDelayed(Date.now() + 400, token);
      throw new DelayedError();
    });
    await queues.queue(name).add('job', {}, { jobId: 'later', attempts: 1 });
    await until(() => times.length === 2);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(380);
    await until(async () => (await queues.queue(name).getJob('later')) === undefined);
  });
}

async function until(condition: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not within ${ms} ms: ${condition}`);
    await sleep(10);
  }
}
