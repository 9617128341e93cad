import type { Job } from 'bullmq';
import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { announceEvents, crmEvents, runCrmEvents } from '../../jobs/crm-events.ts';
import { createQueueKeeper } from '../../jobs/reconcile.ts';
import { decideAll } from '../../src/campaign/plan.ts';
import type { Queues } from '../../src/queue/queue.ts';
import { openQueues } from '../../src/queue/queue.ts';
import { type ContentSource, contentSource } from '../../src/render/content.ts';
import { readEvents } from '../../src/sync/hubspot/events.ts';
import { keepEvents } from '../../src/sync/inbox.ts';
import type { CrmAdapter, FreshBatch } from '../../src/sync/port.ts';
import { seedCustomers } from '../stands/company.ts';
import { testDatabase } from '../stands/database.ts';
import { LIBRARY, TEMPLATES } from '../stands/delivery.ts';
import { until } from '../stands/process.ts';
import { customer, purchase, scriptedCrm } from '../sync/scripted-crm.ts';

const { db, url } = await testDatabase();
const queues = openQueues({ databaseUrl: url });
afterAll(async () => void (await queues.close()));

const KIM = 'c000001';
beforeEach(async () => {
  await sql`truncate customers, purchases, products, crm_events, crm_reads, erasures, suppressions`.execute(
    db,
  );
  await seedCustomers(db, 2);
});

/** A CRM in which these records are found, whatever is asked for. */
const crmWith = (...batches: FreshBatch[]): CrmAdapter => ({
  ...scriptedCrm([]),
  source: 'test',
  async *refresh() {
    yield* batches;
  },
});

/** Stores what a webhook has said, and works it off. */
async function work(crm: CrmAdapter, ...posted: object[]): Promise<string[]> {
  await keepEvents(db, readEvents(posted)?.events ?? [], new Date());
  const lines: string[] = [];
  const tools = {
    db,
    crm: async () => crm,
    now: () => new Date(),
    log: (line: string) => void lines.push(line),
    signal: new AbortController().signal,
  };
  await runCrmEvents(tools, { id: '1', name: crmEvents.name, data: {} } as Job);
  return lines;
}
const outcomes = async () =>
  (await db.selectFrom('crm_events').select('outcome').orderBy('id').execute()).map(({ outcome }) => outcome);

/** What a dry run would show of Kim: the owned products that her mail would speak of. */
async function decidedForKim(): Promise<string[] | null> {
  const publicUrl = 'https://news.orvelin.test';
  const content = await contentSource({
    db,
    libraryDir: LIBRARY,
    templatesDir: TEMPLATES,
    publicUrl,
  }).current();
  const context = { db, content, randomKey: 'tests', now: () => new Date('2026-11-20T08:00:00Z') };
  const campaign = { id: 'autumn', audience: { products: null, developments: null, offers: null } as never };
  for await (const batch of decideAll(context, campaign)) {
    const found = batch.find((each) => each.customer.id === KIM)?.decision;
    if (found) return found.send ? found.composition.blocks.map(({ productKey }) => productKey) : null;
  }
  return null;
}

describe('what the CRM says', () => {
  test('changes the next decision: somebody who bought scales hears of scales', async () => {
    expect(await decidedForKim()).not.toContain('tischwaage-tw6');
    await work(
      crmWith({
        object: 'purchases',
        rows: [purchase('deal-9-1', KIM, { productId: 'p2', quantity: 2 })],
        parents: ['deal-9'],
      }),
      { subscriptionType: 'deal.creation', objectId: 9 },
    );
    expect(await decidedForKim()).toContain('tischwaage-tw6');
    expect(await outcomes()).toEqual(['refreshed']);
  });

  test('stops the next mail: somebody who opted out gets none', async () => {
    const optedOut = customer(KIM, { optedOut: true, consent: 'consent' });
    await work(crmWith({ object: 'customers', rows: [optedOut] }), {
      subscriptionType: 'contact.propertyChange',
      objectId: 1,
      propertyName: 'hs_email_optout',
    });
    expect(await decidedForKim()).toBeNull();
  });
});

describe('the queue', () => {
  const waiting = () => queues.queue(crmEvents.queue).getJobCountByTypes('waiting', 'prioritized');

  test('gets one job for many requests at once, and it carries nothing', async () => {
    const announce = announceEvents(queues, () => {});
    for (let n = 0; n < 50; n++) announce();
    await until('the queue knows', async () => (await waiting()) === 2);
    const [job] = await queues.queue(crmEvents.queue).getJobs(['waiting']);
    expect(job?.data).toEqual({});
    await queues.queue(crmEvents.queue).drain();
  });

  test('may be away: the events wait until the reconciler finds them', async () => {
    const lines: string[] = [];
    const away = {
      queue: () => ({ add: async () => Promise.reject(new Error('The queue is away.')) }),
    } as unknown as Queues;
    announceEvents(away, (line) => void lines.push(line))();
    await until('it is said', () => lines.length > 0);
    expect(lines).toEqual(['Events of the CRM wait: The queue is away.']);

    const keepInOrder = createQueueKeeper({
      db,
      queues,
      content: {} as ContentSource,
      now: () => new Date(),
      log: () => {},
      alert: async () => {},
    });
    await keepInOrder();
    expect(await waiting()).toBe(0);
    await keepEvents(
      db,
      readEvents([{ subscriptionType: 'deal.creation', objectId: 9 }])?.events ?? [],
      new Date(),
    );
    await keepInOrder();
    await keepInOrder();
    expect(await waiting()).toBe(1);
  });
});
