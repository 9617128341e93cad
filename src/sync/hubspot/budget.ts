import { SyncError } from '../port.ts';

/** What is known about the calls of the last 24 hours. */
export interface DayOfCalls {
  /** Our own, by hour (UTC), oldest first; those of the last 24 hours. */
  hours: readonly { hour: Date; calls: number }[];
  /** What the account allows in a day; null: its answers do not tell. */
  daily: number | null;
  /** What is left of that for everybody; null: not known, or told too long ago to be believed. */
  remaining: number | null;
}

/** The lowest plan's (Free, Starter), for accounts that do not tell: under OAuth there is no such header. */
export const LEAST_DAILY = 250_000;
/** This much of the account's day is left to others, whoever has used the rest. */
const RESERVE = 0.1;
/** The few calls that can't wait (webhooks, unsubscribes) may go on for a little longer than syncs. */
const URGENT_MORE = 0.1;
const HOUR_MS = 3_600_000;

/**
 * Whether one more call fits the day's budget. Counted are the last 24 hours and not a day, because HubSpot's day
 * begins at midnight of a time zone that nobody tells: whenever it begins, we stay within our share.
 * @param share of the account's calls a day that is ours, 0 to 1
 * @throws SyncError `crm_daily_budget`
 */
export function checkBudget(day: DayOfCalls, share: number, urgent: boolean): void {
  const daily = day.daily ?? LEAST_DAILY;
  const most = Math.floor(daily * Math.min(1, share * (urgent ? 1 + URGENT_MORE : 1)));
  const own = day.hours.reduce((sum, { calls }) => sum + calls, 0);
  if (own >= most) {
    const again = freeAgain(day.hours, most);
    const whose = day.daily === null ? 'that every account has at least' : 'of the account';
    throw new SyncError(
      'crm_daily_budget',
      `Spielbein has made ${whole(own)} calls to HubSpot in the last 24 hours. Of the ${whole(daily)} a day ${whose} it may use ${whole(most)} (hubspot.dailyShare: ${share} in the settings), so that other programs are not starved. It may go on after ${time(again)}.`,
      { retryable: true },
    );
  }
  const reserve = Math.floor(daily * RESERVE * (urgent ? 0.5 : 1));
  if (day.remaining !== null && day.remaining <= reserve) {
    throw new SyncError(
      'crm_daily_budget',
      `The HubSpot account has ${whole(day.remaining)} of its ${whole(daily)} calls left today, ${whole(own)} were made by Spielbein. The last ${whole(reserve)} are left to other programs. It starts anew at midnight in the account's time zone.`,
      { retryable: true },
    );
  }
}

/** When enough hours will be more than a day old. */
function freeAgain(hours: DayOfCalls['hours'], most: number): Date {
  let own = hours.reduce((sum, { calls }) => sum + calls, 0);
  for (const { hour, calls } of hours) {
    own -= calls;
    if (own < most) return new Date(hour.getTime() + 25 * HOUR_MS);
  }
  return new Date((hours.at(-1)?.hour.getTime() ?? 0) + 25 * HOUR_MS);
}

const whole = (count: number) => count.toLocaleString('en');
const time = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
