import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { serverProcess } from '../../src/db/embedded/process.ts';
import { openEmbeddedDatabase } from '../../src/db/embedded.ts';
import { openQueues } from '../../src/queue/queue.ts';
import { freePort } from '../stands/free-port.ts';
import { redisAvailable, redisStand } from '../stands/redis.ts';

async function until(condition: () => boolean, ms = 25_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Not within ${ms} ms: ${condition}`);
    await sleep(20);
  }
}

const rejection = (work: Promise<unknown>): Promise<Error & { code?: string }> =>
  work.then(
    () => expect.fail('it should have been refused'),
    (error) => error,
  );

describe.skipIf(!redisAvailable())('a Redis that is away', () => {
  test('from the start: adding fails in some seconds and in plain words, without the password', async () => {
    const redisUrl = `redis://user:geheim@127.0.0.1:${await freePort()}`;
    const queues = openQueues({ databaseUrl: '', redisUrl });
    const begin = performance.now();
    const errors = await Promise.all([
      rejection(queues.ready()),
      rejection(queues.queue('jobs').add('job', {})),
      rejection(queues.queue('jobs').getWaitingCount()),
    ]);
    expect(performance.now() - begin).toBeLessThan(8000);
    for (const error of errors) {
      expect(error).toMatchObject({ name: 'QueueError', code: 'unreachable' });
      expect(error.message).toContain('127.0.0.1:');
      expect(inspect(error, { depth: 9 })).not.toContain('geheim');
    }
    await queues.close();
  });

  test('a wrong password is called so', async () => {
    const redis = await redisStand({ password: 'geheim' });
    const seen: unknown[] = [];
    const redisUrl = redis.url.replace('geheim', 'falsch');
    const queues = openQueues({ databaseUrl: '', redisUrl, onError: (error) => seen.push(error) });
    queues.worker('jobs', async () => {});
    const error = await rejection(queues.ready());
    expect(error).toMatchObject({ code: 'sign_in_refused' });
    expect(inspect([error, ...seen], { depth: 9 })).not.toContain('falsch');
    await queues.close();
    await redis.remove();
  });

  test('for a while: producers are told, workers wait and go on by themselves', async () => {
    const redis = await redisStand({ appendOnly: true });
    const told: string[] = [];
    const queues = openQueues({
      databaseUrl: '',
      redisUrl: redis.url,
      onError: ({ message }) => told.push(message),
    });
    const done: string[] = [];
    queues.worker('jobs', async (job) => void done.push(job.id ?? ''));
    await queues.queue('jobs').add('job', {}, { jobId: 'before' });
    await until(() => done.length === 1);
    await queues.queue('jobs').add('job', {}, { jobId: 'waiting', delay: 1500 });

    await redis.kill();
    const begin = performance.now();
    await rejection(queues.queue('jobs').add('job', {}, { jobId: 'refused' }));
    expect(performance.now() - begin).toBeLessThan(8000);
    await redis.start();

    await until(() => done.includes('waiting'));
    await queues.queue('jobs').add('job', {}, { jobId: 'after' });
    await until(() => done.includes('after'));
    expect(told.length).toBeLessThan(10);
    await queues.close();
    await redis.remove();
  });

  test('while closing: it does not hang', async () => {
    const redis = await redisStand();
    const queues = openQueues({ databaseUrl: '', redisUrl: redis.url });
    queues.worker('jobs', async () => {});
    await queues.ready();
    await redis.kill();
    const begin = performance.now();
    await queues.close({ drainMs: 2000 });
    expect(performance.now() - begin).toBeLessThan(6000);
    await redis.remove();
  });
});

describe('a PostgreSQL that is away', () => {
  test('from the start: adding fails in plain words', async () => {
    const queues = openQueues({ databaseUrl: `postgres://user:geheim@127.0.0.1:${await freePort()}/mails` });
    expect(await rejection(queues.ready())).toMatchObject({ name: 'DatabaseError', code: 'unreachable' });
    const error = await rejection(queues.queue('jobs').add('job', {}));
    expect(inspect(error, { depth: 9 })).not.toContain('geheim');
    await queues.close();
  });

  test('for a while: workers go on by themselves, and make no storm meanwhile', async () => {
    const home = await mkdtemp(join(tmpdir(), 'spielbein-outage-'));
    await chmod(home, 0o755);
    const first = await openEmbeddedDatabase({ home });
    const told: string[] = [];
    const queues = openQueues({ databaseUrl: first.url, onError: ({ message }) => told.push(message) });
    const done: string[] = [];
    queues.worker('jobs', async (job) => void done.push(job.id ?? ''));
    await queues.queue('jobs').add('job', {}, { jobId: 'before' });
    await until(() => done.length === 1);
    await queues.queue('jobs').add('job', {}, { jobId: 'waiting', delay: 1500 });

    const server = await serverProcess(join(home, 'postgres/data'));
    if (server.state !== 'running') throw new Error('no server');
    process.kill(server.pid, 'SIGKILL');
    await sleep(1000);
    const cpu = process.cpuUsage();
    await sleep(1000);
    const { user, system } = process.cpuUsage(cpu);
    expect((user + system) / 1000).toBeLessThan(500);

    const second = await openEmbeddedDatabase({ home });
    expect(second.url).toBe(first.url);
    await until(() => done.includes('waiting'));
    await queues.queue('jobs').add('job', {}, { jobId: 'after' });
    await until(() => done.includes('after'));
    expect(told.length).toBeLessThan(10);
    await queues.close();
    await first.close();
    await second.close();
    await rm(home, { recursive: true, force: true });
  });
});
