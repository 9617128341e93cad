/**
 * The demo CRM over a plain company, in a process of its own: `node crm.ts SIZES [LATENCY_MS]`. Tells its URL when it
 * is ready, and, for each message, the requests received so far by method and route.
 */
import { startDemoCrm } from '../../src/demo/crm-server/server.ts';
import { type PlainSizes, plainCompany } from './plain-company.ts';

const [sizes = '{}', latency = '0', perTenSeconds] = process.argv.slice(2);
const company = plainCompany(JSON.parse(sizes) as PlainSizes, new Date('2026-11-20T00:00:00Z'));
const crm = await startDemoCrm({
  company,
  ...(perTenSeconds ? { limits: { perTenSeconds: Number(perTenSeconds) } } : {}),
});
crm.faults.latencyMs = Number(latency);
process.on('message', () => process.send?.({ requests: Object.fromEntries(crm.requests) }));
// whoever started us is gone
process.on('disconnect', () => process.exit());
process.send?.({ url: crm.url });
