import type { Job } from 'bullmq';
import { sql } from 'kysely';
import { runCrmEvents } from '../../../../jobs/crm-events.ts';
import type { JobTools } from '../../../../jobs/tools.ts';
import { loadConfig, Secret } from '../../../../src/config.ts';
import type { Database } from '../../../../src/db/connect.ts';
import { demoCompany } from '../../../../src/demo/company/company.ts';
import { startDemoCrm } from '../../../../src/demo/crm-server/server.ts';
import { createLinks } from '../../../../src/links/links.ts';
import { contentSource } from '../../../../src/render/content.ts';
import { hubspotCrm } from '../../../../src/sync/hubspot/adapter.ts';
import type { CallLimiter } from '../../../../src/sync/hubspot/limiter.ts';
import type { CrmAdapter, SyncMode } from '../../../../src/sync/port.ts';
import { runSync, type SyncOptions } from '../../../../src/sync/sync.ts';
import { startWeb } from '../../../../src/web/web.ts';
import { LIBRARY, SECRET, TEMPLATES } from '../../../stands/delivery.ts';
import { freePort } from '../../../stands/free-port.ts';
import { type Action, act } from './actions.ts';

const WEBHOOK_SECRET = 'the client secret of the app';
/** Time is short, and limits have tests of their own. */
const limiter: CallLimiter = { begin: async () => ({ end() {} }), pause: async () => {} };
const company = demoCompany({ customers: 0, today: new Date('2026-11-01T00:00:00Z') });
const START = Date.parse('2026-11-02T08:00:00Z');

/** How the CRM behaves throughout one history. */
export interface Sky {
  /** How far the search index lags behind, ms. */
  lag: number;
  outOfOrder: boolean;
  /** Shares of webhooks that never come, and that come twice. */
  lost: number;
  duplicates: number;
  /** A merge makes a new record of the two, or the primary one lives on: accounts and object types differ. */
  mergesMakeNew: boolean;
}

/** What befalls one piece of work. */
export interface Fate {
  /** Share of the requests that fail. */
  storm: number;
  seed: string;
  /** The process dies before it stores this batch; null: it lives. */
  dies: number | null;
}

/** A CRM, the web part that its webhooks reach, and a database, all with one clock. */
export async function createWorld(db: Database) {
  let clock = START;
  const now = () => new Date(clock);
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const web = await startWeb({
    db,
    config: {
      ...loadConfig({}, '/nowhere'),
      host: '127.0.0.1',
      port,
      publicUrl,
      hubspot: {
        accessToken: new Secret('test'),
        baseUrl: publicUrl,
        apiVersion: 'v3',
        webhookSecret: new Secret(WEBHOOK_SECRET),
      },
    },
    content: contentSource({ db, libraryDir: LIBRARY, templatesDir: TEMPLATES, publicUrl }),
    secret: SECRET,
    randomKey: 'tests',
    links: createLinks({ secret: SECRET, publicUrl, now }),
    now,
  });

  /** A new account in an empty database. */
  async function begin({ lag, outOfOrder, lost, duplicates, mergesMakeNew }: Sky) {
    clock = START;
    await sql`truncate customers, purchases, products, companies, owners, sync_cursors, sync_seen, sync_runs, crm_reads,
      crm_events, customer_merges, erasures, suppressions`.execute(db);
    const server = await startDemoCrm({ company, now, associationPageSize: 2, mergesMakeNew });
    for (const name of ['Werk AG', 'Müller & Söhne']) server.store.create('companies', { name });
    server.webhooks.sendTo({
      url: `${publicUrl}/webhooks/hubspot`,
      secret: WEBHOOK_SECRET,
      retryAfterMs: [1, 1],
      lost,
      duplicates,
      unknown: 0.1,
      reorder: true,
      // the classic form says nothing of orders
      form: 'generic',
    });
    server.faults.searchLagMs = lag;
    server.faults.searchOutOfOrder = outOfOrder;
    const crm = hubspotCrm({ accessToken: 'test', baseUrl: server.url, patience: 0.001, limiter });
    const under = async ({ storm, seed, dies }: Fate, work: (crm: CrmAdapter) => Promise<unknown>) => {
      if (storm > 0) server.faults.storm({ seed, share: storm });
      try {
        await work(dies === null ? crm : mortal(crm, dies));
      } catch {
        // what failed or died goes on some other time
      } finally {
        server.faults.storm({ seed, share: 0 });
      }
    };
    return {
      server,
      pass(seconds: number) {
        clock += seconds * 1000;
      },
      act: (action: Action) => act(server, action),
      sync: (mode: SyncMode, options: Partial<SyncOptions> = {}) =>
        runSync({ db, crm, mode, now, ...options }),
      syncUnder: (fate: Fate, mode: SyncMode, thorough: boolean) =>
        under(fate, (crm) => runSync({ db, crm, mode, thorough, portion: 0.4, now })),
      /** Posts what waits, and works off what has arrived. */
      async deliver(fate: Fate) {
        await server.webhooks.drain();
        await under(fate, (crm) => workOff(db, crm, now));
      },
      async deliverAll() {
        await server.webhooks.drain();
        await workOff(db, crm, now);
      },
      end: () => server.close(),
    };
  }
  return { begin, close: () => web.close() };
}

async function workOff(db: Database, crm: CrmAdapter, now: () => Date): Promise<void> {
  const signal = new AbortController().signal;
  const tools = { db, crm: async () => crm, now, log: () => {}, signal };
  await runCrmEvents(tools as Partial<JobTools> as JobTools, { name: 'crm-events', data: {} } as Job);
}

/** The process dies before it stores one of the batches. */
function mortal(crm: CrmAdapter, dies: number): CrmAdapter {
  async function* until<T>(batches: AsyncIterable<T>): AsyncGenerator<T> {
    let left = dies;
    for await (const batch of batches) {
      if (left-- === 0) throw new Error('killed');
      yield batch;
    }
  }
  return {
    ...crm,
    batches: (context) => until(crm.batches(context)),
    refresh: (references, context) => until(crm.refresh?.(references, context) ?? nothing()),
  };
}

async function* nothing(): AsyncGenerator<never> {}
