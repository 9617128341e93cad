/**
 * The first full sync of a large account: how many requests, how much memory, how long, and whether ten kills change
 * anything. The demo CRM without limits and the sync in processes of their own, a real PostgreSQL.
 *
 *   npm run bench -- first-sync            50,000 contacts, 75,000 deals, 250,000 line items
 *   npm run bench -- first-sync --quick    a fifth of that
 *   npm run bench -- first-sync --full     four times that
 */
import { randomBytes } from 'node:crypto';
import { openDatabase } from '../src/db/connect.ts';
import { migrate } from '../src/db/migrate.ts';
import { dice } from '../src/demo/company/dice.ts';
import { startPostgres } from './faults/postgres.ts';
import { type Contents, contentsOf } from './first-sync/contents.ts';
import { type Memory, memoryOf } from './first-sync/flat.ts';
import { dealsPace, type Pace } from './first-sync/pace.ts';
import { type PlainSizes, plainSizes } from './first-sync/plain-company.ts';
import { type CrmProcess, runSyncProcess, type SyncOutcome, startCrm } from './first-sync/process.ts';

export interface FirstSync {
  sizes: PlainSizes;
  /** See `leastRequests`. */
  least: number;
  requests: Record<string, number>;
  total: number;
  /** Total against the least. */
  ratio: number;
  seconds: number;
  rowsPerSecond: number;
  memory: Memory;
  /** Seconds that each tenth of the pass took. */
  tenths: number[];
  pace: Pace;
  kills: { times: number; sameResult: boolean; total: number; seed: string };
}

const KILLS = 10;
/** Share of the pass behind which nobody is killed any more: there must be something left to do. */
const LAST_KILL_AT = 0.9;

/**
 * The least that the sizes of pages (100), association reads (1,000) and batch reads (100) allow for contacts, deals,
 * line items and products, whichever side the associations are read from. Companies are not in it.
 */
export function leastRequests({ contacts, deals, lines, products }: PlainSizes): number {
  const pages = (n: number) => Math.ceil(n / 100);
  const calls = Math.ceil(Math.min(contacts, deals) / 1000) + Math.ceil(deals / 1000);
  return pages(contacts) + pages(deals) + pages(products) + pages(lines) + calls;
}

export async function benchFirstSync(
  scale: number,
  seed = randomBytes(4).toString('hex'),
): Promise<FirstSync> {
  const sizes = plainSizes(scale);
  const postgres = await startPostgres();
  try {
    const whole = await inDatabase(await postgres.createDatabase('whole'), sizes, async (databaseUrl, crm) =>
      runSyncProcess({ databaseUrl, crmUrl: crm.url }),
    );
    const broken = await inDatabase(await postgres.createDatabase('broken'), sizes, (databaseUrl, crm) =>
      withKills({ databaseUrl, crmUrl: crm.url, times: KILLS, withinMs: 1000, seed }),
    );
    const paced = await postgres.createDatabase('paced');
    await migrated(paced);
    const pace = await dealsPace(paced, plainSizes(0.05), { latencyMs: 150, perTenSeconds: 190 });
    const total = sum(whole.requests);
    const least = leastRequests(sizes);
    const rows = Object.values(whole.contents).reduce((n, table) => n + table.rows, 0);
    return {
      sizes,
      least,
      requests: whole.requests,
      total,
      ratio: total / least,
      seconds: whole.outcome.seconds,
      rowsPerSecond: rows / whole.outcome.seconds,
      memory: memoryOf(whole.outcome.memory),
      tenths: tenthsOf(whole.outcome),
      pace,
      kills: {
        times: broken.outcome.kills,
        sameResult: JSON.stringify(whole.contents) === JSON.stringify(broken.contents),
        total: sum(broken.requests),
        seed,
      },
    };
  } finally {
    await postgres.close();
  }
}

async function inDatabase<T>(
  databaseUrl: string,
  sizes: PlainSizes,
  work: (databaseUrl: string, crm: CrmProcess) => Promise<T>,
): Promise<{ outcome: T; contents: Contents; requests: Record<string, number> }> {
  const { db, close } = openDatabase(databaseUrl, { max: 1, applicationName: 'first-sync' });
  const crm = await startCrm(sizes);
  try {
    await migrate(db);
    const outcome = await work(databaseUrl, crm);
    return { outcome, contents: await contentsOf(db), requests: await crm.requests() };
  } finally {
    await crm.close();
    await close();
  }
}

/** The same pass, killed so many times at random moments spread over it, and gone on with by a new process each. */
export async function withKills(given: {
  databaseUrl: string;
  crmUrl: string;
  times: number;
  /** Each comes at a random moment this long after its share of the pass was stored. */
  withinMs: number;
  seed: string;
}): Promise<SyncOutcome & { kills: number }> {
  const roll = dice(given.seed);
  const shares = Array.from({ length: given.times }, (_, n) => roll('share', n) * LAST_KILL_AT).sort(
    (a, b) => a - b,
  );
  let kills = 0;
  for (const [n, share] of shares.entries()) {
    const afterMs = roll('moment', n) * given.withinMs;
    const outcome = await runSyncProcess({ ...given, death: { share, afterMs } });
    if (outcome.complete) return { ...outcome, kills };
    kills++;
  }
  return { ...(await runSyncProcess(given)), kills };
}

async function migrated(databaseUrl: string): Promise<void> {
  const { db, close } = openDatabase(databaseUrl, { max: 1, applicationName: 'first-sync' });
  try {
    await migrate(db);
  } finally {
    await close();
  }
}

function tenthsOf({ shares }: SyncOutcome): number[] {
  const reached = (share: number) => shares.find(({ done }) => (done ?? 0) >= share)?.at ?? 0;
  return Array.from(
    { length: 10 },
    (_, n) => (reached((n + 1) / 10) - (n === 0 ? 0 : reached(n / 10))) / 1000,
  );
}

const sum = (requests: Record<string, number>) => Object.values(requests).reduce((a, b) => a + b, 0);
