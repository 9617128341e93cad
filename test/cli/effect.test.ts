import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedEffect } from '../effect/seed.ts';
import { testDatabase } from '../stands/database.ts';
import { spielbein } from '../stands/process.ts';

const { db, url } = await testDatabase();
const home = mkdtempSync(join(tmpdir(), 'spielbein-cli-'));
afterAll(() => rmSync(home, { recursive: true }));

async function effect(...args: string[]) {
  const child = spielbein(['effect', ...args], { SPIELBEIN_HOME: home, DATABASE_URL: url });
  return { code: await child.ended, output: child.output(), json: () => JSON.parse(child.stdout()) };
}

const LASER = { sku: 'ORV-LX300', productKey: 'laserdrucker-lx300', contentId: 'lx300-firmware-4-2' };
const SCALE = { sku: 'ORV-TW6', productKey: 'tischwaage-tw6', contentId: 'tw6-windschutz' };
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

describe('`spielbein effect`', { timeout: 60_000 }, () => {
  it('says that there is nothing to measure yet', async () => {
    expect(await effect()).toMatchObject({ code: 0, output: expect.stringContaining('no mails yet') });
    expect((await effect('--json')).json()).toMatchObject({ total: null, effects: [], compared: 0 });
    expect(await effect('--campaign', 'nothing')).toMatchObject({
      code: 1,
      output: expect.stringContaining('no campaign "nothing"'),
    });
    expect(await effect('--by', 'moon')).toMatchObject({ code: 2 });
  });

  describe('with two campaigns', () => {
    beforeAll(async () => {
      await seedEffect(db, {
        campaignId: 'laser',
        ...LASER,
        mailed: 1900,
        mailedBuyers: 152,
        heldOut: 200,
        heldOutBuyers: 4,
        sentAt: daysAgo(100),
      });
      await seedEffect(db, {
        campaignId: 'scales',
        ...SCALE,
        mailed: 300,
        mailedBuyers: 9,
        heldOut: 12,
        heldOutBuyers: 0,
        sentAt: daysAgo(90),
      });
    });

    it('shows what is known, and says where nothing is', async () => {
      const { output } = await effect();
      expect(output).toContain('161 of 2,200 mailed people bought, 4 of 212 held out. Pieces: 322 and 8.');
      expect(output).toMatch(/This is about the first mail of each person, from .* to /);
      expect(output).toMatch(/laser +152 \/ 1,900 +4 \/ 200 .*60 \(31 … 80\) +more/);
      expect(output).toMatch(/scales +9 \/ 300 +0 \/ 12 .*too few/);
      expect(output).toContain('nothing about revenue');
    });

    it('speaks German, too', async () => {
      const { output } = await effect('--by', 'product', '--language', 'de');
      expect(output).toMatch(
        /Von 1\.000 Angeschriebenen kauften \d\d mehr als von 1\.000 Menschen, die keine Mails bekommen \(95-%-Bereich: \d\d bis \d\d\)\./,
      );
      expect(output).toMatch(/laserdrucker-lx300 +152 \/ 1\.900/);
      expect(output).toContain('zu wenige');
    });

    it('gives scripts the numbers', async () => {
      const { total, effects, by, compared } = (await effect('--campaign', 'laser', '--json')).json();
      expect({ by, compared }).toEqual({ by: 'product', compared: 1 });
      expect(effects).toHaveLength(1);
      expect(effects[0]).toMatchObject({
        unit: 'laserdrucker-lx300',
        mailed: { people: 1900, buyers: 152, pieces: 304 },
        heldOut: { people: 200, buyers: 4, pieces: 8 },
        open: { mailed: 0, heldOut: 0 },
        verdict: 'more',
        standsOut: true,
      });
      expect(effects[0].result.difference).toBeCloseTo(0.06, 10);
      expect(effects[0].result.designEffect).toBeCloseTo(1, 10);
      expect(total.mailed.people).toBe(1900);
    });
  });
});
