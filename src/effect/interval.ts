/** People of one group and how many of them bought. Effective numbers (estimate.ts) need not be whole. */
export interface Group {
  people: number;
  buyers: number;
}

export interface Interval {
  low: number;
  high: number;
}

/** Two-sided 95 % of the standard normal distribution. */
export const Z_95 = 1.959963984540054;
const PRECISION = 1e-10;

/**
 * 95 % interval of the difference of two shares, `a` minus `b`: the score method of Miettinen and Nurminen (Statistics
 * in Medicine 4, 1985, 213–226), corrected for skewness (Laud, Pharmaceutical Statistics 16, 2017, 334–348). A holdout
 * is small and buyers are rare; without the correction the truth would lie above the interval two to three times as
 * often as below it. Both groups must have people.
 */
export function differenceInterval(a: Group, b: Group): Interval {
  const difference = a.buyers / a.people - b.buyers / b.people;
  const corrected = (delta: number) => {
    const { z, skew } = score(a, b, delta);
    return z - (Z_95 ** 2 - 1) * skew;
  };
  return {
    low: crossing((delta) => corrected(delta) - Z_95, -1, difference),
    high: crossing((delta) => corrected(delta) + Z_95, difference, 1),
  };
}

/**
 * How many standard errors the difference lies above zero, in agreement with `differenceInterval`: beyond 1.96 exactly
 * when the interval leaves zero out.
 */
export function distanceFromZero(a: Group, b: Group): number {
  const { z, skew } = score(a, b, 0);
  const root = 1 + 4 * skew * (z + skew);
  // for tiny groups the correction has no solution
  return Math.abs(skew) < 1e-9 || root < 0 ? z : (Math.sqrt(root) - 1) / (2 * skew);
}

/**
 * The observed difference minus `delta` in standard errors, and the skewness of that (third moment over six times the
 * standard error cubed), both as they would be if `delta` were true.
 */
function score(a: Group, b: Group, delta: number): { z: number; skew: number } {
  const n = a.people + b.people;
  const shareB = likeliest(a, b, delta);
  const shareA = Math.max(0, Math.min(1, shareB + delta));
  const [spreadA, spreadB] = [shareA * (1 - shareA), shareB * (1 - shareB)];
  const variance = (spreadA / a.people + spreadB / b.people) * (n / Math.max(n - 1, 1));
  const third = (spreadA * (1 - 2 * shareA)) / a.people ** 2 - (spreadB * (1 - 2 * shareB)) / b.people ** 2;
  const distance = a.buyers / a.people - b.buyers / b.people - delta;
  if (variance < 1e-15) return { z: Math.abs(distance) < 1e-12 ? 0 : Math.sign(distance) * 1e9, skew: 0 };
  return { z: distance / Math.sqrt(variance), skew: third / (6 * variance ** 1.5) };
}

/**
 * The likeliest share of `b` if that of `a` is larger by `delta`: where the slope of the log-likelihood, which falls all
 * the way, crosses zero. By halving: the closed form of the cubic in the appendix of Miettinen and Nurminen loses half
 * its digits to cancellation where both shares lie at an end.
 */
function likeliest(a: Group, b: Group, delta: number): number {
  const part = (count: number, share: number) => (count === 0 ? 0 : count / share);
  let [low, high] = [Math.max(0, -delta), Math.min(1, 1 - delta)];
  for (let halved = 0; halved < 54; halved += 1) {
    const share = (low + high) / 2;
    const up = part(b.buyers, share) + part(a.buyers, share + delta);
    const down = part(b.people - b.buyers, 1 - share) + part(a.people - a.buyers, 1 - delta - share);
    if (up > down) low = share;
    else high = share;
  }
  return (low + high) / 2;
}

/** Where a falling function crosses zero, by halving; the end towards which it points when it does not. */
export function crossing(f: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (high - low > PRECISION) {
    const middle = (low + high) / 2;
    if (f(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
