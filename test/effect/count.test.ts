import { beforeAll, describe, expect, it } from 'vitest';
import { COMPARISONS, type Comparison, countBuyers } from '../../src/effect/load.ts';
import { testDatabase } from '../stands/database.ts';
import { type Facts, keysOf, type Mail, PRODUCTS, randomFacts, SOLD, store } from './random-ledger.ts';

const WINDOW = 30;
const ZONE = 'Europe/Berlin';
const NOW = new Date('2026-05-20T10:00:00Z');
const { db } = await testDatabase();
const facts = randomFacts(7);
beforeAll(() => store(db, facts));

const count = (by: Comparison, campaignId?: string) =>
  countBuyers(db, {
    sold: SOLD,
    products: PRODUCTS,
    by,
    campaignId,
    windowDays: WINDOW,
    timeZone: ZONE,
    now: NOW,
  });

describe('counting buyers', () => {
  for (const by of COMPARISONS) {
    it(`by ${by} comes to the same as counting one by one`, async () => {
      for (const campaign of by === 'campaign' ? [undefined] : [undefined, 'c0', 'c4']) {
        const counted = await count(by, campaign);
        const flat = counted.map(({ unit, companies, pieces, open }) => ({
          unit,
          pieces,
          open,
          companies: companies
            .flatMap(({ times, mailed, heldOut }) =>
              Array(times).fill([mailed.people, mailed.buyers, heldOut.people, heldOut.buyers].join('/')),
            )
            .sort(),
        }));
        const byHand = oneByOne(facts, by, campaign);
        expect(flat.sort((a, b) => (a.unit < b.unit ? -1 : 1))).toEqual(byHand);
        const people = byHand.flatMap(({ companies }) => companies).length;
        expect(people, 'the facts are rich enough to tell').toBeGreaterThan(20);
      }
    });
  }

  it('leaves out campaigns that were stopped or never planned', async () => {
    expect((await count('campaign')).map(({ unit }) => unit).sort()).toEqual(['c0', 'c1', 'c4']);
  });
});

const dayOf = (at: Date) =>
  Math.round(Date.parse(at.toLocaleDateString('en-CA', { timeZone: ZONE })) / 86_400_000);

/** What was bought of a product in a window, without what came back until as long after it. */
function kept(all: Facts, customer: string, key: string, from: number): number {
  const lines = all.purchases
    .filter((p) => p.customer === customer && p.status === 'kept')
    .filter((p) => PRODUCTS.find(({ id }) => id === p.product)?.key === key)
    .map((p) => ({ on: Math.round(Date.parse(p.on) / 86_400_000) - from, quantity: p.quantity }))
    .filter(({ on }) => on > 0 && on <= 2 * WINDOW);
  const sum = (of: typeof lines) => of.reduce((n, { quantity }) => n + quantity, 0);
  const bought = lines.filter(({ quantity }) => quantity > 0);
  const returned = -sum(lines.filter(({ quantity }) => quantity < 0));
  const later = sum(bought.filter(({ on }) => on > WINDOW));
  return Math.max(0, sum(bought.filter(({ on }) => on <= WINDOW)) - Math.max(0, returned - later));
}

/** The rules of docs/effect.md, one person after the other, without a database. */
function oneByOne(all: Facts, by: Comparison, campaign: string | undefined) {
  const today = dayOf(NOW);
  const state = new Map(all.campaigns.map((c) => [c.id, c]));
  const counts = (mail: Mail): boolean =>
    state.get(mail.campaign)?.state !== 'draft' && !mail.former && mail.state !== 'skipped';
  const mails = all.mails.filter(counts).map((mail) => ({
    ...mail,
    day: mail.state === 'planned' ? Math.max(today, dayOf(mail.at)) : dayOf(mail.at),
  }));
  const unitsOf = (mail: Mail): string[] => {
    if (campaign !== undefined && mail.campaign !== campaign) return [];
    if (by === 'total') return [''];
    if (by === 'campaign') return state.get(mail.campaign)?.state === 'cancelled' ? [] : [mail.campaign];
    const told = mail.blocks.filter((block) => keysOf(block).length > 0);
    return [...new Set(told.flatMap((b) => (by === 'product' ? keysOf(b) : [b.contentId])))];
  };
  const units = new Map<string, Map<string, [number, number, number, number]>>();
  const sums = new Map<string, { pieces: [number, number]; open: [number, number] }>();
  for (const [customer, company] of all.companyOf) {
    const own = mails.filter((m) => m.customer === customer).sort((a, b) => a.day - b.day);
    const firstOf = (mailed: boolean) => own.find((m) => m.mailed === mailed)?.day ?? Infinity;
    const side = firstOf(true) < firstOf(false);
    const until = Math.max(firstOf(true), firstOf(false));
    for (const unit of new Set(own.flatMap(unitsOf))) {
      const told = own.filter((m) => unitsOf(m).includes(unit));
      const [first] = told.sort((a, b) => a.day - b.day || (a.campaign < b.campaign ? -1 : 1));
      if (!first || first.mailed !== side || until <= first.day + WINDOW) continue;
      const sum = sums.get(unit) ?? { pieces: [0, 0], open: [0, 0] };
      sums.set(unit, sum);
      const group = side ? 0 : 1;
      const over = first.day + WINDOW < today;
      if (!over) sum.open[group] += 1;
      if (!over) continue;
      const blocks = told.filter((m) => m.day === first.day).flatMap((m) => m.blocks);
      const about = new Set(
        blocks
          .filter((b) => by !== 'content' || b.contentId === unit)
          .flatMap(keysOf)
          .filter((key) => by !== 'product' || key === unit),
      );
      const pieces = [...about].reduce((n, key) => n + kept(all, customer, key, first.day), 0);
      sum.pieces[group] += pieces;
      const companies = units.get(unit) ?? new Map<string, [number, number, number, number]>();
      units.set(unit, companies);
      const name = company === null ? `person ${customer}` : company;
      const row = companies.get(name) ?? [0, 0, 0, 0];
      companies.set(name, row);
      row[2 * group] = (row[2 * group] ?? 0) + 1;
      if (pieces > 0) row[2 * group + 1] = (row[2 * group + 1] ?? 0) + 1;
    }
  }
  return [...sums]
    .map(([unit, { pieces, open }]) => ({
      unit,
      pieces: { mailed: pieces[0], heldOut: pieces[1] },
      open: { mailed: open[0], heldOut: open[1] },
      companies: [...(units.get(unit)?.values() ?? [])].map((row) => row.join('/')).sort(),
    }))
    .sort((a, b) => (a.unit < b.unit ? -1 : 1));
}
