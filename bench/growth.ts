/**
 * What a hundred times the customers change: a nightly round is planned over everybody and delivered for a while, in a
 * process of its own, with 10,000 customers and with many more, four purchases each. Planning is compared with reading
 * the same rows once through the same driver, just before and after it.
 *
 *   npm run bench -- plan            1,000,000 customers, delivery for 40 s
 *   npm run bench -- plan --quick    100,000 customers, delivery for 10 s
 *   npm run bench -- plan --full     1,000,000 customers, delivery until all is sent
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { openDatabase } from '../src/db/connect.ts';
import { migrate } from '../src/db/migrate.ts';
import { requireLibrary } from '../src/library/load.ts';
import { startPostgres } from './faults/postgres.ts';
import { writePeople } from './growth/company.ts';
import { type Spread, spreadOf } from './harness/alternate.ts';
import type { Result, Row } from './harness/result.ts';

interface Run {
  customers: number;
  planned: number;
  sent: number;
  planSeconds: number;
  deliverSeconds: number;
  /** Megabytes of resident memory at the most: until all was planned, and to the end. */
  planPeakMb: number;
  peakMb: number;
  /** Seconds of one sequential read of customers and purchases, before and after planning. */
  readSeconds: number[];
}

const FEW = 10_000;

export async function benchGrowth(given: { customers: number; deliverSeconds: number }): Promise<Result> {
  await using stack = new AsyncDisposableStack();
  const postgres = stack.adopt(await startPostgres(), (p) => p.close());
  const home = await mkdtemp(join(tmpdir(), 'spielbein-bench-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const sink = await startSink();
  stack.defer(sink.close);
  const run = async (customers: number) =>
    measure(
      customers,
      given.deliverSeconds,
      await postgres.createDatabase(`bench_${customers}`),
      sink.url,
      home,
    );
  const few = await run(FEW);
  const many = await run(given.customers);
  return { rows: rowsOf(few, many), data: { few, many } };
}

function rowsOf(few: Run, many: Run): Row[] {
  const { customers } = many;
  const perCustomer = (r: Run) => r.planSeconds / r.customers;
  const perMail = (r: Run) => r.deliverSeconds / r.sent;
  const rate = (n: number, seconds: number) => Math.round(n / seconds);
  const itself = `itself with ${FEW} customers`;
  const reads = spreadOf(many.readSeconds);
  return [
    {
      measure: `plan, ${customers} customers`,
      reference: 'one sequential read of customers and purchases',
      result: spreadOf(many.readSeconds.map((seconds) => seconds / many.planSeconds)),
      unit: '×',
      mustReach: { atLeast: 0.2 },
      aim: { atLeast: 0.5 },
      detail: `${rate(customers, many.planSeconds)} customers/s (${many.planSeconds.toFixed(1)} s), read in ${reads.median.toFixed(1)} s; ${many.planned} planned`,
    },
    {
      ...grown('growth, planning', itself, perCustomer(many) / perCustomer(few)),
      detail: `${rate(FEW, few.planSeconds)} customers/s with ${FEW}, ${rate(customers, many.planSeconds)} with ${customers}`,
    },
    {
      ...grown('growth, delivery', itself, perMail(many) / perMail(few)),
      detail: `${rate(few.sent, few.deliverSeconds)} mails/s with ${FEW} customers (${few.sent} sent), ${rate(many.sent, many.deliverSeconds)} with ${customers} (${many.sent} sent)`,
    },
    {
      ...grown('memory, peak of a process', itself, many.peakMb / few.peakMb),
      detail: `${few.peakMb.toFixed(0)} MB with ${FEW} customers, ${many.peakMb.toFixed(0)} MB with ${customers} (planning alone ${few.planPeakMb.toFixed(0)} and ${many.planPeakMb.toFixed(0)} MB)`,
    },
    {
      ...grown(`memory, peak with ${customers} customers`, '', many.peakMb),
      unit: 'MB',
      mustReach: { atMost: 400 },
      detail: 'the process that plans and delivers',
    },
  ];
}

function grown(measure: string, reference: string, value: number): Row {
  const result: Spread = { median: value, least: value, most: value };
  return { measure, reference, result, unit: '×', mustReach: { atMost: 1.2 }, aim: null, detail: '' };
}

async function measure(
  customers: number,
  deliverSeconds: number,
  databaseUrl: string,
  smtpUrl: string,
  home: string,
): Promise<Run> {
  const { db, close } = openDatabase(databaseUrl, { max: 1, applicationName: 'bench' });
  try {
    await migrate(db);
    await writePeople(db, await requireLibrary(join(import.meta.dirname, '../templates/library')), customers);
  } finally {
    await close();
  }
  const before = await readAll(databaseUrl);
  const run = await processOf(deliverSeconds, {
    PATH: process.env.PATH,
    SPIELBEIN_HOME: home,
    DATABASE_URL: databaseUrl,
    SMTP_URL: smtpUrl,
    MAIL_FROM: 'Bench <bench@orvelin.test>',
    PUBLIC_URL: 'https://news.orvelin.test',
    ...(process.env.PROFILE_DIR && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${process.env.PROFILE_DIR}` }),
  });
  return { ...run, customers, readSeconds: [before, await readAll(databaseUrl)] };
}

async function processOf(
  seconds: number,
  env: NodeJS.ProcessEnv,
): Promise<Omit<Run, 'customers' | 'readSeconds'>> {
  const script = join(import.meta.dirname, 'growth/process.ts');
  // with the room for young objects that the image and the npm scripts give
  const child = spawn(process.execPath, ['--max-semi-space-size=16', script, String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`The measured process ended with ${code}.`);
  return JSON.parse(out);
}

/** Every row once, a thousand at a time, as the program's own driver gives them. */
async function readAll(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const begun = performance.now();
    await client.query('begin');
    for (const table of ['customers', 'purchases']) {
      await client.query(`declare ${table}_all no scroll cursor for select * from ${table}`);
      while ((await client.query(`fetch 1000 from ${table}_all`)).rows.length > 0);
    }
    await client.query('commit');
    return (performance.now() - begun) / 1000;
  } finally {
    await client.end();
  }
}

/** A mail server that counts and forgets. */
async function startSink(): Promise<{ url: string; close(): Promise<void> }> {
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
  const { port } = sink.server.address() as { port: number };
  return { url: `smtp://127.0.0.1:${port}`, close: () => new Promise((resolve) => sink.close(resolve)) };
}
