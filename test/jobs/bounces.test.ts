import { tmpdir } from 'node:os';
import type { Job } from 'bullmq';
import { afterAll, describe, expect, it } from 'vitest';
import { bounces, runBouncesJob, scheduleBounces } from '../../jobs/bounces.ts';
import { loadConfig, Secret } from '../../src/config.ts';
import { openQueues } from '../../src/queue/queue.ts';
import type { ContentSource, Knowledge } from '../../src/render/content.ts';
import { bounceToolsOf } from '../../src/worker.ts';
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

  it('goes on while the library is broken, with the number of bounces that counted last', async () => {
    let number: number | null = null;
    const library = async () => {
      if (number === null) throw new Error('library/settings.yaml:3:1 makes no sense');
      return { library: { settings: { delivery: { softBounces: number } } } } as Knowledge;
    };
    const { softBounces } = bounceToolsOf({
      ...tools,
      secret: new Secret('a secret of the tests, long enough'),
      config: { ...loadConfig({}, tmpdir()), bounceAddress: 'bounces@orvelin.test' },
      content: { library } as ContentSource,
    });
    expect(await softBounces()).toBe(5);
    number = 3;
    expect(await softBounces()).toBe(3);
    number = null;
    expect(await softBounces()).toBe(3);
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
