import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Failure, missingScopes } from '../../../src/sync/hubspot/failure.ts';
import { RateLimiter } from '../../../src/sync/hubspot/limiter.ts';
import { decideRetry, retryAfterMs } from '../../../src/sync/hubspot/retry.ts';

const now = new Date('2026-03-01T12:00:00Z');
const status = (code: number, headers = {}, body = '{}'): Failure => ({
  kind: 'status',
  status: code,
  headers,
  body,
});

describe('decideRetry', () => {
  test.each([423, 429, 477, 500, 502, 503, 504, 521, 523, 524])('tries %i again', (code) => {
    expect(decideRetry(status(code), 1, 0.5, now)).toMatchObject({ retry: true });
  });

  test.each([400, 401, 403, 404, 409, 414])('does not try %i again', (code) => {
    expect(decideRetry(status(code), 1, 0.5, now)).toEqual({ retry: false });
  });

  test('waits longer each time, at random, and gives up in the end', () => {
    const waits = (random: number) =>
      Array.from({ length: 6 }, (_, n) => decideRetry(status(503), n + 1, random, now)).map((decision) =>
        decision.retry ? decision.waitMs : 'no',
      );
    expect(waits(0)).toEqual([250, 500, 1000, 2000, 4000, 'no']);
    expect(waits(1)).toEqual([500, 1000, 2000, 4000, 8000, 'no']);
  });

  test('obeys Retry-After, unless nobody would wait that long', () => {
    expect(decideRetry(status(429, { 'retry-after': '7' }), 1, 0, now)).toEqual({
      retry: true,
      waitMs: 7000,
      pauseAll: true,
    });
    expect(decideRetry(status(477, { 'retry-after': '86400' }), 1, 0, now)).toEqual({ retry: false });
  });

  test('reads Retry-After as seconds or date', () => {
    expect(retryAfterMs('3', now)).toBe(3000);
    expect(retryAfterMs('Sun, 01 Mar 2026 12:00:09 GMT', now)).toBe(9000);
    expect(retryAfterMs('Sun, 01 Mar 2026 11:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs(undefined, now)).toBeUndefined();
  });
});

test('missingScopes finds scopes wherever the body names them', () => {
  expect(missingScopes('{"message":"requires one of [crm.objects.orders.read, e-commerce]"}')).toEqual([
    'crm.objects.orders.read',
  ]);
  expect(missingScopes('<html>Forbidden</html>')).toEqual([]);
});

describe('RateLimiter', () => {
  const never = new AbortController().signal;
  const starts = async (limiter: RateLimiter, calls: number) => {
    const begun = performance.now();
    return await Promise.all(
      Array.from({ length: calls }, () => limiter.take(never).then(() => performance.now() - begun)),
    );
  };

  test('lets no more than its limit begin in any window', async () => {
    const at = await starts(new RateLimiter(3, 100), 10);
    for (let n = 3; n < at.length; n++) expect((at[n] ?? 0) - (at[n - 3] ?? 0)).toBeGreaterThanOrEqual(99);
    expect(at.at(-1)).toBeLessThan(600);
  });

  test('takes over the limit that the answers name, with some to spare', async () => {
    const limiter = new RateLimiter(1, 100);
    limiter.adapt(100, 100);
    const at = await starts(limiter, 96);
    expect(at[94]).toBeLessThan(90);
    expect(at[95]).toBeGreaterThanOrEqual(99);
    limiter.adapt(Number.NaN, 0);
  });

  test('pauses for everybody, and an abort ends the waiting', async () => {
    const limiter = new RateLimiter(10, 100);
    limiter.pause(100);
    expect((await starts(limiter, 2))[0]).toBeGreaterThanOrEqual(99);
    limiter.pause(60_000);
    const stop = new AbortController();
    const waiting = limiter.take(stop.signal);
    await sleep(20);
    stop.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow();
  });
});
