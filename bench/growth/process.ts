/**
 * One measured process of `growth.ts`: plans a nightly round over everybody, then delivers for a while, and prints what
 * that took as JSON. `node process.ts SECONDS`, with the environment of a worker.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { planAndEnqueue } from '../../jobs/plan.ts';
import { openApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { sendCounts } from '../../src/ledger/progress.ts';
import { startWorkers } from '../../src/worker.ts';

const longest = Number(process.argv[2]);
const app = await openApp(loadConfig());
await createCampaign(app.db, { id: 'bench', name: 'bench', kind: 'adhoc', now: app.now() });
const { tools } = await startWorkers(app, { scheduler: false });
const peakMb = () => process.resourceUsage().maxRSS / 1024;

const begun = performance.now();
const counts = await planAndEnqueue(tools, 'bench');
const planned = performance.now();
const planPeakMb = peakMb();
const deadline = planned + longest * 1000;
let sends = await sendCounts(app.db, 'bench');
while (sends.planned + sends.queued + sends.sending > 0 && performance.now() < deadline) {
  await sleep(500);
  sends = await sendCounts(app.db, 'bench');
}
const done = performance.now();
process.stdout.write(
  JSON.stringify({
    planned: counts?.planned ?? 0,
    sent: sends.sent,
    planSeconds: (planned - begun) / 1000,
    deliverSeconds: (done - planned) / 1000,
    planPeakMb,
    peakMb: peakMb(),
  }),
);
await app.close();
