import { resolve } from 'node:path';
import type { App } from './app.ts';
import { ConfigError } from './config.ts';
import { installationValue, noteInstallationValue } from './db/migrate.ts';
import { demoCompany } from './demo/company/company.ts';
import { startDemoCrm } from './demo/crm-server/server.ts';
import { csvCrm } from './sync/csv/adapter.ts';
import { hubspotCrm } from './sync/hubspot/adapter.ts';
import { sharedLimiter } from './sync/hubspot/shared-limiter.ts';
import type { CrmAdapter } from './sync/port.ts';

/** Customers of the demo company unless told otherwise. */
export const DEMO_CUSTOMERS = 2000;

/** Where customers come from: what the configuration names, else the CSV folder last read, else the demo. */
export type CrmChoice = { kind: 'hubspot' } | { kind: 'csv'; dir: string } | { kind: 'demo' };

export async function crmChoice(app: App): Promise<CrmChoice> {
  if (app.config.hubspot) return { kind: 'hubspot' };
  const dir = await noted(app, 'csv_folder');
  return dir === undefined ? { kind: 'demo' } : { kind: 'csv', dir };
}

/** From now on, customers of this installation come from this folder, in nightly rounds too. */
export async function rememberCsv(app: App, dir: string): Promise<void> {
  await note(app, 'csv_folder', resolve(dir));
}

/** The CRM of this installation, connected on first use. */
export function crmOf(app: App): () => Promise<CrmAdapter> {
  let crm: Promise<CrmAdapter> | null = null;
  return () => {
    crm ??= connect(app).catch((error: unknown) => {
      crm = null;
      throw error;
    });
    return crm;
  };
}

/**
 * The demo company's CRM is a HubSpot-compatible server in this process, read over HTTP by the same adapter as
 * the real one.
 * @throws ConfigError when its invented customers would be written to through a real mail server
 */
async function connect(app: App): Promise<CrmAdapter> {
  const { hubspot, smtpUrl } = app.config;
  const settings = async () => (await app.content.current()).library.settings.hubspot;
  if (hubspot) {
    const { accessToken, baseUrl, apiVersion } = hubspot;
    const limiter = sharedLimiter(app.db, { dailyShare: async () => (await settings()).dailyShare });
    return hubspotCrm({ accessToken: accessToken.reveal(), baseUrl, apiVersion, limiter, settings });
  }
  const choice = await crmChoice(app);
  if (choice.kind === 'csv') return csvCrm({ dir: choice.dir });
  if (smtpUrl) {
    throw new ConfigError([
      'HUBSPOT_ACCESS_TOKEN is missing: with SMTP_URL set, the invented customers of the demo company would be ' +
        'written to. Set it, or read your customers from files first: spielbein sync --from csv:DIR.',
    ]);
  }
  const company = demoCompany({ customers: await demoCustomers(app), today: await foundingDay(app) });
  const server = app.use(await startDemoCrm({ company }), (s) => s.close());
  app.log(`No HUBSPOT_ACCESS_TOKEN: using the demo company's CRM; look into it at ${server.url}.`);
  const { url } = server;
  return { ...hubspotCrm({ accessToken: 'demo', baseUrl: url, settings }), url };
}

/**
 * The day the demo company's history ends: the day it was first read. Kept, because otherwise all of its
 * purchases would move on by a day with every day.
 */
async function foundingDay(app: App): Promise<Date> {
  const founded = await noted(app, 'demo_founded');
  if (founded === undefined) await note(app, 'demo_founded', app.now().toISOString());
  return founded === undefined ? app.now() : new Date(founded);
}

/** How many customers the demo company of this installation has. */
export async function demoCustomers(app: App): Promise<number> {
  return Number((await noted(app, 'demo_customers')) ?? DEMO_CUSTOMERS);
}

export async function setDemoCustomers(app: App, customers: number): Promise<void> {
  await note(app, 'demo_customers', String(customers));
}

function noted(app: App, key: string): Promise<string | undefined> {
  return installationValue(app.db, key);
}

function note(app: App, key: string, value: string): Promise<void> {
  return noteInstallationValue(app.db, key, value);
}
