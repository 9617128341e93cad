import { dayOf } from '../compose/day.ts';
import type { Database } from '../db/connect.ts';
import {
  EVERYTHING,
  type Grant,
  giveBackToDay,
  giveBackToRate,
  takeFromDay,
  takeFromRate,
} from '../ledger/rates.ts';
import type { Settings } from '../library/schema.ts';

const DAY = 86_400_000;
/** How soon to look again when a day's allowance is used up, in milliseconds. */
const LOOK_AGAIN = 15 * 60_000;
/** Chunks that wait for the overall rate look again so far apart, in seconds: twice for each filling of the bucket. */
const APART = 0.5;

/** How fast mails may leave, over all workers: the overall rate, the day's warm-up step, and domains' own rates. */
export interface Throttle {
  /** Takes room for up to `wanted` mails. */
  take(wanted: number, now: Date): Promise<Grant & { warmUp: boolean }>;
  /** Gives back room that was not used. */
  giveBack(count: number, now: Date): Promise<void>;
  /** Takes room for one mail to a domain. @returns milliseconds until there is some; 0 when there is */
  domain(domain: string): Promise<number>;
}

/** How many mails may leave on a day of the warm-up, or before it begins; null once it is over. */
export function warmUpAllowance(warmUp: Settings['delivery']['warmUp'], day: string): number | null {
  if (!warmUp) return null;
  const step = Math.round((Date.parse(day) - Date.parse(warmUp.from)) / DAY);
  return warmUp.perDay[Math.max(0, step)] ?? null;
}

export function createThrottle(db: Database, settings: Settings): Throttle {
  const { rules, delivery, nightly } = settings;
  const perSecond = rules.mailsPerSecond;
  const allowanceOf = (now: Date) => {
    const day = dayOf(now, nightly.timeZone);
    return { day, allowance: warmUpAllowance(delivery.warmUp, day) };
  };
  return {
    async take(wanted, now) {
      const rate =
        perSecond > 0
          ? await takeFromRate(db, { scope: EVERYTHING, perSecond, wanted, apart: APART })
          : { granted: wanted, wait: 0 };
      const { day, allowance } = allowanceOf(now);
      if (allowance === null || rate.granted === 0) return { ...rate, warmUp: false };
      const granted = await takeFromDay(db, {
        day,
        timeZone: nightly.timeZone,
        allowance,
        wanted: rate.granted,
      });
      if (perSecond > 0) await giveBackToRate(db, EVERYTHING, rate.granted - granted);
      return { granted, wait: LOOK_AGAIN, warmUp: true };
    },
    async giveBack(count, now) {
      if (count <= 0) return;
      if (perSecond > 0) await giveBackToRate(db, EVERYTHING, count);
      const { day, allowance } = allowanceOf(now);
      if (allowance !== null) await giveBackToDay(db, day, count);
    },
    async domain(domain) {
      const own = delivery.domains[domain];
      if (own === undefined) return 0;
      const { granted, wait } = await takeFromRate(db, {
        scope: domain,
        perSecond: own,
        wanted: 1,
        apart: 1 / own,
      });
      return granted === 1 ? 0 : Math.max(1, wait);
    },
  };
}
