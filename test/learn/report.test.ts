import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/connect.ts';
import type { Language } from '../../src/domain/customer.ts';
import type { LearnReport, OfferReport } from '../../src/learn/report/data.ts';
import { readDecisionId } from '../../src/learn/report/decisions.ts';
import type { Outlook } from '../../src/learn/report/earns.ts';
import { exploring } from '../../src/learn/report/exploring.ts';
import { nextSteps } from '../../src/learn/report/next.ts';
import { surenessOf } from '../../src/learn/report/phrases.ts';
import { bestShares, rangeOf, shareRange } from '../../src/learn/report/range.ts';
import { rememberReport } from '../../src/learn/report/remember.ts';
import { makeReport } from '../../src/learn/report/report.ts';
import { tell } from '../../src/learn/report/tell.ts';
import type { Section } from '../../src/learn/report/told.ts';
import type { Library } from '../../src/library/library.ts';
import { loadLibrary } from '../../src/library/load.ts';
import type { Offer } from '../../src/library/schema.ts';
import { testDatabase } from '../stands/database.ts';
import { learningLibrary } from './library.ts';
import { seedDecisions, seedLearning } from './seed.ts';

const NOW = new Date('2026-10-12T09:00:00Z');

describe('ranges', () => {
  test('hold the mean of draws, most of them, and the share they are about', () => {
    const draws = Float64Array.from({ length: 1000 }, (_, i) => (i * 7) % 1000);
    expect(rangeOf(draws)).toEqual({ mean: 499.5, low: 25, high: 975 });
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (hits, others) => {
        const of = hits + others;
        const range = shareRange(hits, of);
        if (of === 0) expect(range).toBeNull();
        else {
          expect(range?.low).toBeGreaterThanOrEqual(0);
          expect(range?.low).toBeLessThanOrEqual(hits / of + 1e-12);
          expect(range?.high).toBeGreaterThanOrEqual(hits / of - 1e-12);
          expect(range?.high).toBeLessThanOrEqual(1);
        }
      }),
    );
    // Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263
    expect(shareRange(81, 263)?.low).toBeCloseTo(0.2553, 4);
    expect(shareRange(81, 263)?.high).toBeCloseTo(0.3662, 4);
  });

  test('shares of the best add up to one', () => {
    expect(bestShares([Float64Array.of(1, 5, 1), Float64Array.of(2, 2, 3)])).toEqual([1 / 3, 2 / 3]);
    expect(bestShares([])).toEqual([]);
  });
});

/** A world in which every candidate's rate is known, by offer and form. */
const known = (rates: Record<string, number>): Outlook => {
  const kept = new Map(Object.entries(rates).map(([key, rate]) => [key, Float64Array.of(rate, rate)]));
  const of = (offerId: string, variantId: string) => kept.get(`${offerId} ${variantId}`) as Float64Array;
  return {
    size: 2,
    candidate: ({ offerId, variantId }) => of(offerId, variantId),
    form: of,
    allele: () => Float64Array.of(1, 1),
  };
};

describe('what exploring cost and brought', () => {
  const outlook = known({ 'a base': 0.01, 'a headline=x': 0.05, 'b base': 0.03 });
  const odds = (x: number, base: number, b: number) => [
    { offerId: 'a', productKey: 'p', variantId: 'headline=x', probability: x },
    { offerId: 'a', productKey: 'p', variantId: 'base', probability: base },
    { offerId: 'b', productKey: 'p', variantId: 'base', probability: b },
  ];

  test('is what the odds miss of the best, and what they bring beyond first forms by lot', () => {
    const found = exploring(outlook, [{ odds: odds(0.5, 0.25, 0.25), count: 100 }], 100);
    // expected 0.035 a block; the best 0.05; first forms by lot 0.02
    expect(found?.givenUp.mean).toBeCloseTo(1.5, 10);
    expect(found?.brought.mean).toBeCloseTo(1.5, 10);
  });

  test('is nothing for the best alone, nothing brought for first forms by lot, and unknown without choices', () => {
    expect(exploring(outlook, [{ odds: odds(1, 0, 0), count: 10 }], 10)?.givenUp.mean).toBeCloseTo(0, 12);
    expect(exploring(outlook, [{ odds: odds(0, 0.5, 0.5), count: 10 }], 10)?.brought.mean).toBeCloseTo(0, 12);
    expect(exploring(outlook, [], 0)).toBeNull();
  });

  test('is extended from the choices that were looked at to all', () => {
    const one = exploring(outlook, [{ odds: odds(0, 0, 1), count: 1 }], 1);
    const many = exploring(outlook, [{ odds: odds(0, 0, 1), count: 1 }], 400);
    expect(many?.givenUp.mean).toBeCloseTo(400 * (one?.givenUp.mean ?? 0), 9);
    expect(many).toMatchObject({ choices: 400, looked: 1 });
  });
});

