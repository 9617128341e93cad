/**
 * Two processes that call HubSpot as fast as the account's limits let them, through the limiter they share: how much of
 * what is allowed they use, and how often they are refused. The demo CRM counts as HubSpot does, in rolling windows.
 *
 *   npm run bench -- limits            20 s
 *   npm run bench -- limits --full     60 s
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectDatabase } from '../src/db/connect.ts';
import { openEmbeddedDatabase } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { demoCompany } from '../src/demo/company/company.ts';
import { startDemoCrm } from '../src/demo/crm-server/server.ts';

const PER_TEN_SECONDS = 190;
const SEARCHES_PER_SECOND = 5;
/** The first window holds what the limits let through at once, and the account's real limit is learnt. */
const WARM_UP_MS = 12_000;

export interface LimitsBench {
  seconds: number;
  /** Calls a second. */
  general: { allowed: number; used: number; share: number };
  search: { allowed: number; used: number; share: number };
  /** From the first call on. */
  refused: number;
}

export async function benchLimits(full: boolean): Promise<LimitsBench> {
  const home = await mkdtemp(join(tmpdir(), 'spielbein-bench-'));
  const database = await openEmbeddedDatabase({ home });
  const db = connectDatabase(database.url);
  const crm = await startDemoCrm({
    company: demoCompany({ customers: 500, today: new Date('2026-03-01') }),
    limits: { perTenSeconds: PER_TEN_SECONDS, searchesPerSecond: SEARCHES_PER_SECOND, perDay: 250_000 },
  });
  try {
    await migrate(db);
    const seen = watch(crm.limits);
    const clients = [1, 2].map(() =>
      spawn(process.execPath, [join(import.meta.dirname, 'limits/client.ts'), crm.url, database.url], {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { PATH: process.env.PATH },
      }),
    );
    const ended = Promise.all(clients.map(async (client) => await once(client, 'exit')));
    await sleep(WARM_UP_MS);
    const before = { ...seen };
    const begun = performance.now();
    await sleep(full ? 60_000 : 20_000);
    const seconds = (performance.now() - begun) / 1000;
    const after = { ...seen };
    for (const client of clients) client.kill();
    await ended;
    const rate = (calls: number, allowed: number) => {
      const used = calls / seconds;
      return { allowed, used, share: used / allowed };
    };
    return {
      seconds,
      general: rate(after.general - before.general, PER_TEN_SECONDS / 10),
      search: rate(after.search - before.search, SEARCHES_PER_SECOND),
      refused: after.refused,
    };
  } finally {
    await crm.close();
    await db.destroy();
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** Counts what the CRM's limits let through, and what they refuse. */
function watch(limits: { general(): void; search(): void }): {
  general: number;
  search: number;
  refused: number;
} {
  const seen = { general: 0, search: 0, refused: 0 };
  for (const kind of ['general', 'search'] as const) {
    const check = limits[kind].bind(limits);
    limits[kind] = () => {
      try {
        check();
        seen[kind]++;
      } catch (error) {
        seen.refused++;
        throw error;
      }
    };
  }
  return seen;
}
