import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, expect, it } from 'vitest';
import { debt, UNIT } from '../../src/compose/ratio.ts';
import { campaignProgress } from '../../src/ledger/progress.ts';
import { seedCustomers } from '../stands/company.ts';
import { testDatabase } from '../stands/database.ts';
import { deliveryStand, LIBRARY } from '../stands/delivery.ts';
import { smtpStand } from '../stands/smtp.ts';

const RATIOS = [0, 0.05, 0.1, 0.2, 0.25, 0.4, 0.5, 1];
const CUSTOMERS = 400;
const MONTH = 30 * 86_400_000;

const { db, url } = await testDatabase();
const smtp = await smtpStand();
const dir = await mkdtemp(join(tmpdir(), 'spielbein-year-'));
afterAll(async () => {
  await smtp.stop();
  await rm(dir, { recursive: true, force: true });
});

const piece = (headline: string, more: string) => `${more}
published: 2026-01-01
de: { headline: "${headline}", body: Text. }
en: { headline: "${headline}", body: Text. }
`;

/** The example library, with nothing to tell but this month's news, and offers that do not wear out. */
async function libraryOf(month: number, news: number) {
  const folder = join(dir, `month-${month}`);
  for (const part of ['products', 'pictures', 'settings.yaml']) {
    await cp(join(LIBRARY, part), join(folder, part), { recursive: true });
  }
  for (const kind of ['developments', 'offers']) await mkdir(join(folder, kind));
  for (let i = 0; i < news; i++) {
    await writeFile(
      join(folder, 'developments', `m${month}-${i}.yaml`),
      piece(`Neues ${month}.${i}`, 'kind: version\nproducts: [laserdrucker-lx300]'),
    );
  }
  for (let i = 0; i < 6; i++) {
    await writeFile(
      join(folder, 'offers', `offer-${i}.yaml`),
      piece(`Versuch ${i}`, 'maxShown: 20\nbridges: [{ product: laserdrucker-lx300, similar: true }]'),
    );
  }
  return folder;
}

it('a year of campaigns through the ledger gives each customer the dose set for them', {
  timeout: 120_000,
}, async () => {
  await seedCustomers(db, CUSTOMERS);
  for (const [i, ratio] of RATIOS.entries()) {
    await sql`update customers set innovation_ratio = ${ratio}
      where substr(id, 2)::int % ${RATIOS.length}::int = ${i}`.execute(db);
  }
  let now = new Date('2026-02-01T08:00:00Z');
  for (let month = 0; month < 12; month++) {
    const stand = await deliveryStand({
      db,
      databaseUrl: url,
      smtpUrl: smtp.url,
      now: () => now,
      libraryDir: await libraryOf(month, 1 + (month % 3)),
    });
    const id = `month-${month}`;
    await stand.plan(id);
    await stand.deliver(id);
    await stand.close();
    now = new Date(now.getTime() + MONTH);

    const { sends, blocks } = await campaignProgress(db, id);
    expect(sends).toMatchObject({ failed: 0, skipped: 0, in_doubt: 0, queued: 0 });
    expect(sends.sent).toBeGreaterThan(CUSTOMERS * 0.85);
    expect(blocks.experimentalUnserved).toBe(0);
    // Each mail's number of experiments varies by less than one block: variance at most 1/4 each.
    const tolerance = 4 * Math.sqrt(sends.sent / 4);
    expect(Math.abs(blocks.experimental - blocks.experimentalWanted)).toBeLessThan(tolerance);

    const accounts = await db.selectFrom('ratio_accounts').selectAll().execute();
    expect(accounts).toHaveLength(sends.sent);
    for (const account of accounts) expect(Math.abs(debt(account))).toBeLessThan(UNIT);
  }
  const shown = await sql<{ wrong: number }>`
    select count(*) as wrong from ratio_accounts a
    where given <> (select count(*) from shown_blocks b where b.customer_id = a.customer_id and kind = 'experimental')
      or wanted <> (select sum(c.innovation_ratio * 10000) from shown_blocks b join customers c on c.id = b.customer_id
        where b.customer_id = a.customer_id)`.execute(db);
  expect(shown.rows[0]?.wrong).toBe(0);
});
