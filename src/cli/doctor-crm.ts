import { sql } from 'kysely';
import type { App } from '../app.ts';
import { type Config, ConfigError, HUBSPOT_API, isLoopback } from '../config.ts';
import { crmChoice, crmOf } from '../crm.ts';
import { LibraryError } from '../library/problem.ts';
import { TemplateError } from '../render/template-error.ts';
import { tokenTrouble } from '../sync/hubspot/token.ts';
import { SyncError } from '../sync/port.ts';
import { type Finding, message, note, ok, wrong } from './finding.ts';

/** Longer than this nobody waits for a doctor. */
const PATIENCE_MS = 25_000;

/** Where customers come from: whether it answers, and everything that it lacks. */
export async function crm(app: App): Promise<Finding[]> {
  const choice = await crmChoice(app);
  const about = { hubspot: 'HubSpot', csv: 'CSV folder', demo: 'demo CRM' }[choice.kind];
  const configured = hubspotConfiguration(app.config);
  try {
    const adapter = await crmOf(app)();
    const found = (await adapter.check?.(AbortSignal.timeout(PATIENCE_MS))) ?? [];
    const says = choice.kind === 'csv' ? `customers come from ${choice.dir}` : 'answers and lets us read';
    const answers = found.some(({ status }) => status === 'wrong') ? [] : [ok(about, says)];
    return [...configured, ...answers, ...found, ...(choice.kind === 'hubspot' ? await calls(app) : [])];
  } catch (error) {
    return [...configured, failure(error, about)];
  }
}

function failure(error: unknown, about: string): Finding {
  // said once already, where the content is looked at
  if (error instanceof LibraryError || error instanceof TemplateError) {
    return note(about, 'was not looked at: the content comes first, because its settings say what to read.');
  }
  if (error instanceof ConfigError) {
    return wrong('HUBSPOT_ACCESS_TOKEN', error.problems.join(' ').replace(/^\S+ /, ''));
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return wrong(about, `gave no full answer within ${PATIENCE_MS / 1000} s. Try again; check the network.`);
  }
  const token = error instanceof SyncError && error.code === 'crm_token_refused';
  return wrong(token ? 'HUBSPOT_ACCESS_TOKEN' : about, message(error));
}

/** What can be said of the configuration without asking anybody. */
export function hubspotConfiguration({
  hubspot,
  publicUrl,
}: Pick<Config, 'hubspot' | 'publicUrl'>): Finding[] {
  if (!hubspot) return [];
  const findings: Finding[] = [];
  const trouble = tokenTrouble(hubspot.accessToken.reveal());
  if (trouble) findings.push((trouble.fatal ? wrong : note)('HUBSPOT_ACCESS_TOKEN', trouble.says));
  const { hostname } = new URL(hubspot.baseUrl);
  if (!/(^|\.)hubapi\.com$/.test(hostname)) {
    findings.push(
      note(
        'HUBSPOT_BASE_URL',
        `is ${hubspot.baseUrl}, which is not HubSpot: right for a sandbox only. Unset, it is ${HUBSPOT_API}.`,
      ),
    );
  }
  findings.push(version(hubspot.apiVersion));
  if (hubspot.webhookSecret) findings.push(webhooks(publicUrl, isLoopback(hostname)));
  return findings;
}

/** HubSpot's own dates (its changelog of 2026): v4 ends on 30 March 2027, v1 to v3 in September 2027. */
function version(apiVersion: string): Finding {
  return apiVersion === 'v3'
    ? note(
        'HUBSPOT_API_VERSION',
        'is v3 (with v4 for associations): HubSpot ends v4 on 30 March 2027 and v3 in September 2027. Set HUBSPOT_API_VERSION=2026-09 before.',
      )
    : ok('HUBSPOT_API_VERSION', apiVersion);
}

function webhooks(publicUrl: string, sandbox: boolean): Finding {
  const { hostname, protocol } = new URL(publicUrl);
  const about = 'HUBSPOT_WEBHOOK_SECRET';
  if (isLoopback(hostname) || protocol !== 'https:') {
    if (sandbox) {
      return note(about, `set: a sandbox on this machine reaches ${publicUrl}. HubSpot itself could not.`);
    }
    return wrong(
      about,
      `is set, but HubSpot can’t reach ${publicUrl}: its webhooks need an https address that the world sees. Set PUBLIC_URL, or unset the secret: changes are found by polling.`,
    );
  }
  return ok(about, `set: HubSpot's webhooks go to ${publicUrl}/webhooks/hubspot`);
}

/** How many calls of the day are used, by us and by all. */
async function calls(app: App): Promise<Finding[]> {
  const { library } = await app.content.current();
  const { dailyShare } = library.settings.hubspot;
  const [own, told] = await Promise.all([
    app.db
      .selectFrom('crm_hours')
      .select(({ fn }) => fn.sum<string | null>('calls').as('calls'))
      .where('hour', '>', sql<Date>`now() - interval '24 hours'`)
      .executeTakeFirstOrThrow(),
    app.db
      .selectFrom('crm_limits')
      .select(['daily', 'daily_remaining'])
      .where('bucket', '=', 'general')
      .where('told_at', '>', sql<Date>`now() - interval '1 hour'`)
      .executeTakeFirst(),
  ]);
  const made = Number(own.calls ?? 0).toLocaleString('en');
  const share = `Spielbein made ${made} calls in the last 24 hours and may use ${Math.round(dailyShare * 100)} % of the account’s (hubspot.dailyShare).`;
  if (!told?.daily) return [ok('HubSpot calls', share)];
  const left = told.daily_remaining ?? told.daily;
  const says = `${left.toLocaleString('en')} of the account’s ${told.daily.toLocaleString('en')} calls are left today. ${share}`;
  return left < told.daily * 0.1
    ? [note('HubSpot calls', `${says} The last tenth is left to other programs, so syncs wait for tomorrow.`)]
    : [ok('HubSpot calls', says)];
}
