import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { demoCompany } from '../../../src/demo/company/company.ts';
import { startDemoCrm } from '../../../src/demo/crm-server/server.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import { runSync } from '../../../src/sync/sync.ts';
import { testDatabase } from '../../stands/database.ts';

// An account of which HubSpot says, wherever they are named, that it has never heard of orders and subscriptions.
const { db } = await testDatabase();
const crm = await startDemoCrm({ company: demoCompany({ customers: 40, today: new Date() }) });
const account = createServer((incoming, outgoing) => {
  const { method, url = '/', headers } = incoming;
  const unknown = /\/(orders|subscriptions)(?=[/?]|$)/.exec(url)?.[1];
  if (unknown) {
    const message = `Unable to infer object type from: ${unknown}`;
    outgoing.writeHead(400, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ status: 'error', category: 'VALIDATION_ERROR', message }));
    return;
  }
  const onward = forward(`${crm.url}${url}`, { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  incoming.pipe(onward);
});
await new Promise<void>((resolve) => account.listen(0, '127.0.0.1', resolve));
const baseUrl = `http://127.0.0.1:${(account.address() as AddressInfo).port}`;
afterAll(async () => {
  account.closeAllConnections();
  account.close();
  await crm.close();
});

test('is synced all the same, and told once what is left out', async () => {
  const source = hubspotCrm({ accessToken: 'demo', baseUrl, patience: 0.01 });
  const full = await runSync({ db, crm: source, mode: 'full' });
  expect(full.complete).toBe(true);
  expect(full.counts.customers.inserted).toBeGreaterThan(0);
  expect(full.counts.purchases.inserted).toBeGreaterThan(0);
  const unavailable = Object.entries(full.counts.problemCounts).filter(([code]) =>
    /unavailable|crm_/.test(code),
  );
  expect(Object.fromEntries(unavailable)).toEqual({ orders_unavailable: 1, subscriptions_unavailable: 1 });
  await runSync({ db, crm: source, mode: 'incremental' });
  const found = (await source.check?.(AbortSignal.timeout(20_000))) ?? [];
  expect(found.filter(({ status }) => status === 'wrong')).toEqual([]);
});
