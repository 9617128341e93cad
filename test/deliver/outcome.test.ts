import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { watchDomains } from '../../src/deliver/domain-trouble.ts';
import {
  type Cause,
  connectOutcome,
  type Outcome,
  statusOf,
  transactionOutcome,
} from '../../src/deliver/outcome.ts';
import { type RefusedTry, watchRefusals } from '../../src/deliver/refusals.ts';
import { retryDelay } from '../../src/deliver/retry.ts';

const error = (code: number | undefined, text: string, more: object = {}) => ({
  message: text,
  code: 'EENVELOPE',
  ...(code === undefined ? {} : { responseCode: code, response: `${code} ${text}` }),
  ...more,
});

describe('what became of a try', () => {
  it.each<[string, ReturnType<typeof error>, boolean, Partial<Outcome>]>([
    [
      'unknown recipient',
      error(550, '5.1.1 No such user', { command: 'RCPT TO' }),
      false,
      { kind: 'rejected', status: '5.1.1' },
    ],
    [
      'refused after DATA',
      error(554, '5.7.1 Spam', { command: 'DATA', code: 'EMESSAGE' }),
      true,
      { kind: 'rejected' },
    ],
    [
      'greylisted',
      error(450, '4.7.1 Greylisted', { command: 'RCPT TO' }),
      false,
      { kind: 'later', cause: 'recipient' },
    ],
    [
      'full',
      error(452, '4.2.2 Over quota', { command: 'DATA', code: 'EMESSAGE' }),
      true,
      { kind: 'later', cause: 'recipient' },
    ],
    [
      '421 after the dot',
      error(421, '4.3.2 Closing', { command: 'DATA' }),
      true,
      { kind: 'later', cause: 'server' },
    ],
    [
      'too fast',
      error(451, '4.7.28 Unusual rate of mail', { command: 'RCPT TO' }),
      false,
      { kind: 'later', cause: 'slow_down' },
    ],
    [
      'sender refused',
      error(550, '5.7.1 Not you', { command: 'MAIL FROM' }),
      false,
      { kind: 'unreachable', needsPerson: true },
    ],
    [
      'login wanted',
      error(530, '5.7.0 Log in', { command: 'MAIL FROM' }),
      false,
      { kind: 'unreachable', needsPerson: true },
    ],
    [
      'busy server',
      error(421, '4.3.2 Busy', { command: 'MAIL FROM' }),
      false,
      { kind: 'later', cause: 'server' },
    ],
    [
      'reset before the message',
      error(undefined, 'reset', { code: 'ECONNECTION' }),
      false,
      { kind: 'later' },
    ],
    ['reset in the message', error(undefined, 'reset', { code: 'ECONNECTION' }), true, { kind: 'in_doubt' }],
    ['silence after the dot', error(undefined, 'Timeout', { code: 'ETIMEDOUT' }), true, { kind: 'in_doubt' }],
    ['impossible address', error(undefined, 'Invalid recipient'), false, { kind: 'rejected' }],
  ])('%s', (_what, given, flowed, expected) => {
    expect(transactionOutcome(given, flowed)).toMatchObject(expected);
  });

  it.each<[string, object, boolean]>([
    [
      'wrong password',
      { code: 'EAUTH', responseCode: 535, response: '535 5.7.8 No', command: 'AUTH PLAIN' },
      true,
    ],
    [
      'login put off',
      { code: 'EAUTH', responseCode: 454, response: '454 4.7.0 Later', command: 'AUTH PLAIN' },
      false,
    ],
    ['certificate expired', { code: 'ETLS', originalCode: 'CERT_HAS_EXPIRED', command: 'CONN' }, true],
    ['TLS broke off', { code: 'ETLS', originalCode: 'ECONNRESET', command: 'CONN' }, false],
    ['nobody there', { code: 'ESOCKET', originalCode: 'ECONNREFUSED', command: 'CONN' }, false],
    [
      'no service',
      { code: 'EPROTOCOL', responseCode: 554, response: '554 No SMTP here', command: 'CONN' },
      true,
    ],
    [
      'too many connections',
      { code: 'EPROTOCOL', responseCode: 421, response: '421 Too many', command: 'CONN' },
      false,
    ],
  ])('no session: %s', (_what, given, needsPerson) => {
    expect(connectOutcome({ message: 'x', ...given })).toMatchObject({ kind: 'unreachable', needsPerson });
  });

  it('once a byte has flowed and the server has said nothing, it is never tried again by itself', () => {
    const codes = fc.constantFrom(
      'ECONNECTION',
      'ETIMEDOUT',
      'ESOCKET',
      'EPROTOCOL',
      'ETLS',
      'EDNS',
      'ESTREAM',
    );
    fc.assert(
      fc.property(codes, fc.string(), (code, message) => {
        expect(transactionOutcome({ code, message }, true).kind).toBe('in_doubt');
      }),
    );
  });

  it('finds the enhanced status only where it stands', () => {
    expect(statusOf('550 5.1.1 no')).toBe('5.1.1');
    expect(statusOf('550-5.7.26 first\n550 5.7.26 second')).toBe('5.7.26');
    expect(statusOf('550 no 5.1.1')).toBe(null);
    expect(statusOf('554 10.0.0.1 listed')).toBe(null);
  });
});

