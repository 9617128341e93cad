import type { Database } from '../db/connect.ts';
import type { Library, ProductMatcher } from '../library/library.ts';
import { keyedProducts } from '../segment/segments.ts';
import { type Estimate, estimate, standingOut, totals, type Verdict, verdict } from './estimate.ts';
import { type Comparison, type Counted, countBuyers } from './load.ts';
import { soldBy } from './sold.ts';

interface Side {
  people: number;
  buyers: number;
  pieces: number;
}

/** What may be said about one campaign, product, development or offer, or about all together. */
export interface Effect {
  /** Campaign id, library key or content id; '' of the total. */
  unit: string;
  mailed: Side;
  heldOut: Side;
  /** People whose window is not over: they don't count yet. */
  open: { mailed: number; heldOut: number };
  /** First and last day of the mails whose window is over (YYYY-MM-DD); null: none is. */
  days: { first: string; last: string } | null;
  /** How many companies of one size these people are worth (estimate.ts); null: there is nobody to compare. */
  companies: Estimate['companies'] | null;
  verdict: Verdict;
  /** A result of a campaign whose last window is not over: looked at day by day, chance has many tries. */
  interim: boolean;
  /** Null where the verdict is that nothing can be known. */
  result: Pick<Estimate, 'difference' | 'low' | 'high' | 'detectable' | 'designEffect' | 'p'> | null;
  /** A difference that stands out even among all rows that were compared. */
  standsOut: boolean;
}

export interface EffectReport {
  by: Comparison;
  campaignId: string | null;
  windowDays: number;
  /** Share of customers who get no mails, as it is set now. */
  holdout: number;
  measuredAt: Date;
  /** Rows with a result: so many chances to be misled. */
  compared: number;
  effects: Effect[];
}

/**
 * What mails change: purchases of what was told of, by the mailed and by the held-out (docs/effect.md). Rows with the
 * most people come first; those of which nothing is known yet are there, too.
 * @param given.campaignId only what was shown in this campaign
 * @throws EffectError when the database is too busy
 */
export async function measureEffects(
  db: Database,
  given: {
    content: { library: Library; matchProduct: ProductMatcher };
    by: Comparison;
    campaignId?: string | undefined;
    now: Date;
  },
): Promise<EffectReport> {
  const { library, matchProduct } = given.content;
  const { effect, nightly, rules } = library.settings;
  const counted = await countBuyers(db, {
    sold: soldBy(library),
    products: await keyedProducts(db, matchProduct, 'product'),
    by: given.by,
    campaignId: given.campaignId,
    windowDays: effect.windowDays,
    timeZone: nightly.timeZone,
    now: given.now,
  });
  const ofCampaign = given.by === 'campaign' || given.campaignId !== undefined;
  const effects = flagged(counted.map((each) => effectOf(each, ofCampaign)));
  return {
    by: given.by,
    campaignId: given.campaignId ?? null,
    windowDays: effect.windowDays,
    holdout: rules.holdout,
    measuredAt: given.now,
    compared: effects.filter(({ result }) => result !== null).length,
    effects,
  };
}

function effectOf({ unit, companies, pieces, open, days }: Counted, ofCampaign: boolean): Effect {
  const { mailed, heldOut } = totals(companies);
  const found = estimate(companies);
  const said = verdict({ mailed, heldOut }, found, open);
  const known = found !== null && (said === 'more' || said === 'fewer' || said === 'no_difference');
  return {
    unit,
    mailed: { ...mailed, pieces: pieces.mailed },
    heldOut: { ...heldOut, pieces: pieces.heldOut },
    open,
    days,
    companies: found?.companies ?? null,
    verdict: said,
    interim: known && ofCampaign && open.mailed + open.heldOut > 0,
    result: known ? resultOf(found) : null,
    standsOut: false,
  };
}

const resultOf = ({ difference, low, high, detectable, designEffect, p }: Estimate) => ({
  difference,
  low,
  high,
  detectable,
  designEffect,
  p,
});

function flagged(effects: Effect[]): Effect[] {
  const compared = effects.flatMap(({ unit, result }) => (result ? [{ unit, p: result.p }] : []));
  const flags = standingOut(compared.map(({ p }) => p));
  const out = new Set(compared.filter((_, index) => flags[index]).map(({ unit }) => unit));
  return effects
    .map((effect) => ({ ...effect, standsOut: out.has(effect.unit) }))
    .sort((a, b) => size(b) - size(a) || (a.unit < b.unit ? -1 : 1));
}

const size = ({ mailed, heldOut, open }: Effect): number =>
  mailed.people + heldOut.people + (open.mailed + open.heldOut) / 1e9;
