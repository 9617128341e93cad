/**
 * One full sync in a process of its own: `node sync-process.ts CRM_URL`, with DATABASE_URL. Sends a message for every
 * batch stored and for its memory twice a second, and the result at the end.
 */
import { openDatabase } from '../../src/db/connect.ts';
import { HUBSPOT_DEFAULTS } from '../../src/library/schema.ts';
import { hubspotCrm } from '../../src/sync/hubspot/adapter.ts';
import { runSync } from '../../src/sync/sync.ts';

const { db, close } = openDatabase(process.env.DATABASE_URL ?? '', { max: 3, applicationName: 'first-sync' });
const started = performance.now();
const sample = setInterval(() => {
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ memory: { at: performance.now() - started, rss, heapUsed, external } });
}, 500);
process.on('disconnect', () => process.exit(1));
const crm = hubspotCrm({
  accessToken: 'bench',
  baseUrl: process.argv[2] ?? '',
  settings: async () => ({ ...HUBSPOT_DEFAULTS, orders: false, subscriptions: false }),
});
const result = await runSync({
  db,
  crm,
  mode: 'full',
  onProgress: ({ object, done }) => process.send?.({ progress: { object, done } }),
});
clearInterval(sample);
process.send?.({ result: { resumed: result.resumed, counts: result.counts } });
await close();
process.disconnect();
