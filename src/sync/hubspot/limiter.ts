/** The kind of call decides which limit it counts against. */
export type Bucket = 'general' | 'search';

/** What the headers of an answer tell about the account. */
export interface ToldLimits {
  /** Calls in any `windowMs`. Searches have a limit of their own, which no header tells. */
  max: number;
  windowMs: number;
  /** Calls in a day, and what is left of them. Null under OAuth, which does not tell. */
  daily: number | null;
  dailyRemaining: number | null;
}

export interface CallToCome {
  /** It can't take longer: then its process has died. */
  longestMs: number;
  /** One of the few that can't wait: they may take the last places, and a little more of the day. */
  urgent?: boolean;
}

/** A call's turn, from before its beginning until after its end. */
export interface Place {
  /** The call was made, and ended just now, however it went. */
  end(told?: ToldLimits | null): void;
}

/** Lets calls begin so that the CRM never has to refuse one. Shared by everybody who calls the same account. */
export interface CallLimiter {
  /**
   * Resolves when one more call may begin.
   * @throws the signal's reason; SyncError `crm_daily_budget`
   */
  begin(bucket: Bucket, signal: AbortSignal, call: CallToCome): Promise<Place>;
  /** Nobody begins for this long: the CRM has asked for it. */
  pause(bucket: Bucket, ms: number): Promise<void>;
}

/** What each account has at least, until its answers tell more. */
export const LEAST_LIMITS = {
  general: { max: 100, windowMs: 10_000 },
  search: { max: 5, windowMs: 1000 },
} as const;

/** Reads the limits off an answer's headers (names in lower case); null if it does not tell. */
export function toldLimits(headers: Readonly<Record<string, string>>): ToldLimits | null {
  const whole = (name: string) => {
    const text = headers[`x-hubspot-ratelimit-${name}`];
    return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
  };
  const max = whole('max');
  const windowMs = whole('interval-milliseconds');
  if (!max || !windowMs || windowMs < 100) return null;
  return { max, windowMs, daily: whole('daily'), dailyRemaining: whole('daily-remaining') };
}
