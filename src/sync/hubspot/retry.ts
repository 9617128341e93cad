import { errorBody, type Failure, isDailyLimit } from './failure.ts';

/** Whether and when to try a call again. `pauseAll`: no other call should begin before that either. */
export type RetryDecision = { retry: false } | { retry: true; waitMs: number; pauseAll: boolean };

/** Tries of one call altogether, by what went wrong. Limits are patient: the CRM does work. */
const TRIES = { limit: 8, server: 6, timeout: 3, network: 5, garbled: 3 } as const;
/** Longer than this nobody waits inside a call: the sync stops and goes on another time. */
const LONGEST_WAIT_MS = 120_000;
const REFUSED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'CERT_HAS_EXPIRED']);

/**
 * @param tries  how often the call has been made, at least 1
 * @param random 0 to 1: jitter, so that parallel calls don't come back all at once
 * @param repeatable false: made again only if it surely had no effect
 */
export function decideRetry(
  failure: Failure,
  tries: number,
  random: number,
  now: Date,
  repeatable = true,
): RetryDecision {
  if (!repeatable && !hadNoEffect(failure)) return { retry: false };
  const after = (ms: number, most: number, pauseAll = false): RetryDecision =>
    tries >= most || ms > LONGEST_WAIT_MS
      ? { retry: false }
      : { retry: true, waitMs: Math.round(ms), pauseAll };
  // exponential, half of it random
  const backoff = (first: number, longest: number) => {
    const full = Math.min(longest, first * 2 ** (tries - 1));
    return full / 2 + (full / 2) * random;
  };

  switch (failure.kind) {
    case 'timeout':
      return after(backoff(500, 4000), TRIES.timeout);
    case 'network':
      return after(backoff(500, 8000), REFUSED.has(failure.code) ? 3 : TRIES.network);
    case 'garbled':
      return after(backoff(500, 4000), TRIES.garbled);
    case 'status': {
      const { status, headers } = failure;
      const asked = retryAfterMs(headers['retry-after'], now);
      if (status === 429) {
        if (isDailyLimit(failure)) return { retry: false };
        const own = /secondly limit/i.test(errorBody(failure.body).message) ? 1000 : 2000;
        return after(asked ?? backoff(own, 12_000) + own / 2, TRIES.limit, true);
      }
      // locked: HubSpot asks for at least two seconds
      if (status === 423) return after(asked ?? 2000 + backoff(500, 8000), TRIES.server);
      if (status === 477) return after(asked ?? 10_000 + 10_000 * random, TRIES.server, true);
      if (status >= 500 && status <= 599) return after(asked ?? backoff(500, 16_000), TRIES.server);
      return { retry: false };
    }
  }
}

/** The call never arrived, or was sent away at the door. */
function hadNoEffect(failure: Failure): boolean {
  if (failure.kind === 'network') return REFUSED.has(failure.code);
  return failure.kind === 'status' && [423, 429, 477].includes(failure.status);
}

/** Retry-After: seconds or an HTTP date. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}
