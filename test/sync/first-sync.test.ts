import { expect, test } from 'vitest';
import { contentsOf } from '../../bench/first-sync/contents.ts';
import { type CrmProcess, runSyncProcess, startCrm } from '../../bench/first-sync/process.ts';
import { leastRequests, withKills } from '../../bench/first-sync.ts';
import { testDatabase } from '../stands/database.ts';

/** The bench of the first sync (`npm run bench -- first-sync`) in small: real processes, real kills. */
const SIZES = { contacts: 2500, companies: 500, products: 60, deals: 4500, lines: 15_000 };

const whole = await testDatabase();
const broken = await testDatabase();

const total = async (crm: CrmProcess) =>
  Object.values(await crm.requests()).reduce((sum, count) => sum + count, 0);

test('a first sync that is killed and gone on with ends with the same rows as one that is not', async () => {
  const crm = await startCrm(SIZES);
  try {
    const outcome = await runSyncProcess({ databaseUrl: whole.url, crmUrl: crm.url });
    const requests = await total(crm);
    const contents = await contentsOf(whole.db);
    expect(outcome.complete).toBe(true);
    expect(contents.customers?.rows).toBe(SIZES.contacts);
    // one deal in twenty names a second contact
    expect(contents.purchases?.rows).toBe(15_750);
    expect(contents.open?.rows).toBe(0);
    // in small, pages and calls that are not full weigh more, and so do the questions at the beginning
    expect(requests).toBeLessThan(leastRequests(SIZES) + 40);

    const killed = await withKills({
      databaseUrl: broken.url,
      crmUrl: crm.url,
      times: 2,
      withinMs: 50,
      seed: 'both in the first half',
    });
    expect(killed).toMatchObject({ complete: true, kills: 2 });
    expect(await contentsOf(broken.db)).toEqual(contents);
  } finally {
    await crm.close();
  }
}, 120_000);
