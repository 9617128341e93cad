import { differenceInterval, distanceFromZero, type Group, Z_95 } from './interval.ts';

/**
 * Companies that look alike: how many people of each were mailed and held out, and how many of these bought. People
 * without a company count as a company of one.
 */
export interface CompanyCount {
  /** So many companies are like this. */
  times: number;
  mailed: Group;
  heldOut: Group;
}

/** What the comparison of two groups says about the share who buy. */
export interface Estimate {
  mailed: Group;
  heldOut: Group;
  /** Share of buyers among the mailed minus that among the held-out. */
  difference: number;
  /** Limits of the 95 % interval of the difference. */
  low: number;
  high: number;
  /** How much wider than that of independent people the interval is made, as a variance; 1 or more. */
  designEffect: number;
  /**
   * How many companies of one size would have the weight of those that there are, with people and with buyers; people
   * alone count as a company.
   */
  companies: { mailed: number; heldOut: number; buying: number };
  /** So many more buyers, as a share, would have been seen four times out of five in groups of this size. */
  detectable: number;
  /** Chance of a difference as large as this in either direction if the mails did nothing. */
  p: number;
}

/** What may be said about a comparison. Stable codes. */
export type Verdict =
  /** Nobody was held out: nothing to compare with. */
  | 'no_holdout'
  /** Nobody's window is over yet. */
  | 'too_early'
  /** Too few people, companies or buyers to say anything at all. */
  | 'too_few'
  /** The interval contains zero. */
  | 'no_difference'
  | 'more'
  | 'fewer';

/** Below this, an interval would only dress chance up as a result (docs/effect.md). */
export const LEAST_PEOPLE = 30;
export const LEAST_COMPANIES = 30;
export const LEAST_BUYERS = 5;

/** One in five standard normal values lies further down. */
const Z_80 = 0.8416212335729143;

/** How many people there are in each group, and how many of them bought. */
export function totals(companies: readonly CompanyCount[]): { mailed: Group; heldOut: Group } {
  const sum = { mailed: { people: 0, buyers: 0 }, heldOut: { people: 0, buyers: 0 } };
  for (const { times, ...counts } of companies) {
    for (const group of ['mailed', 'heldOut'] as const) {
      sum[group].people += times * counts[group].people;
      sum[group].buyers += times * counts[group].buyers;
    }
  }
  return sum;
}

/**
 * Compares the mailed with the held-out. Colleagues buy together, so people of one company are not independent: the
 * interval is that of groups as much smaller as company ties make them worth (Rao and
 * Scott, Biometrics 48, 1992). Null when a group is empty.
 */
export function estimate(companies: readonly CompanyCount[]): Estimate | null {
  const { mailed, heldOut } = totals(companies);
  if (mailed.people === 0 || heldOut.people === 0) return null;
  const worth = {
    mailed: worthOf(companies, (company) => company.mailed.people),
    heldOut: worthOf(companies, (company) => company.heldOut.people),
    buying: worthOf(companies, (company) => company.mailed.buyers + company.heldOut.buyers),
  };
  const designEffect = effectOfCompanies(companies, mailed, heldOut) * unsureness(companies, worth);
  const a = shrunk(mailed, designEffect);
  const b = shrunk(heldOut, designEffect);
  return {
    mailed,
    heldOut,
    difference: share(mailed) - share(heldOut),
    ...differenceInterval(a, b),
    designEffect,
    companies: worth,
    detectable: detectable(a, b),
    p: twoSided(distanceFromZero(a, b)),
  };
}

/**
 * Variance of the difference with companies as the unit, over its variance with people as the unit. The first is the
 * usual linearised one of a difference of two ratios, with the covariance between the groups: colleagues stand on both
 * sides, and what they do together cancels out. Where everybody stands alone this is exactly 1. The draw was by
 * person, so what is less than 1 is chance, and counts as 1.
 */
function effectOfCompanies(companies: readonly CompanyCount[], mailed: Group, heldOut: Group): number {
  const [a, b] = [share(mailed), share(heldOut)];
  const apart = (a * (1 - a)) / mailed.people + (b * (1 - b)) / heldOut.people;
  if (apart === 0) return 1;
  let tied = 0;
  for (const company of companies) {
    const pull =
      (company.mailed.buyers - a * company.mailed.people) / mailed.people -
      (company.heldOut.buyers - b * company.heldOut.people) / heldOut.people;
    tied += company.times * pull ** 2;
  }
  return Math.max(1, tied / apart);
}

