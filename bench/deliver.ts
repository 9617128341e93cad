/**
 * Mails from the ledger to the mail server (claim, compose, render, write, SMTP, settle) against Postfix's smtp-source
 * into the same smtp-sink, in turns, all on two cores: two worker processes, PostgreSQL, Redis if there is one, and the
 * sink. The reference sends ready-made mails of the same size over 20 connections and knows nothing of whom it writes to.
 *
 *   npm run bench -- deliver             with Redis
 *   npm run bench -- deliver-embedded    without, as it comes
 *
 * With PROFILE_DIR set, the workers leave their CPU profiles there.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { enqueueDelivery } from '../jobs/deliver.ts';
import { planAndEnqueue } from '../jobs/plan.ts';
import { type App, openApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { createCampaign } from '../src/ledger/campaigns.ts';
import { queuesOf } from '../src/worker.ts';
import { seedCustomers } from '../test/stands/company.ts';
import { spielbein, until } from '../test/stands/process.ts';
import { startRedis } from '../test/stands/redis-server.ts';
import { findProgram } from '../test/stands/system-program.ts';
import { findPostfix } from './deliver/postfix.ts';
import { startPostgres } from './faults/postgres.ts';
import { alternate, ratioOf, Seconds, spreadOf } from './harness/alternate.ts';
import { LeftOut, type Result } from './harness/result.ts';
import { watchStatements } from './harness/statements.ts';

export async function benchDeliver(given: {
  redis: boolean;
  customers: number;
  rounds: number;
}): Promise<Result> {
  const { customers, rounds } = given;
  await stayOnTwoCores();
  await using stack = new AsyncDisposableStack();
  const postfix = await findPostfix();
  const postgres = stack.adopt(await startPostgres(), (p) => p.close());
  const redis = given.redis ? stack.adopt(await redisOf(), (r) => r.remove()) : null;
  const sink = await postfix.sink();
  stack.defer(() => sink.close());
  const home = await mkdtemp(join(tmpdir(), 'spielbein-bench-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const env = {
    SPIELBEIN_HOME: home,
    SPIELBEIN_SECRET: 'a secret of the bench that is long enough for it',
    DATABASE_URL: await postgres.createDatabase('deliver'),
    SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
    MAIL_FROM: 'Orvelin Werke <news@orvelin.test>',
    PUBLIC_URL: 'https://news.orvelin.test',
    LOG_LEVEL: 'warn',
    ...(redis && { REDIS_URL: redis.url }),
  };
  const profiles = process.env.PROFILE_DIR;
  const statements = profiles === undefined ? null : await watchStatements(postgres, env.DATABASE_URL);
  const app = stack.adopt(await openApp(loadConfig(env)), (a) => a.close());
  await seedCustomers(app.db, customers);
  await sql`analyze customers, products, purchases`.execute(app.db);
  const tools = { ...app, queues: queuesOf(app) };
  const bytes = await sizeOfOne(env, home);

  const profiled = profiles === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` };
  const workers = [1, 2].map(() => spielbein(['worker'], { ...env, ...profiled }));
  for (const each of workers) stack.defer(async () => void (await each.stop()));
  await until('the workers run', () => workers.every((w) => w.output().includes('Ctrl-C stops.')));
  let campaigns = 0;
  let sent = 0;
  await statements?.reset();
  const { seconds } = await alternate(
    {
      async spielbein() {
        const id = `round-${++campaigns}`;
        await planned(tools, id);
        const begun = performance.now();
        await enqueueDelivery(tools, id);
        await ended(app, id);
        const took = (performance.now() - begun) / 1000;
        sent = await sentOf(app, id);
        if (sent === 0) throw new Error('No mail was sent.');
        // per mail, so that both can be compared whoever was left out
        return new Seconds((took / sent) * customers);
      },
      source: async () => new Seconds(await postfix.source(sink.port, { mails: customers, bytes })),
    },
    { rounds, warmUp: 1 },
  );
  if (profiles !== undefined) await statements?.write(profiles);
  const perSecond = (values: number[]) => Math.round(customers / spreadOf(values).median);
  return {
    rows: [
      {
        measure: given.redis ? 'deliver' : 'deliver, embedded default (no Redis)',
        reference: 'smtp-source -s 20 into the same smtp-sink',
        result: ratioOf(seconds.source, seconds.spielbein),
        unit: '×',
        mustReach: { atLeast: given.redis ? 0.25 : 0.15 },
        aim: { atLeast: given.redis ? 0.6 : 0.4 },
        detail: `${perSecond(seconds.spielbein)} mails/s of ${bytes} bytes, smtp-source ${perSecond(seconds.source)}; ${rounds} pairs of ${sent} mails, two workers`,
      },
    ],
    data: { customers, sent, bytes, seconds },
  };
}

type Tools = App & { queues: ReturnType<typeof queuesOf> };

/** A campaign to everybody, as if there had been none before, of which the workers have not heard yet. */
async function planned(tools: Tools, id: string): Promise<void> {
  const { db, now } = tools;
  await sql`truncate sends, held_out, shown_blocks, ratio_accounts cascade`.execute(db);
  await createCampaign(db, { id, name: id, kind: 'adhoc', now: now() });
  await planAndEnqueue({ ...tools, queues: deaf(tools.queues) }, id);
}

/** Queues that take nothing. */
function deaf(queues: Tools['queues']): Tools['queues'] {
  return { ...queues, queue: () => ({ addBulk: async () => [] }) as never };
}

async function ended({ db }: App, id: string): Promise<void> {
  for (;;) {
    const { state, attention } = await db
      .selectFrom('campaigns')
      .select(['state', 'attention'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (state === 'finished') return;
    if (attention !== null) throw new Error(`The campaign is stuck: ${attention}`);
    await sleep(20);
  }
}

async function sentOf({ db }: App, id: string): Promise<number> {
  const { sent } = await db
    .selectFrom('sends')
    .select(({ fn }) => fn.countAll<number>().as('sent'))
    .where('campaign_id', '=', id)
    .where('state', '=', 'sent')
    .executeTakeFirstOrThrow();
  return Number(sent);
}

/** Bytes on the wire of a mail like all the others. */
async function sizeOfOne(env: Record<string, string>, home: string): Promise<number> {
  const out = join(home, 'one');
  const one = spielbein(['render', '--customer', 'c000001', '--out', out], env);
  if ((await one.ended) !== 0) throw new Error(`No mail could be rendered:\n${one.output()}`);
  const file = (await readdir(out)).find((name) => name.endsWith('.eml')) ?? '';
  return (await stat(join(out, file))).size;
}

async function redisOf(): ReturnType<typeof startRedis> {
  const names = ['redis-server', 'valkey-server'];
  const server = await findProgram({ names, debian: 'redis-server', tests: 'Measures with Redis' });
  if (!server) throw new LeftOut('There is no redis-server or valkey-server (apt-get install redis-server).');
  return startRedis(server);
}

/** Whatever is started from here on shares two cores. */
async function stayOnTwoCores(): Promise<void> {
  if (cpus().length <= 2) return;
  await promisify(execFile)('taskset', ['-apc', '0,1', String(process.pid)]).catch(() => {
    throw new LeftOut('It could not be kept to two cores (taskset of util-linux).');
  });
}
