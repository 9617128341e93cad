import { afterAll, beforeAll, expect, test } from 'vitest';
import { announceEvents, crmEvents, runCrmEvents } from '../../jobs/crm-events.ts';
import type { JobTools } from '../../jobs/tools.ts';
import { loadConfig, Secret } from '../../src/config.ts';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';
import { createLinks } from '../../src/links/links.ts';
import { openQueues } from '../../src/queue/queue.ts';
import { contentSource } from '../../src/render/content.ts';
import { hubspotCrm } from '../../src/sync/hubspot/adapter.ts';
import { runSync } from '../../src/sync/sync.ts';
import { startWeb } from '../../src/web/web.ts';
import { testDatabase } from '../stands/database.ts';
import { LIBRARY, SECRET, TEMPLATES } from '../stands/delivery.ts';
import { freePort } from '../stands/free-port.ts';
import { until } from '../stands/process.ts';

const { db, url } = await testDatabase();
const queues = openQueues({ databaseUrl: url });
const WEBHOOK_SECRET = 'the client secret of the app';
let server: DemoCrm;
let web: { close(): Promise<void> };
const stop = new AbortController();

/** The CRM posts, the web part stores, the queue wakes the worker, and that one reads: all over HTTP. */
beforeAll(async () => {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const company = demoCompany({ customers: 100, today: new Date() });
  server = await startDemoCrm({
    company,
    webhooks: {
      url: `${publicUrl}/webhooks/hubspot`,
      secret: WEBHOOK_SECRET,
      duplicates: 0.5,
      unknown: 0.3,
      reorder: true,
    },
  });
  const crm = hubspotCrm({ accessToken: 'test', baseUrl: server.url });
  await runSync({ db, crm, mode: 'full' });
  const now = () => new Date();
  web = await startWeb({
    db,
    config: {
      ...loadConfig({}, '/nowhere'),
      host: '127.0.0.1',
      port,
      publicUrl,
      hubspot: {
        accessToken: new Secret('test'),
        baseUrl: server.url,
        apiVersion: 'v3',
        webhookSecret: new Secret(WEBHOOK_SECRET),
      },
    },
    content: contentSource({ db, libraryDir: LIBRARY, templatesDir: TEMPLATES, publicUrl }),
    secret: SECRET,
    randomKey: 'tests',
    links: createLinks({ secret: SECRET, publicUrl, now }),
    now,
    crmEventsWait: announceEvents(queues, () => {}),
  });
  const tools = { db, crm: async () => crm, now, log: () => {}, signal: stop.signal };
  queues.worker(crmEvents.queue, (job) => runCrmEvents(tools as Partial<JobTools> as JobTools, job));
});
afterAll(async () => {
  stop.abort();
  await web.close();
  await queues.close();
  await server.close();
});

const nothingWaits = () =>
  until('all events are worked off', async () => {
    await server.webhooks.drain();
    const waiting = await db.selectFrom('crm_events').select('id').where('handled_at', 'is', null).execute();
    return waiting.length === 0;
  });

test('what changes in the CRM is known here, whatever way its webhooks take', {
  timeout: 60_000,
}, async () => {
  const [buyer, leaver, archived, forgotten] = [...server.company.ids('contacts')].map(String);
  if (!buyer || !leaver || !archived || !forgotten) throw new Error('The company has no contacts.');
  const { tradeId, lineItemId } = server.addPurchase({ contactId: buyer, sku: 'ORV-LX300' });
  server.updateContact(leaver, { hs_email_optout: 'true' });
  server.archiveContact(archived);
  server.forgetContact(forgotten);
  const { id: newcomer } = server.addContact({ email: 'new@kunde.example', lastname: 'Neu' });
  await nothingWaits();

  const purchase = await db
    .selectFrom('purchases')
    .select(['customer_id', 'status'])
    .where('id', '=', `deal-${tradeId}-${lineItemId}`)
    .executeTakeFirst();
  expect(purchase).toEqual({ customer_id: buyer, status: 'kept' });
  const people = await db
    .selectFrom('customers')
    .select(['id', 'opted_out', 'archived_at'])
    .where('id', 'in', [leaver, archived, forgotten, newcomer])
    .execute();
  const person = (id: string) => people.find((each) => each.id === id);
  expect(person(leaver)).toMatchObject({ opted_out: true, archived_at: null });
  expect(person(archived)?.archived_at).not.toBeNull();
  expect(person(forgotten)).toBeUndefined();
  expect(person(newcomer)).toMatchObject({ archived_at: null });

  const events = await db.selectFrom('crm_events').select('outcome').execute();
  const outcomes = new Set(events.map(({ outcome }) => outcome));
  expect(outcomes).toContain('erased');
  expect(outcomes).toContain('refreshed');
  expect(outcomes).not.toContain('failed');
});
