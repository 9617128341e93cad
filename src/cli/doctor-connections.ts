import { resolveMx, resolveTxt } from 'node:dns/promises';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import nodemailer from 'nodemailer';
import type { App } from '../app.ts';
import type { Config } from '../config.ts';
import { LibraryError } from '../library/problem.ts';
import { type Finding, message, note, ok, wrong } from './finding.ts';

export async function database(app: App): Promise<Finding[]> {
  const { rows } = await sql<{ version: string; now: Date }>`
    select current_setting('server_version') as version, clock_timestamp() as now`.execute(app.db);
  const row = rows[0];
  if (!row) return [wrong('database', 'answers without an answer')];
  const drift = Math.abs(row.now.getTime() - Date.now()) / 1000;
  const version = Number(row.version.split('.')[0]);
  return [
    version >= 14
      ? ok('database', `PostgreSQL ${row.version}, migrated`)
      : wrong('database', `PostgreSQL ${row.version} is too old: 14 or newer is needed.`),
    drift < 5
      ? ok('clock', `${drift.toFixed(1)} s from the database’s`)
      : wrong(
          'clock',
          `${drift.toFixed(0)} s from the database’s: caps and schedules would be off. Set the clock (NTP).`,
        ),
  ];
}

export async function content(app: App): Promise<Finding> {
  try {
    const { library, problems } = await app.content.current();
    const warnings = problems.length > 0 ? `, ${problems.length} warnings (\`spielbein library check\`)` : '';
    return ok(
      'content',
      `${library.developments.size} developments, ${library.offers.size} offers, ${library.questions.size} questions, templates compile${warnings}`,
    );
  } catch (error) {
    const about = error instanceof LibraryError ? 'LIBRARY_DIR' : 'TEMPLATES_DIR';
    return wrong(about, message(error));
  }
}

export async function redis(config: Config): Promise<Finding[]> {
  if (!config.redisUrl) return [];
  const client = new Redis(config.redisUrl.reveal(), {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 5000,
    retryStrategy: () => null,
  });
  let trouble = '';
  client.on('error', (error: Error) => {
    trouble = error.message;
  });
  try {
    await client.connect();
    const policy = /maxmemory_policy:(\S+)/.exec(await client.info('memory'))?.[1];
    return [
      policy === undefined || policy === 'noeviction'
        ? ok('REDIS_URL', 'answers')
        : wrong('REDIS_URL', `its maxmemory-policy is ${policy}: jobs could vanish. Set noeviction.`),
    ];
  } catch (error) {
    return [wrong('REDIS_URL', `Redis does not answer: ${trouble || message(error)}`)];
  } finally {
    client.disconnect();
  }
}

/** Every mail server that is configured: whether it answers and lets us in. */
export async function smtp(config: Config): Promise<Finding[]> {
  const servers = [
    ['SMTP_URL', config.smtpUrl],
    ['SMTP_FALLBACK_URL', config.smtpFallbackUrl],
  ] as const;
  return Promise.all(servers.flatMap(([name, url]) => (url ? [smtpServer(name, url.reveal())] : [])));
}

async function smtpServer(name: string, url: string): Promise<Finding> {
  const times = { connectionTimeout: 10_000, greetingTimeout: 10_000 };
  const transporter = nodemailer.createTransport({ url, ...times });
  try {
    await transporter.verify();
    return ok(name, 'the server answers and lets us in');
  } catch (error) {
    return wrong(name, `the server can’t be used: ${message(error)}`);
  } finally {
    transporter.close();
  }
}

/** What the large mailbox providers ask of a bulk sender’s domain: SPF and DMARC; and an MX for bounces. */
export async function senderDomain(config: Config): Promise<Finding[]> {
  if (!config.smtpUrl) return [];
  const domain = config.mailFrom.address.split('@')[1] ?? '';
  const about = `DNS of ${domain}`;
  const texts = async (name: string) => (await resolveTxt(name)).map((parts) => parts.join(''));
  const look = async (what: string, found: () => Promise<boolean>, missing: string): Promise<Finding> => {
    try {
      return (await found()) ? ok(about, `${what} found`) : wrong(about, missing);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENODATA' || code === 'ENOTFOUND') return wrong(about, missing);
      return note(about, `${what} could not be looked up (${code ?? message(error)}).`);
    }
  };
  return Promise.all([
    look(
      'SPF',
      async () => (await texts(domain)).some((t) => t.startsWith('v=spf1')),
      'has no SPF record: add a TXT record v=spf1 … that names your mail server.',
    ),
    look(
      'DMARC',
      async () => (await texts(`_dmarc.${domain}`)).some((t) => t.startsWith('v=DMARC1')),
      'has no DMARC record: add a TXT record at _dmarc, e.g. v=DMARC1; p=none.',
    ),
    look(
      'MX',
      async () => (await resolveMx(domain)).length > 0,
      'has no MX record: bounces and replies would be lost.',
    ),
  ]);
}
