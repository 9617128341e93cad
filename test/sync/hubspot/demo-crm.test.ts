import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { demoCompany } from '../../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../../src/demo/crm-server/server.ts';
import { changes } from '../../../src/sync/counts.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import type { SyncMode } from '../../../src/sync/port.ts';
import { runSync } from '../../../src/sync/sync.ts';
import { testDatabase } from '../../stands/database.ts';

const { db } = await testDatabase();
let crm: DemoCrm;

beforeAll(async () => {
  const company = demoCompany({ customers: 600, today: new Date() });
  crm = await startDemoCrm({ company, associationPageSize: 3 });
});
afterAll(() => crm.close());
afterEach(() => crm.faults.clear());

const adapter = (more: Partial<Parameters<typeof hubspotCrm>[0]> = {}) =>
  hubspotCrm({ accessToken: 'demo', baseUrl: `${crm.url}/`, patience: 0.02, ...more });
const sync = (mode: SyncMode, more: Partial<Parameters<typeof runSync>[0]> = {}) =>
  runSync({ db, crm: adapter(), mode, ...more });

test('probe', async () => {
  console.time('full');
  const result = await sync('full');
  console.timeEnd('full');
  console.log(JSON.stringify(result.counts, null, 1).slice(0, 6000));
  console.log(crm.requests);
  const again = await sync('full');
  console.log(changes(again.counts), again.counts.customers);
  const inc = await sync('incremental');
  console.log(changes(inc.counts), inc.mode, inc.counts.customers);
  console.log(crm.requests);
});
