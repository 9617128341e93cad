import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { demoCompany } from '../../../../src/demo/company/company.ts';
import { startDemoCrm } from '../../../../src/demo/crm-server/server.ts';
import { hubspotCrm } from '../../../../src/sync/hubspot/adapter.ts';
import type { CallLimiter } from '../../../../src/sync/hubspot/limiter.ts';
import type { CrmAdapter, SyncMode } from '../../../../src/sync/port.ts';
import { runSync, type SyncOptions } from '../../../../src/sync/sync.ts';
import { testDatabase } from '../../../stands/database.ts';
import { type Action, act, action } from './actions.ts';
import { pictureOfCrm, pictureOfDatabase } from './truth.ts';

const { db } = await testDatabase();

/** A sync, and what befalls it. */
interface Sync {
  mode: SyncMode;
  thorough: boolean;
  /** Share of the requests that fail. */
  storm: number;
  seed: string;
  /** The process dies before it stores this batch; null: it lives. */
  dies: number | null;
}

type Step = { pause: number } & ({ action: Action } | { sync: Sync });

const sync: fc.Arbitrary<Sync> = fc.record({
  mode: fc.oneof(
    { arbitrary: fc.constant('incremental' as const), weight: 6 },
    { arbitrary: fc.constant('full' as const), weight: 1 },
    { arbitrary: fc.constant('comparison' as const), weight: 2 },
  ),
  thorough: fc.boolean(),
  storm: fc.constantFrom(0, 0, 0.05, 0.3),
  seed: fc.string({ minLength: 1, maxLength: 4 }),
  dies: fc.option(fc.nat(12), { freq: 3 }),
});

const step: fc.Arbitrary<Step> = fc
  .tuple(
    fc.nat(90),
    fc.oneof(
      { arbitrary: action.map((action) => ({ action })), weight: 5 },
      { arbitrary: sync.map((sync) => ({ sync })), weight: 2 },
    ),
  )
  .map(([pause, what]) => ({ pause, ...what }));

const weather = fc.record({ lag: fc.constantFrom(0, 20_000, 120_000), outOfOrder: fc.boolean() });

/** An adapter whose process dies before a batch is stored. */
function mortal(crm: CrmAdapter, dies: number | null): CrmAdapter {
  if (dies === null) return crm;
  return {
    ...crm,
    async *batches(context) {
      let left = dies;
      for await (const batch of crm.batches(context)) {
        if (left-- === 0) throw new Error('killed');
        yield batch;
      }
    },
  };
}

/** Time is short, and limits have tests of their own. */
const limiter: CallLimiter = { begin: async () => ({ end() {} }), pause: async () => {} };

const company = demoCompany({ customers: 0, today: new Date('2026-11-01T00:00:00Z') });

async function world({ lag, outOfOrder }: { lag: number; outOfOrder: boolean }) {
  let clock = Date.parse('2026-11-02T08:00:00Z');
  const now = () => new Date(clock);
  const server = await startDemoCrm({ company, now, associationPageSize: 2 });
  for (const name of ['Werk AG', 'Müller & Söhne']) server.store.create('companies', { name });
  server.faults.searchLagMs = lag;
  server.faults.searchOutOfOrder = outOfOrder;
  const adapter = hubspotCrm({ accessToken: 'demo', baseUrl: server.url, patience: 0.001, limiter });
  await sql`truncate customers, purchases, products, companies, owners, sync_cursors, sync_seen, sync_runs, crm_reads,
    customer_merges`.execute(db);
  return {
    server,
    pass(seconds: number) {
      clock += seconds * 1000;
    },
    act: (action: Action) => act(server, action),
    async sync({ mode, thorough, storm, seed, dies }: Sync) {
      if (storm > 0) server.faults.storm({ seed, share: storm });
      try {
        await this.run(mode, { thorough, crm: mortal(adapter, dies), portion: 0.4 });
      } catch {
        // what failed or died goes on some other time
      } finally {
        server.faults.storm({ seed, share: 0 });
      }
    },
    run: (mode: SyncMode, options: Partial<SyncOptions> = {}) =>
      runSync({ db, crm: adapter, mode, now, ...options }),
  };
}

describe('after any history in the CRM', () => {
  test('PostgreSQL has what the CRM has, once changes are read and everything is compared', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), weather, async (steps, sky) => {
        const w = await world(sky);
        try {
          for (const step of steps) {
            w.pass(step.pause);
            if ('action' in step) w.act(step.action);
            else await w.sync(step.sync);
          }
          w.pass(121);
          await w.run('incremental');
          const { complete } = await w.run('comparison');
          expect(complete).toBe(true);
          expect(await pictureOfDatabase(db)).toEqual(pictureOfCrm(w.server));
        } finally {
          await w.server.close();
        }
      }),
      { numRuns: 25 },
    );
  });
});
