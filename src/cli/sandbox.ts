import { isLoopback } from '../config.ts';
import { demoCompany } from '../demo/company/company.ts';
import { NO_LIMITS } from '../demo/crm-server/limits.ts';
import { knownScopes } from '../demo/crm-server/scopes.ts';
import { type DemoCrm, type DemoCrmOptions, startDemoCrm } from '../demo/crm-server/server.ts';
import type { WebhookSettings } from '../demo/crm-server/webhooks.ts';
import { UsageError } from './exit.ts';
import { bold, count, yellow } from './output.ts';
import { type Common, print } from './session.ts';

/** HubSpot's limits by subscription: https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines */
const LIMITS = {
  free: { perTenSeconds: 100, perDay: 250_000, searchesPerSecond: 5 },
  professional: { perTenSeconds: 190, perDay: 625_000, searchesPerSecond: 5 },
  enterprise: { perTenSeconds: 190, perDay: 1_000_000, searchesPerSecond: 5 },
  none: NO_LIMITS,
} as const;

/** What `spielbein sandbox` takes. */
export interface SandboxOptions extends Common {
  port: number;
  host: string;
  customers: number;
  limits: keyof typeof LIMITS;
  /** Seconds. */
  searchLag: number;
  /** Milliseconds. */
  latency: number;
  token?: string[];
  scopes?: string[];
  webhooks?: string;
  secret?: string;
  without?: DemoCrmOptions['without'];
}

/** A HubSpot-compatible CRM with the demo company's records, until Ctrl-C; everything changed in it is lost then. */
export async function sandbox(options: SandboxOptions): Promise<void> {
  const company = demoCompany({ customers: options.customers, today: new Date() });
  const crm = await started(options, { company, ...serverOptions(options) });
  crm.faults.searchLagMs = options.searchLag * 1000;
  crm.faults.latencyMs = options.latency;
  print(options, { url: crm.url, environment: environment(crm, options) }, () => announcement(crm, options));
  await stopped();
  await crm.close();
}

/**
 * What the command line asks of the server.
 * @throws UsageError for options that need each other, and for scopes that there are not
 */
export function serverOptions(options: SandboxOptions): Omit<DemoCrmOptions, 'company'> {
  const { port, host, token, scopes, limits, without } = options;
  const unknown = scopes?.find((scope) => !knownScopes().includes(scope));
  if (unknown !== undefined) {
    throw new UsageError(`--scopes ${unknown} is no scope here. There are: ${knownScopes().join(', ')}.`);
  }
  const tokens = token ?? (scopes ? ['sandbox'] : undefined);
  const webhooks = webhookSettings(options);
  return {
    port,
    host,
    limits: LIMITS[limits],
    ...(tokens
      ? { tokens: Object.fromEntries(tokens.map((one) => [one, { scopes: scopes ?? 'all' }])) }
      : {}),
    ...(webhooks ? { webhooks } : {}),
    ...(without ? { without } : {}),
  };
}

function webhookSettings({ webhooks, secret }: SandboxOptions): WebhookSettings | undefined {
  if ((webhooks === undefined) !== (secret === undefined)) {
    throw new UsageError('--webhooks and --secret belong together: the secret signs what is posted.');
  }
  if (webhooks === undefined || secret === undefined) return undefined;
  if (!URL.canParse(webhooks) || !/^https?:$/.test(new URL(webhooks).protocol)) {
    throw new UsageError(`--webhooks ${webhooks} is no http:// or https:// address.`);
  }
  return { url: webhooks, secret };
}

async function started({ host, port }: SandboxOptions, options: DemoCrmOptions): Promise<DemoCrm> {
  try {
    return await startDemoCrm(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new UsageError(`Port ${port} is taken. Choose another with --port.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new UsageError(`This machine has no address ${host}. Choose another with --host.`);
    }
    throw error;
  }
}

function environment(crm: DemoCrm, { token, secret }: SandboxOptions): Record<string, string> {
  return {
    HUBSPOT_BASE_URL: crm.url,
    HUBSPOT_ACCESS_TOKEN: token?.[0] ?? 'sandbox',
    ...(secret ? { HUBSPOT_WEBHOOK_SECRET: secret } : {}),
  };
}

function announcement(crm: DemoCrm, options: SandboxOptions): string {
  const lines = Object.entries(environment(crm, options)).map(([name, value]) => `  ${name}=${value}`);
  return [
    `Sandbox  ${bold(crm.url)}`,
    `A CRM like HubSpot with ${count(crm.company.customers)} invented contacts; that address shows it in a browser. Read it with:`,
    '',
    ...lines,
    '',
    ...(isLoopback(options.host) || options.token
      ? []
      : [yellow(`Whoever reaches ${options.host} gets in with any token: name one with --token.`), '']),
    'Ctrl-C stops it, and what was changed in it is forgotten.',
  ].join('\n');
}

function stopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
