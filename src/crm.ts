import type { App } from './app.ts';
import { demoCompany } from './demo/company/company.ts';
import { startDemoCrm } from './demo/crm-server/server.ts';
import { hubspotCrm } from './sync/hubspot/adapter.ts';
import type { CrmAdapter } from './sync/port.ts';

/** Customers of the demo company unless told otherwise. */
export const DEMO_CUSTOMERS = 2000;

/**
 * The CRM the configuration names; without one, the demo company's: a HubSpot-compatible server started in
 * this process, read over HTTP by the same adapter as the real one. Connected on first use.
 */
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

async function connect(app: App): Promise<CrmAdapter> {
  const { hubspot } = app.config;
  if (hubspot) return hubspotCrm({ accessToken: hubspot.accessToken.reveal(), baseUrl: hubspot.baseUrl });
  const company = demoCompany({ customers: await demoCustomers(app), today: await foundingDay(app) });
  const server = app.use(await startDemoCrm({ company }), (s) => s.close());
  app.log(`No HUBSPOT_ACCESS_TOKEN: using the demo company's CRM at ${server.url}.`);
  return hubspotCrm({ accessToken: 'demo', baseUrl: server.url });
}

/**
 * The day the demo company's history ends: the day it was first read. Kept, because otherwise all of its
 * purchases would move on by a day with every day.
 */
async function foundingDay(app: App): Promise<Date> {
  await app.db
    .insertInto('installation')
    .values({ key: 'demo_founded', value: app.now().toISOString() })
    .onConflict((oc) => oc.column('key').doNothing())
    .execute();
  const row = await app.db
    .selectFrom('installation')
    .select('value')
    .where('key', '=', 'demo_founded')
    .executeTakeFirstOrThrow();
  return new Date(row.value);
}

/** How many customers the demo company of this installation has. */
export async function demoCustomers(app: App): Promise<number> {
  const row = await app.db
    .selectFrom('installation')
    .select('value')
    .where('key', '=', 'demo_customers')
    .executeTakeFirst();
  return row ? Number(row.value) : DEMO_CUSTOMERS;
}

export async function setDemoCustomers(app: App, customers: number): Promise<void> {
  const value = String(customers);
  await app.db
    .insertInto('installation')
    .values({ key: 'demo_customers', value })
    .onConflict((oc) => oc.column('key').doUpdateSet({ value }))
    .execute();
}
