/**
 * What learning from a ledger takes, and a night's choices after it, at two sizes, each in a process of its own against
 * a real PostgreSQL.
 *
 *   npm run bench -- learn               20,000 against 200,000 blocks shown, 20,000 customers to choose for
 *   npm run bench -- learn --full        100,000 against 1,000,000, and 100,000 customers
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase } from '../src/db/connect.ts';
import { openEmbeddedDatabase } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { requireLibrary } from '../src/library/load.ts';
import { writeLedger } from './learn/ledger.ts';

interface Run {
  blocks: number;
  cells: number;
  /** Size of what is stored of a model. */
  summaryKb: number;
  /** Different sets of candidates among the customers. */
  sets: number;
  seconds: { summarise: number; fit: number; draw: number; choose: number };
  /** Megabytes of resident memory at the most, of the process that learns and chooses. */
  peakMb: number;
}

export async function benchLearn(
  full: boolean,
): Promise<{ customers: number; runs: Run[]; memoryRatio: number }> {
  const home = await mkdtemp(join(tmpdir(), 'spielbein-bench-'));
  const database = await openEmbeddedDatabase({ home });
  const customers = full ? 100_000 : 20_000;
  const runs: Run[] = [];
  try {
    for (const blocks of full ? [100_000, 1_000_000] : [20_000, 200_000])
      runs.push(await measure(blocks, customers, database.url));
  } finally {
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
  const [small, large] = runs;
  return { customers, runs, memoryRatio: (large?.peakMb ?? 0) / (small?.peakMb ?? 1) };
}

async function measure(blocks: number, customers: number, baseUrl: string): Promise<Run> {
  const name = `bench_${blocks}`;
  const admin = new pg.Client({ connectionString: baseUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = new URL(baseUrl);
  url.pathname = `/${name}`;
  const now = new Date('2026-11-01T03:30:00Z');
  const { db, close } = openDatabase(url.href);
  try {
    await migrate(db);
    const library = await requireLibrary(join(import.meta.dirname, '../templates/library'));
    await db.transaction().execute((tx) => writeLedger(tx, library, blocks, now));
  } finally {
    await close();
  }
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'learn/process.ts'), url.href, now.toISOString(), String(customers)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The measured process ended with ${code}.`);
  return { blocks, ...JSON.parse(out) };
}