describe('refusals', () => {
  const rejected = (response: string, before: string | null = null) => ({
    before,
    outcome: { kind: 'rejected', response, status: statusOf(response) } as Outcome,
  });
  const sent = { before: null, outcome: { kind: 'sent', response: '250 ok', status: null } as Outcome };

  it('every try is failed or spared exactly once, whatever the order', () => {
    const tries = fc.constantFrom('550 5.7.1 no', '554 5.7.1 relay', '550 5.1.1 unknown', 'sent');
    fc.assert(
      fc.property(fc.array(tries, { maxLength: 60 }), (words) => {
        const refusals = watchRefusals<RefusedTry & { n: number }>();
        const seen: number[] = [];
        words.forEach((word, n) => {
          const tried = { ...(word === 'sent' ? sent : rejected(word)), n };
          const { failed, spared } = refusals.take(tried);
          seen.push(...failed.map((t) => t.n), ...(spared?.tries.map((t) => t.n) ?? []));
        });
        seen.push(...refusals.end().map((t) => t.n));
        const expected = words.flatMap((word, n) => (word === 'sent' ? [] : [n]));
        expect(seen.sort((a, b) => a - b)).toEqual(expected);
      }),
    );
  });

  it('five in the same words, nobody taken in between, are about us', () => {
    const refusals = watchRefusals<RefusedTry>();
    const verdicts = Array.from({ length: 5 }, (_, n) =>
      refusals.take(rejected(`554 5.7.1 <p${n}@x.test>: Relay access denied`)),
    );
    expect(verdicts.slice(0, 4).every((v) => v.failed.length === 0 && v.spared === null)).toBe(true);
    expect(verdicts[4]?.spared?.tries).toHaveLength(5);
  });

  it('what was said to a send before a person looked counts the second time', () => {
    const refusals = watchRefusals<RefusedTry>();
    const words = '554 5.7.1 Relay access denied';
    for (let n = 0; n < 9; n++) expect(refusals.take(rejected(words, words)).failed).toHaveLength(1);
  });

  it('unknown addresses are never about us, however many, with or without a status', () => {
    const refusals = watchRefusals<RefusedTry>();
    for (let n = 0; n < 50; n++) {
      for (const words of [`550 5.1.1 <p${n}@x.test> unknown`, `550 <p${n}@x.test>: User unknown here`]) {
        const { failed, spared } = refusals.take(rejected(words));
        expect([failed.length, spared]).toEqual([1, null]);
      }
    }
  });
});

describe('a domain in trouble', () => {
  const later = (response: string, cause: Cause = 'recipient'): Outcome => ({
    kind: 'later',
    cause,
    response,
    status: statusOf(response),
  });

  it('is noticed at once when it says so, and by three refusals of its policy in a row', () => {
    const domains = watchDomains();
    expect(domains.take('a.test', later('421 4.7.0 busy', 'slow_down'))).toBe(true);
    const policy = later('450 4.7.1 Client host rejected');
    expect([1, 2, 3].map(() => domains.take('b.test', policy))).toEqual([false, false, true]);
    expect([1, 2].map(() => domains.take('c.test', policy))).toEqual([false, false]);
    const silence = later('Timeout', 'silent');
    expect([1, 2].map(() => domains.take('e.test', silence))).toEqual([false, true]);
    domains.take('c.test', { kind: 'sent', response: '250 ok', status: null });
    expect(domains.take('c.test', policy)).toBe(false);
    expect(
      Array.from({ length: 9 }, () => domains.take('d.test', later('450 4.2.0 Greylisted'))),
    ).not.toContain(true);
  });
});

describe('the pause before another try', () => {
  it('grows, is spread by up to a quarter, and ends at four hours', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, uniform) => {
          const delay = retryDelay(n, uniform);
          expect(delay).toBeGreaterThanOrEqual(retryDelay(n, 0));
          expect(delay).toBeLessThan(retryDelay(n, 0) * 1.25);
          expect(retryDelay(n + 1, 0)).toBeGreaterThanOrEqual(retryDelay(n, 0));
          expect(delay).toBeLessThan(5 * 3_600_000);
        },
      ),
    );
  });
});
