import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { seedOffers } from '../learn/evaluate-seed.ts';
import { testDatabase } from '../stands/database.ts';
import { spielbein } from '../stands/process.ts';

const { db, url } = await testDatabase();
const home = mkdtempSync(join(tmpdir(), 'spielbein-cli-'));
afterAll(() => rmSync(home, { recursive: true }));

async function evaluate(...args: string[]) {
  const child = spielbein(['learn', 'evaluate', ...args], { SPIELBEIN_HOME: home, DATABASE_URL: url });
  return { code: await child.ended, output: child.output(), json: () => JSON.parse(child.stdout()) };
}

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

describe('`spielbein learn evaluate`', { timeout: 120_000 }, () => {
  it('says that nothing was offered yet, and what it needs to know', async () => {
    expect(await evaluate('--policy', 'uniform')).toMatchObject({
      code: 0,
      output: expect.stringContaining('No offer has been shown yet.'),
    });
    expect(await evaluate('--policy', 'uniform', '--since', '2026-02-31')).toMatchObject({
      code: 2,
      output: expect.stringContaining('--since needs a day like 2026-01-31'),
    });
  });

  it('tells what drawing lots would have earned', async () => {
    await seedOffers(db, { campaignId: 'spring', customers: 3000, sentAt: daysAgo(60) });
    await seedOffers(db, { campaignId: 'before', customers: 20, sentAt: daysAgo(400), odds: false });
    const { code, output } = await evaluate('--policy', 'uniform');
    expect(code).toBe(0);
    expect(output).toContain('drawing lots among all fitting offers');
    expect(output).toMatch(
      /100 offers would have earned 5\.25 points more \(95 % range: \d\.\d\d to \d\.\d\d\)\./,
    );
    expect(output).toMatch(/really +6\.00 +\d\.\d\d … \d\.\d\d/);
    expect(output).toMatch(/with the other choice +11\.3 +\d+\.\d+ … \d+\.\d /);
    expect(output).not.toContain('This choice backs what looks best');
    expect(output).toContain('With 20 more, it is not stored how likely they were.');
  });

  it('speaks German, and gives scripts the numbers', async () => {
    const { output } = await evaluate('--policy', 'greedy', '--language', 'de');
    expect(output).toMatch(/hätten 100 Angebote 14,\d Punkte mehr gebracht \(95-%-Bereich: /);
    expect(output).toContain('Diese Wahl setzt auf das, was am besten aussieht');
    expect(output).toContain('3.000 Angebote an 3.000 Kunden');
    const { verdict, policy, closed, result } = (await evaluate('--policy', 'greedy', '--json')).json();
    expect({ verdict, policy, closed }).toEqual({ verdict: 'more', policy: 'greedy', closed: 3020 });
    expect(result.other.snips.value).toBeCloseTo(0.2, 9);
  });
});
