import { describe, expect, test } from 'vitest';
import { type Failure, missingScopes } from '../../../src/sync/hubspot/failure.ts';
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

test('what may have had an effect is not repeated, what surely had none is', () => {
  const once = (failure: Failure) => decideRetry(failure, 1, 0, now, false).retry;
  const network = (code: string): Failure => ({ kind: 'network', code, message: '' });
  expect([423, 429, 477].map((code) => once(status(code)))).toEqual([true, true, true]);
  expect([500, 502, 503, 504, 524].some((code) => once(status(code)))).toBe(false);
  expect(once(network('ECONNREFUSED'))).toBe(true);
  expect(once(network('ECONNRESET'))).toBe(false);
  expect(once({ kind: 'timeout', ms: 1 })).toBe(false);
  expect(once({ kind: 'garbled', message: '' })).toBe(false);
});

test('missingScopes prefers the granular scopes that HubSpot lists', () => {
  const errors = [
    {
      message: 'One or more of the following scopes are required.',
      context: { requiredScopes: ['contacts'] },
    },
    { context: { requiredGranularScopes: ['crm.objects.contacts.read', 'sales-email-read'] } },
  ];
  expect(missingScopes(JSON.stringify({ category: 'MISSING_SCOPES', errors }))).toEqual([
    'crm.objects.contacts.read',
    'sales-email-read',
  ]);
  expect(missingScopes(JSON.stringify({ errors: [errors[0], 'x', { context: 7 }] }))).toEqual(['contacts']);
});

test('missingScopes finds scopes wherever the body names them', () => {
  expect(missingScopes('{"message":"requires one of [crm.objects.orders.read, e-commerce]"}')).toEqual([
    'crm.objects.orders.read',
  ]);
  expect(missingScopes('<html>Forbidden</html>')).toEqual([]);
});
