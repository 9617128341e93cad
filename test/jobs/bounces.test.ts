import type { Job } from 'bullmq';
import { afterAll, describe, expect, it } from 'vitest';
import { bounces, runBouncesJob, scheduleBounces } from '../../jobs/bounces.ts';
import { Secret } from '../../src/config.ts';
import { openQueues } from '../../src/queue/queue.ts';
import { bounceStand, sample } from '../feedback/bounces/stand.ts';
import { testDatabase } from '../stands/database.ts';
import { dovecotStand } from '../stands/dovecot.ts';

const { db, url: databaseUrl } = await testDatabase();
const { tools, sendTo, suppressedFor } = bounceStand(db, () => new Date());
const server = await dovecotStand();
const queues = openQueues({ databaseUrl });
afterAll(async () => {
  await queues.close();
  await server?.stop();
});

const job = { id: '1', name: bounces.name, data: {} } as Job;

describe('reading the bounce mailbox', () => {
  it('is scheduled every minute while there is a mailbox, once for all processes', async () => {
    const scheduled = () => queues.queue(bounces.queue).getJobSchedulers();
    const mailbox = new Secret('imaps://me:secret@mail.orvelin.test');
    await scheduleBounces({ queues, mailbox });
    await scheduleBounces({ queues, mailbox });
    expect(await scheduled()).toMatchObject([{ key: 'bounces', every: 60_000 }]);
    await scheduleBounces({ queues, mailbox: null });
    expect(await scheduled()).toEqual([]);
  });

  it.skipIf(!server)('acts on what is in it, and says how much, not whom it is about', async () => {
    const mail = await sendTo('anna@kunde.example', new Date());
    server?.deliver(sample('exchange-online.eml', mail));
    server?.deliver(sample('person.eml', mail));
    const lines: string[] = [];
    const mailbox = new Secret(server?.url ?? '');
    const given = {
      mailbox,
      bounces: tools,
      log: (line: string) => lines.push(line),
      signal: new AbortController().signal,
    };
    await runBouncesJob(given, job);
    await runBouncesJob(given, job);
    expect(await suppressedFor('anna@kunde.example')).toBe('bounced');
    expect(lines).toEqual(['Bounce mailbox: 2 messages read, 1 of them kept for a person.']);
  });
});
