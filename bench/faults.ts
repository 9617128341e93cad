/**
 * `npm run faults` breaks everything that can break while mails go out, and checks that none is lost or doubled:
 * `npm run faults -- [losses|outages|domain|stop …] [--quick] [--mails N] [--kills N] [--seed TEXT] [--json]`. Real
 * PostgreSQL, real Redis, real worker processes, and a mail server of our own that misbehaves. Exits with 1 when a
 * promise is broken.
 */
import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startRedis } from '../test/stands/redis-server.ts';
import { findProgram } from '../test/stands/system-program.ts';
import { runDomain } from './faults/domain.ts';
import { outages, serverTrouble } from './faults/episodes.ts';
import { runLosses } from './faults/losses.ts';
import { startPostgres } from './faults/postgres.ts';
import { allKept, type Section, sectionText } from './faults/report.ts';
import { runStop } from './faults/stop.ts';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    mails: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    json: { type: 'boolean', default: false },
  },
});
const { quick, seed } = options;
const WORKERS = 3;
const mails = Number(options.mails ?? (quick ? 2000 : 20_000));
const kills = Number(options.kills ?? (quick ? 12 : 104));
/** One in twenty is left out as holdout. */
const CUSTOMERS_PER_MAIL = 1.07;

const redisServer = await findProgram({
  names: ['redis-server', 'valkey-server'],
  debian: 'redis-server',
  tests: 'The fault bench',
});
if (!redisServer) process.exit(2);
// what was started ends with us, see the stands
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
const postgres = await startPostgres();
const redis = await startRedis(redisServer);
const say = (line: string) => void process.stderr.write(`  ${line}\n`);
const everyLoss = {
  redis,
  workers: WORKERS,
  seed,
  customers: Math.ceil(mails * CUSTOMERS_PER_MAIL),
  everyFault: mails >= 10_000,
  limitSeconds: 1500,
  say,
};

const parts: Record<string, () => Promise<Section>> = {
  async losses() {
    const databaseUrl = await postgres.createDatabase('losses');
    const found = await runLosses({
      ...everyLoss,
      databaseUrl,
      kills,
      episodes: (stage) => serverTrouble(stage),
    });
    return { title: 'Workers killed, a mail server that misbehaves', ...found };
  },
  async outages() {
    await redis.flush();
    const databaseUrl = await postgres.createDatabase('outages');
    const found = await runLosses({
      ...everyLoss,
      databaseUrl,
      kills: Math.ceil(kills / 4),
      episodes: (stage) => [...serverTrouble(stage), ...outages(redis, postgres)],
    });
    return { title: 'The same, with Redis flushed and stopped and PostgreSQL crashed', ...found };
  },
  async domain() {
    const size = quick ? { others: 1000, busy: 1000, pairs: 3 } : { others: 3000, busy: 10_000, pairs: 5 };
    const found = await runDomain({ ...size, database: (name) => postgres.createDatabase(name), redis, say });
    return { title: 'One domain that always says 421', ...found };
  },
  async stop() {
    await redis.flush();
    const databaseUrl = await postgres.createDatabase('stop');
    const size = quick ? { customers: 2000, pauses: 1 } : { customers: 6000, pauses: 3 };
    const found = await runStop({
      ...size,
      databaseUrl,
      redis,
      workers: 4,
      unsubscribes: 12,
      limitSeconds: 300,
      say,
    });
    return { title: 'Pause and unsubscribe under load', ...found };
  },
};

const unknown = names.filter((name) => !(name in parts));
const sections: Section[] = [];
const started = performance.now();
try {
  if (unknown.length > 0) {
    process.stderr.write(`No part ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}.\n`);
    process.exitCode = 2;
  } else {
    const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
    process.stderr.write(`${machine}. Seed ${seed}: the same again with --seed ${seed}\n`);
    for (const [name, part] of Object.entries(parts)) {
      if (names.length > 0 && !names.includes(name)) continue;
      process.stderr.write(`${name} …\n`);
      const section = await part();
      sections.push(section);
      if (!options.json) process.stdout.write(`${sectionText(section)}\n`);
    }
    const seconds = Math.round((performance.now() - started) / 1000);
    const ok = allKept(sections);
    if (options.json)
      process.stdout.write(`${JSON.stringify({ machine, seed, seconds, ok, sections }, null, 2)}\n`);
    else process.stdout.write(`${ok ? 'All promises kept' : 'A promise is BROKEN'}, in ${seconds} s.\n`);
    if (!ok) process.exitCode = 1;
  }
} finally {
  await redis.remove();
  await postgres.close();
}
