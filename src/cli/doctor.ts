import { resolveMx, resolveTxt } from 'node:dns/promises';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import nodemailer from 'nodemailer';
import { type App, openApp } from '../app.ts';
import { type Config, ConfigError, isLoopback, loadConfig } from '../config.ts';
import { crmOf } from '../crm.ts';
import { LibraryError } from '../library/problem.ts';
import { SyncError } from '../sync/port.ts';
import { FAILED, WRONG_USAGE } from './exit.ts';
import { green, red, yellow } from './output.ts';
import { type Common, print } from './session.ts';

export interface Finding {
  about: string;
  status: 'ok' | 'note' | 'wrong';
  /** In plain words; what to do when it is not ok. Never a secret. */
  says: string;
}

const ok = (about: string, says: string): Finding => ({ about, status: 'ok', says });
const note = (about: string, says: string): Finding => ({ about, status: 'note', says });
const wrong = (about: string, says: string): Finding => ({ about, status: 'wrong', says });

/** Checks everything a person could have set wrong, and says it in plain words. Changes nothing, sends nothing. */
export async function doctor(options: Common): Promise<void> {
  const findings: Finding[] = [];
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) {
      const [name = 'configuration', ...says] = problem.split(' ');
      findings.push(wrong(name, says.join(' ')));
    }
    show(options, findings);
    process.exitCode = WRONG_USAGE;
    return;
  }
  findings.push(...settings(config), versions());
  try {
    const app = await openApp(config);
    try {
      findings.push(...(await database(app)), await content(app), await crm(app));
    } finally {
      await app.close();
    }
  } catch (error) {
    findings.push(wrong('DATABASE_URL', message(error)));
  }
  findings.push(...(await redis(config)), ...(await smtp(config)), ...(await senderDomain(config)));
  show(options, findings);
  if (findings.some((f) => f.status === 'wrong')) process.exitCode = FAILED;
}

function show(options: Common, findings: Finding[]): void {
  const mark = { ok: green('ok'), note: yellow('note'), wrong: red('wrong') };
  const bad = findings.filter((f) => f.status === 'wrong').length;
  print(options, { ok: bad === 0, findings }, () =>
    [
      ...findings.map(
        (f) => `${mark[f.status]}${' '.repeat(6 - f.status.length)} ${f.about.padEnd(22)} ${f.says}`,
      ),
      '',
      bad === 0 ? 'Nothing is wrong.' : `${bad} ${bad === 1 ? 'thing is' : 'things are'} wrong.`,
    ].join('\n'),
  );
}

/** What is set, what runs on its embedded default, and which combinations are unwise. */
export function settings(config: Config): Finding[] {
  const production = Boolean(config.smtpUrl);
  const findings = [
    config.databaseUrl
      ? ok('DATABASE_URL', 'set')
      : ok('DATABASE_URL', `not set: PostgreSQL is embedded in ${config.home}`),
    config.redisUrl ? ok('REDIS_URL', 'set') : ok('REDIS_URL', 'not set: the queue is kept in PostgreSQL'),
    config.hubspot
      ? ok('HUBSPOT_ACCESS_TOKEN', `set, for ${config.hubspot.baseUrl}`)
      : note('HUBSPOT_ACCESS_TOKEN', 'not set: customers come from the demo company (or from CSV files)'),
    config.smtpUrl
      ? ok('SMTP_URL', 'set')
      : note('SMTP_URL', 'not set: mails stay in the embedded inbox and reach nobody'),
    ok('MAIL_FROM', `${config.mailFrom.name} <${config.mailFrom.address}>`),
    config.mailReplyTo
      ? ok('MAIL_REPLY_TO', config.mailReplyTo.address)
      : note('MAIL_REPLY_TO', 'not set: replies go to MAIL_FROM'),
  ];
  const { hostname, protocol } = new URL(config.publicUrl);
  if (production && isLoopback(hostname)) {
    findings.push(
      wrong(
        'PUBLIC_URL',
        `is ${config.publicUrl}: recipients can’t reach it, so nobody could unsubscribe. Set the address the world sees.`,
      ),
    );
  } else if (production && protocol !== 'https:') {
    findings.push(
      wrong(
        'PUBLIC_URL',
        `is ${config.publicUrl}: mailbox providers want https for one-click unsubscribe (RFC 8058).`,
      ),
    );
  } else findings.push(ok('PUBLIC_URL', config.publicUrl));
  if (!config.secret && config.databaseUrl) {
    findings.push(
      note(
        'SPIELBEIN_SECRET',
        `not set: kept in ${config.home}. With several machines all need the same one, or links made here fail there.`,
      ),
    );
  } else findings.push(ok('SPIELBEIN_SECRET', config.secret ? 'set' : `kept in ${config.home}`));
  if (!config.password && !isLoopback(config.host)) {
    findings.push(
      note(
        'SPIELBEIN_PASSWORD',
        `not set while HOST is ${config.host}: recipients’ pages answer everywhere, the console on loopback only.`,
      ),
    );
  } else
    findings.push(
      ok('SPIELBEIN_PASSWORD', config.password ? 'set' : 'not set: the console answers on loopback only'),
    );
  return findings;
}

function versions(): Finding {
  const [major = 0] = process.versions.node.split('.').map(Number);
  return major >= 24
    ? ok('Node', process.version)
    : wrong(
        'Node',
        `${process.version} is too old: 24 is needed. \`npm ci\` brings it, and \`npm run\` and \`npx\` use it.`,
      );
}

async function database(app: App): Promise<Finding[]> {
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

async function content(app: App): Promise<Finding> {
  try {
    const { library, problems } = await app.content.current();
    const warnings = problems.length > 0 ? `, ${problems.length} warnings (\`spielbein library check\`)` : '';
    return ok(
      'content',
      `${library.developments.size} developments, ${library.offers.size} offers, templates compile${warnings}`,
    );
  } catch (error) {
    const about = error instanceof LibraryError ? 'LIBRARY_DIR' : 'TEMPLATES_DIR';
    return wrong(about, message(error));
  }
}

async function crm(app: App): Promise<Finding> {
  const about = app.config.hubspot ? 'HubSpot' : 'demo CRM';
  try {
    const adapter = await crmOf(app)();
    await adapter.check?.(AbortSignal.timeout(30_000));
    return ok(about, 'answers and lets us read');
  } catch (error) {
    const name = error instanceof SyncError && error.code === 'unauthorized' ? 'HUBSPOT_ACCESS_TOKEN' : about;
    return wrong(name, message(error));
  }
}

async function redis(config: Config): Promise<Finding[]> {
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

async function smtp(config: Config): Promise<Finding[]> {
  if (!config.smtpUrl) return [];
  const transporter = nodemailer.createTransport({
    url: config.smtpUrl.reveal(),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
  });
  try {
    await transporter.verify();
    return [ok('SMTP_URL', 'the server answers and lets us in')];
  } catch (error) {
    return [wrong('SMTP_URL', `the server does not let us in: ${message(error)}`)];
  } finally {
    transporter.close();
  }
}

/** What the large mailbox providers ask of a bulk sender’s domain: SPF and DMARC; and an MX for bounces. */
async function senderDomain(config: Config): Promise<Finding[]> {
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

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