test('names of decisions mean what they name, and nothing else', () => {
  expect(readDecisionId('pairing:a/b')).toEqual({ kind: 'pairing', offerId: 'a', productKey: 'b' });
  expect(readDecisionId('42')).toEqual({ kind: 'proposal', id: 42 });
  for (const id of ['', '0', '-1', '1.5', 'pairing:a', 'x', '1e9']) expect(readDecisionId(id)).toBeNull();
});

test('the words for a probability grow with it', () => {
  expect([0.5, 0.8, 0.92, 0.99].map(surenessOf)).toEqual(['open', 'likely', 'very_likely', 'almost_sure']);
});

describe('the report', () => {
  let db: Database;
  let library: Library;
  beforeAll(async () => {
    ({ db } = await testDatabase());
    await seedLearning(db, { until: NOW, mailsAWeek: 60, seed: 'report' });
  });

  test('finds the better forms, says how sure that is, and counts every block once', async () => {
    ({ library } = await loadLibrary((await learningLibrary()).libraryDir));
    const report = await makeReport(db, { library, now: NOW });
    expect(report.shown).toBe(26 * 60);
    expect(report.offers.reduce((sum, { shown }) => sum + shown, 0)).toBe(report.shown);
    for (const { shown, open, forms, overTime } of report.offers) {
      expect(forms.reduce((sum, form) => sum + form.shown, 0)).toBe(shown);
      expect(forms.reduce((sum, form) => sum + form.open, 0)).toBe(open);
      const then = overTime.flatMap((period) => Object.values(period.shown));
      expect(then.reduce((sum, n) => sum + n, 0)).toBe(shown);
    }
    const camera = report.offers.find(({ offerId }) => offerId === 'kamera') as OfferReport;
    const best = camera.forms.find(({ variantId }) => variantId === 'headline=as-question,call=see-it');
    expect(best?.best).toBeGreaterThan(0.8);
    expect(best?.rate?.low).toBeLessThan(0.1);
    expect(best?.rate?.high).toBeGreaterThan(0.1);
    expect(camera.forms.filter(({ state }) => state !== 'alive').every((form) => form.best === null)).toBe(
      true,
    );
    expect(report.exploring?.givenUp.mean).toBeGreaterThan(0);
    expect(report.exploring?.brought.mean).toBeGreaterThan(0);
    expect(report.exploring?.looked).toBe(report.shown);
    expect(JSON.stringify(await makeReport(db, { library, now: NOW }))).toBe(JSON.stringify(report));
  });

  test('asks for words where there is only one wording, most shown offers first', async () => {
    const { next, offers } = await makeReport(db, { library, now: NOW });
    expect(next.map(({ offerId, gene, why }) => [offerId, gene, why])).toEqual([
      ['kamera', 'bridge', 'only_one'],
      ['app', 'bridge', 'only_one'],
      ['miete', 'headline', 'only_one'],
    ]);
    const alike = offers.map((offer) => ({
      ...offer,
      alleles: offer.alleles.map((allele) => ({ ...allele, times: { mean: 1, low: 0.9, high: 1.1 } })),
    }));
    expect(nextSteps(alike, library.offers)[0]).toMatchObject({ gene: 'headline', why: 'all_alike' });
  });

  test('does not count again what it found a moment ago, but always sees what waits', async () => {
    const report = rememberReport(db);
    const first = await report({ library, now: NOW });
    await seedDecisions(db, NOW);
    const second = await report({ library, now: new Date(NOW.getTime() + 60_000) });
    expect(second.offers).toBe(first.offers);
    expect([first.decisions.length, second.decisions.length]).toEqual([0, 4]);
    const later = await report({ library, now: new Date(NOW.getTime() + 3_600_000) });
    expect(later.offers).not.toBe(first.offers);
  });

  const telling = (report: LearnReport, section: Section['id'], language: Language = 'de') =>
    JSON.stringify(
      tell(report, { language, library, crm: new Map() }).sections.find(({ id }) => id === section),
    );

  test('compares only offers of which enough was shown, and says which it leaves out', async () => {
    const report = await makeReport(db, { library, now: NOW });
    expect(telling(report, 'sum')).toMatch(/ist es wirklich das beste \(\d+\u00a0%\)/);
    expect(telling(report, 'sum')).toContain('Angebote gehen an Besitzer verschiedener Produkte');
    const more = {
      ...library,
      offers: new Map([
        ...library.offers,
        ...['x', 'y'].map((id) => [id, { ...(library.offers.get('miete') as Offer), id }] as const),
      ]),
    };
    const beside = await makeReport(db, { library: more, now: NOW });
    const never = beside.offers.filter(({ shown }) => shown === 0);
    expect(never.map(({ best }) => best)).toEqual([null, null]);
    expect(beside.offers[0]?.best).toBe(report.offers[0]?.best);
    expect(telling(beside, 'sum')).toContain(
      '2 Angebote wurden noch nie gezeigt; sie sind hier nicht verglichen.',
    );
    expect(telling(beside, 'sum', 'en')).toContain(
      '2 offers have never been shown; they are not compared here.',
    );
    const [only, ...others] = report.offers as [OfferReport, ...OfferReport[]];
    const alone = {
      ...report,
      offers: [only, ...others.map((offer) => ({ ...offer, shown: 5, open: 0, best: null }))],
    };
    expect(telling(alone, 'sum')).toContain('Mit anderen Angeboten lässt sich das noch nicht vergleichen.');
    expect(telling(alone, 'sum')).toContain('2 Angebote wurden noch zu selten gezeigt');
  });

  test('says where to write what is missing', async () => {
    const report = await makeReport(db, { library, now: NOW });
    expect(telling(report, 'next')).toContain(
      '„Mieten statt kaufen“: Schreiben Sie eine zweite Überschrift („genes: headline:“ in offers/miete.yaml).',
    );
    expect(telling(report, 'next', 'en')).toContain(
      'write a second headline (“genes: headline:” in offers/miete.yaml)',
    );
  });

  test('puts what a person decides on in full, with its file, and warns of what can’t be undone', async () => {
    const long = `${'Sehr lange Sätze sagen auch etwas, '.repeat(5)}oder nicht?`;
    const camera = library.offers.get('kamera') as Offer;
    const wordy = {
      ...library,
      offers: new Map(library.offers).set('kamera', {
        ...camera,
        anyBridge: { de: long, en: long },
        genes: { ...camera.genes, benefit: { 'less-waste': { de: long, en: long } } },
      }),
    };
    const report = await makeReport(db, { library: wordy, now: NOW });
    for (const [language, final, call] of [
      [
        'de',
        'Ein Nein gilt endgültig; ein Ja können Sie zurücknehmen.',
        'Nicht in der Datei ist die Frage „Möchten Sie',
      ],
      [
        'en',
        'A no is final; a yes can be taken back.',
        'The question “Would you like to see the camera on your line?” is not in the file',
      ],
    ] as const) {
      const told = tell(report, { language, library: wordy, crm: new Map() });
      const decisions = told.sections
        .flatMap(({ parts }) => parts)
        .flatMap((part) => (part.kind === 'decision' ? [[part.about, part.text.join(' ')] as const] : []));
      const text = new Map(decisions);
      expect(text.get('pairing')).toContain(long);
      expect(text.get('pairing')).toContain('anyBridge in offers/kamera.yaml');
      expect(text.get('pairing')).toContain(final);
      expect(text.get('stopped')).toContain(long);
      expect(text.get('stopped')).toContain('(offers/kamera.yaml)');
      expect(text.get('graduate')).toContain(call);
    }
  });

  test('says what is clearly answered less often than what is proven', async () => {
    const report = await makeReport(db, { library, now: NOW });
    const rates = (rate: OfferReport['rate']) => ({
      ...report,
      offers: report.offers.map((offer) => (offer.offerId === 'miete' ? { ...offer, rate } : offer)),
    });
    expect(telling(rates({ mean: 0.008, low: 0.002, high: 0.012 }), 'works')).toMatch(
      /Kommt schlecht an: 0,8 Antworten je 100; Bewährtes hat rund \d,\d\./,
    );
    expect(telling(rates({ mean: 0.03, low: 0.01, high: 0.05 }), 'works')).not.toContain('Kommt schlecht an');
  });

  test('says nothing of what was hardly shown, in either language', async () => {
    const { db: small } = await testDatabase();
    await seedLearning(small, { until: NOW, mailsAWeek: 1, seed: 'small' });
    const report = await makeReport(small, { library, now: NOW });
    for (const [language, words] of [
      ['de', 'Das ist zu wenig, um zu sagen, was besser ankommt.'],
      ['en', 'That is too little to say what works better.'],
    ] as const) {
      const told = tell(report, { language, library, crm: new Map() });
      expect(JSON.stringify(told.sections[0])).toContain(words);
      const works = told.sections.find(({ id }) => id === 'works');
      expect(works?.parts.map(({ kind }) => kind).slice(0, 2)).toEqual(['text', 'heading']);
      expect(JSON.stringify(works?.parts[0])).toMatch(/Noch bei keinem Angebot|no offer yet/);
      expect(JSON.stringify(told)).not.toMatch(/undefined|NaN|\[object/);
    }
  });
});
