/** One measured process of `memory.ts`: seeds customers, plans and delivers, prints what it took as JSON. */
import { planAndEnqueue } from '../jobs/plan.ts';
import { openApp } from '../src/app.ts';
import { followCampaign } from '../src/cli/follow.ts';
import { loadConfig } from '../src/config.ts';
import { createCampaign } from '../src/ledger/campaigns.ts';
import { startWorkers } from '../src/worker.ts';
import { seedCustomers } from '../test/stands/company.ts';

const customers = Number(process.argv[2]);
const app = await openApp(loadConfig());
await seedCustomers(app.db, customers);
await app.db.updateTable('customers').set({ consent: 'consent' }).execute();
await createCampaign(app.db, { id: 'bench', name: 'bench', kind: 'adhoc', now: app.now() });
const { tools } = await startWorkers(app, { scheduler: false });
const start = performance.now();
await planAndEnqueue(tools, 'bench');
const planned = performance.now();
const { sends } = await followCampaign(app, 'bench', { json: true, signal: AbortSignal.timeout(3_600_000) });
const done = performance.now();
await app.close();
process.stdout.write(
  JSON.stringify({
    customers,
    sent: sends.sent,
    planSeconds: (planned - start) / 1000,
    deliverSeconds: (done - planned) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
