import { mkdtemp, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { test } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { startDemoCrm } from '../../src/demo/crm-server/server.ts';
import { csvCrm } from '../../src/sync/csv/adapter.ts';
import { hubspotCrm } from '../../src/sync/hubspot/adapter.ts';
import { runSync } from '../../src/sync/sync.ts';
import { testDatabase } from '../stands/database.ts';

const { db, pool } = await testDatabase();
const times = new Map<string, number>();
pool.on('connect', (client: any) => {
  const query = client.query.bind(client);
  client.query = async (...args: any[]) => {
    const t = performance.now();
    const r = await query(...args);
    const text = String(args[0]?.text ?? args[0]).replace(/\s+/g, ' ').trim().slice(0, 60);
    times.set(text, (times.get(text) ?? 0) + performance.now() - t);
    return r;
  };
});

test.skip('hubspot', async () => {
  const crm = await startDemoCrm({ company: demoCompany({ customers: 10000, today: new Date() }) });
  for (let i = 0; i < 2; i++) {
    const t = performance.now();
    const r = await runSync({ db, crm: hubspotCrm({ accessToken: 'x', baseUrl: crm.url }), mode: 'full' });
    console.log('hubspot', Math.round(performance.now() - t), JSON.stringify({ ...r.counts, problems: r.counts.problems.length }), Math.round(process.memoryUsage().rss / 1e6));
  }
  console.log([...crm.requests]);
  const plan = await sql`explain delete from purchases stored using unnest(${['deal-1', 'deal-2']}::text[]) as parent where purchase_parent(stored.id) = parent`.execute(db);
  console.log(plan.rows);
  await crm.close();
}, 300000);
test('csv', async () => {
  await sql`truncate customers, purchases, products, companies, owners, sync_runs, sync_cursors, sync_seen`.execute(db);
  const dir = await mkdtemp(join(tmpdir(), 'csvperf-'));
  await writeFile(join(dir, 'products.csv'), 'id,name\np1,P\np2,Q\n');
  const c = createWriteStream(join(dir, 'customers.csv'));
  c.write('id,email,consent\n');
  for (let i = 0; i < 10000; i++) c.write(`${i},k${i}@kunde.example,consent\n`);
  await new Promise((r) => c.end(r));
  const p = createWriteStream(join(dir, 'purchases.csv'));
  p.write('customer,product,date\n');
  for (let i = 0; i < 30000; i++) p.write(`${i % 10000},p${(i % 2) + 1},2024-01-${String(1 + (i % 28)).padStart(2, '0')}\n`);
  await new Promise((r) => p.end(r));
  for (let i = 0; i < 2; i++) {
    const t = performance.now();
    const r = await runSync({ db, crm: csvCrm({ dir }), mode: 'full' });
    const st = await sql<any>`select left(regexp_replace(query, '\\s+', ' ', 'g'), 90) q, calls, round(total_exec_time) ms from pg_stat_statements order by total_exec_time desc limit 6`.execute(db).catch(() => ({rows: []}));
    console.log(st.rows);
    console.log([...times].sort((a, b) => b[1] - a[1]).slice(0, 6)); times.clear();
    console.log('csv', Math.round(performance.now() - t), JSON.stringify(r.counts), Math.round(process.memoryUsage().rss / 1e6));
  }
}, 300000);
