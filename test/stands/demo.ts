import type { Database } from '../../src/db/connect.ts';
import { demoCompany } from '../../src/demo/company/company.ts';
import { startDemoCrm } from '../../src/demo/crm-server/server.ts';
import { hubspotCrm } from '../../src/sync/hubspot/adapter.ts';
import { runSync } from '../../src/sync/sync.ts';

/** The demo company, read over HTTP into this database. */
export async function syncDemo(db: Database, customers: number) {
  const company = demoCompany({ customers, today: new Date('2026-11-20T00:00:00Z') });
  const server = await startDemoCrm({ company });
  const crm = hubspotCrm({ accessToken: 'test', baseUrl: server.url });
  await runSync({ db, crm, mode: 'full' });
  return { server, crm };
}
