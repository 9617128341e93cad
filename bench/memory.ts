/**
 * Memory of one process that plans and delivers a campaign, at two sizes, each in a process of its own:
 * real PostgreSQL, real queue, real SMTP (a sink in this process that counts and forgets).
 *
 *   npm run bench -- memory               2,000 against 20,000 customers
 *   npm run bench -- memory --full        2,000 against 100,000
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { openEmbeddedDatabase } from '../src/db/embedded.ts';

interface Run {
  customers: number;
  sent: number;
  planSeconds: number;
  deliverSeconds: number;
  /** Megabytes of resident memory at the most, of the planning and delivering process. */
  peakMb: number;
}

export async function benchMemory(full: boolean): Promise<{ runs: Run[]; ratio: number }> {
  const home = await mkdtemp(join(tmpdir(), 'spielbein-bench-'));
  const database = await openEmbeddedDatabase({ home });
  const sink = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onData(stream, _session, done) {
      stream.resume().on('end', () => done());
    },
  });
  sink.listen(0, '127.0.0.1');
  await once(sink.server, 'listening');
  const smtpUrl = `smtp://127.0.0.1:${(sink.server.address() as { port: number }).port}`;
  const runs: Run[] = [];
  try {
    for (const customers of [2_000, full ? 100_000 : 20_000]) {
      runs.push(await measure(customers, database.url, smtpUrl, home));
    }
  } finally {
    await new Promise<void>((resolve) => sink.close(resolve));
    await database.close();
    await rm(home, { recursive: true, force: true });
  }
  const [small, large] = runs;
  return { runs, ratio: (large?.peakMb ?? 0) / (small?.peakMb ?? 1) };
}

async function measure(customers: number, baseUrl: string, smtpUrl: string, home: string): Promise<Run> {
  const name = `bench_${customers}`;
  const admin = new pg.Client({ connectionString: baseUrl });
  await admin.connect();
  await admin.query(`create database ${name}`);
  await admin.end();
  const url = new URL(baseUrl);
  url.pathname = `/${name}`;
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'plan-and-deliver.ts'), String(customers)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env.PATH,
        SPIELBEIN_HOME: home,
        DATABASE_URL: url.href,
        SMTP_URL: smtpUrl,
        MAIL_FROM: 'Bench <bench@orvelin.test>',
      },
    },
  );
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The measured process ended with ${code}.`);
  return JSON.parse(out);
}