/** So many companies of one size have the weight of these: (Σn)² / Σn² (Kish, Survey Sampling, 1965). */
function worthOf(companies: readonly CompanyCount[], sizeOf: (company: CompanyCount) => number): number {
  let [sum, squares] = [0, 0];
  for (const company of companies) {
    const size = sizeOf(company);
    sum += company.times * size;
    squares += company.times * size ** 2;
  }
  return squares === 0 ? 0 : sum ** 2 / squares;
}

/**
 * The variance between companies is itself only known from so many companies: the interval is that of Student's t
 * instead of the normal distribution, as a factor of variance. 1 where everybody stands alone.
 */
function unsureness(companies: readonly CompanyCount[], worth: Estimate['companies']): number {
  if (companies.every(({ mailed, heldOut }) => mailed.people + heldOut.people <= 1)) return 1;
  const freedom = Math.max(1, Math.min(worth.mailed, worth.heldOut) - 1);
  return (studentT95(freedom) / Z_95) ** 2;
}

/** Two-sided 95 % of Student's t by its series in 1 / freedom (Abramowitz and Stegun 26.7.5): four digits from 10 on. */
export function studentT95(freedom: number): number {
  const z = Z_95;
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  );
}

/**
 * How many more buyers, as a share, would have shown themselves with a chance of 80 %, had the others bought like both
 * groups together: the difference of which even the outcome that one in five falls short of leaves zero out.
 */
function detectable(a: Group, b: Group): number {
  const base = (a.buyers + b.buyers) / (a.people + b.people);
  const seen = (more: number): boolean => {
    const [spreadA, spreadB] = [spread(base + more) / a.people, spread(base) / b.people];
    const down = Z_80 / Math.sqrt(spreadA + spreadB);
    const of = (people: number, part: number) => ({
      people,
      buyers: people * Math.max(0, Math.min(1, part)),
    });
    return (
      distanceFromZero(of(a.people, base + more - down * spreadA), of(b.people, base + down * spreadB)) > Z_95
    );
  };
  let [low, high] = [0, 1 - base];
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (seen(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** What may be said. `open`: people whose window is not over yet. */
export function verdict(
  { mailed, heldOut }: { mailed: Group; heldOut: Group },
  found: Pick<Estimate, 'low' | 'high' | 'companies'> | null,
  open: { mailed: number; heldOut: number },
): Verdict {
  if (heldOut.people + open.heldOut === 0) return 'no_holdout';
  if (mailed.people === 0 || heldOut.people === 0) {
    return open.mailed + open.heldOut > 0 ? 'too_early' : 'too_few';
  }
  if (found === null || Math.min(mailed.people, heldOut.people) < LEAST_PEOPLE) return 'too_few';
  const { companies } = found;
  if (Math.min(companies.mailed, companies.heldOut) < LEAST_COMPANIES) return 'too_few';
  if (companies.buying < LEAST_BUYERS) return 'too_few';
  if (found.low > 0) return 'more';
  return found.high < 0 ? 'fewer' : 'no_difference';
}

/**
 * Which of many comparisons would stand out even if one looks at all of them at once (Holm, 1979): of twenty, one is
 * expected to look like an effect by chance alone.
 * @param ps chances, in any order
 * @returns for each, in the same order, whether it stands out at 5 % over all
 */
export function standingOut(ps: readonly number[]): boolean[] {
  const order = ps.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const firstOut = order.findIndex(({ p }, rank) => p > 0.05 / (ps.length - rank));
  const flags = ps.map(() => false);
  for (const { index } of firstOut === -1 ? order : order.slice(0, firstOut)) flags[index] = true;
  return flags;
}

/** Chance of a standard normal value at least as far from 0, to seven places (Abramowitz and Stegun 7.1.26). */
function twoSided(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const sum =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return sum * Math.exp(-(x ** 2));
}

const spread = (part: number): number => part * (1 - part);
const share = ({ people, buyers }: Group): number => buyers / people;
const shrunk = ({ people, buyers }: Group, by: number): Group => ({
  people: people / by,
  buyers: buyers / by,
});
