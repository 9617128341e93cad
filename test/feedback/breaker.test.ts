import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RATES, tripped, tripWords, type WatchedMails } from '../../src/feedback/breaker.ts';

const limits = { bounces: 0.05, complaints: 0.001, unsubscribes: 0.02, failures: 0.2 };
const calm: WatchedMails = { mails: 1000, bounces: 0, complaints: 0, unsubscribes: 0, failures: 0 };

describe('a rate', () => {
  test('trips above its limit, not at it', () => {
    expect(tripped({ ...calm, bounces: 50 }, limits)).toBeNull();
    expect(tripped({ ...calm, bounces: 51 }, limits)).toEqual({
      kind: 'bounces',
      count: 51,
      mails: 1000,
      rate: 0.051,
      limit: 0.05,
    });
    expect(tripped({ ...calm, unsubscribes: 21 }, limits)?.kind).toBe('unsubscribes');
    expect(tripped({ ...calm, failures: 201 }, limits)?.kind).toBe('failures');
    expect(tripped({ ...calm, complaints: 2 }, limits)?.kind).toBe('complaints');
  });

  test('of a few mails is no rate: one complaint is chance, two are not', () => {
    const few = { ...calm, mails: 30 };
    expect(tripped({ ...few, complaints: 1 }, limits)).toBeNull();
    expect(tripped({ ...few, complaints: 2 }, limits)?.kind).toBe('complaints');
    expect(tripped({ ...few, failures: 20 }, limits)).toBeNull();
    expect(tripped({ ...few, failures: 21 }, limits)?.kind).toBe('failures');
  });

  test('with a limit of 1 is switched off', () => {
    const off = { ...limits, failures: 1 };
    expect(tripped({ ...calm, failures: 1000 }, off)).toBeNull();
  });

  test('that is the gravest is named', () => {
    expect(
      tripped({ mails: 100, bounces: 90, complaints: 9, unsubscribes: 9, failures: 9 }, limits)?.kind,
    ).toBe('complaints');
  });
});

describe('whatever the numbers', () => {
  const number = fc.nat({ max: 5000 });
  const watched = fc.record({
    mails: number,
    bounces: number,
    complaints: number,
    unsubscribes: number,
    failures: number,
  });
  const share = fc.double({ min: 0.0001, max: 1, noNaN: true });
  const someLimits = fc.record({ bounces: share, complaints: share, unsubscribes: share, failures: share });

  test('more trouble never un-trips, and more mails without trouble never trip', () => {
    fc.assert(
      fc.property(watched, someLimits, fc.constantFrom(...RATES), number, (mails, given, kind, more) => {
        if (tripped(mails, given)) {
          expect(tripped({ ...mails, [kind]: mails[kind] + more }, given)).not.toBeNull();
        } else {
          expect(tripped({ ...mails, mails: mails.mails + more }, given)).toBeNull();
        }
      }),
    );
  });

  test('no single report trips, and no rate at or below its limit', () => {
    fc.assert(
      fc.property(watched, someLimits, fc.constantFrom(...RATES), (mails, given, kind) => {
        expect(tripped({ ...calm, mails: mails.mails, [kind]: 1 }, given)).toBeNull();
        const trip = tripped(mails, given);
        if (trip) expect(trip.rate).toBeGreaterThan(trip.limit);
      }),
    );
  });
});

test('a trip says which rate, how many of how many, the limit, and what to do', () => {
  const trip = tripped({ ...calm, bounces: 51 }, limits);
  const { title, text } = tripWords(trip as NonNullable<typeof trip>, 'herbst');
  expect(title).toBe('Campaign herbst has paused itself: 5.1 % of its mails came back.');
  expect(text).toMatch(
    /^Of 1,000 mails in a row, 51 came back: 5\.1 %\. The limit is 5 % \(breaker\.bounces/,
  );
  expect(text).toContain('spielbein campaign resume herbst');
});
