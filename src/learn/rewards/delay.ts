/** Before anything is known, half of what comes is taken to come within 33 hours. */
const PRIOR_MEAN_HOURS = 48;
/** So many rewards that guess counts for. */
const PRIOR_REWARDS = 20;

/**
 * Which part of what blocks earn within their window they have earned by the end of each of its hours, as far as the
 * ledger can tell by now. Rewards of blocks that are still open came early, or they would not be known: counting all
 * that came would make answers look quicker than they are. So each hour is compared only with what blocks at least as
 * old earned up to it, from the last hour back to the first: the estimator of Lynden-Bell (1971) for right-truncated
 * data, in use for reporting delays (Lawless 1994).
 *
 * @param lags what came in each hour after the block was shown; as many as the window has
 * @param ages the same rewards by the full hours since their block was shown, of blocks that are still open
 * @returns rising, the last one 1
 */
export function delayFrom(lags: readonly number[], ages: readonly number[]): number[] {
  const hours = lags.length;
  const prior = (hour: number) =>
    (PRIOR_REWARDS * Math.expm1(-hour / PRIOR_MEAN_HOURS)) / Math.expm1(-hours / PRIOR_MEAN_HOURS);
  // what blocks that are at least as old as the hour earned before it
  const before: number[] = [];
  let came = 0;
  let tooYoung = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    before.push(Math.max(0, came - tooYoung) + prior(hour));
    came += lags[hour] ?? 0;
    tooYoung += ages[hour] ?? 0;
  }
  const delay = new Array<number>(hours).fill(1);
  for (let hour = hours - 1; hour > 0; hour -= 1) {
    const earlier = before[hour] as number;
    const inIt = (lags[hour] ?? 0) + prior(hour + 1) - prior(hour);
    delay[hour - 1] = ((delay[hour] as number) * earlier) / (earlier + inIt);
  }
  return delay;
}

/**
 * Which part has come by that age, even within each hour: what a block counts for.
 * @param hours not whole ones only
 */
export function partBy(delay: readonly number[], hours: number): number {
  const full = Math.floor(hours);
  if (full >= delay.length) return 1;
  const earlier = delay[full - 1] ?? 0;
  return earlier + (hours - full) * ((delay[full] as number) - earlier);
}

/** By full days: from none, of day 0, to all, of the day on which the window closes. */
export function daily(delay: readonly number[]): number[] {
  return Array.from({ length: delay.length / 24 + 1 }, (_, day) => partBy(delay, 24 * day));
}
