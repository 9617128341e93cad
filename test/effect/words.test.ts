import { describe, expect, it } from 'vitest';
import type { Effect } from '../../src/effect/effects.ts';
import {
  type Around,
  effectSentence,
  firstMailsSentence,
  manyRowsSentence,
  perThousand,
} from '../../src/effect/words.ts';
import { effectView } from '../../src/web/console/effect-view.ts';

const side = (people: number, buyers: number) => ({ people, buyers, pieces: buyers });
const effect = (given: Partial<Effect>): Effect => ({
  unit: 'laser',
  mailed: side(3800, 160),
  heldOut: side(200, 6),
  open: { mailed: 0, heldOut: 0 },
  days: { first: '2026-03-01', last: '2026-05-05' },
  companies: { mailed: 3800, heldOut: 200, buying: 166 },
  interim: false,
  verdict: 'more',
  result: { difference: 0.0121, low: 0.0031, high: 0.0211, detectable: 0.0349, designEffect: 1, p: 0.01 },
  standsOut: false,
  ...given,
});
const alone: Around = { by: 'campaign', windowDays: 60, holdout: 0.05, compared: 1 };
const many: Around = { ...alone, compared: 20 };

describe('an effect in words', () => {
  it('says how many more bought, and the range', () => {
    expect(effectSentence(effect({}), alone, 'de')).toBe(
      'Von 1.000 Angeschriebenen kauften 12 mehr als von 1.000 Menschen, die keine Mails bekommen (95-%-Bereich: 3,1 bis 21).',
    );
    expect(effectSentence(effect({}), alone, 'en')).toBe(
      'Of 1,000 mailed people 12 more bought than of 1,000 people who get no mails (95 % range: 3.1 to 21).',
    );
  });

  it('says harm as plainly as good', () => {
    const result = {
      difference: -0.02,
      low: -0.04,
      high: -0.005,
      detectable: 0.03,
      designEffect: 1,
      p: 0.02,
    };
    expect(effectSentence(effect({ verdict: 'fewer', result }), alone, 'de')).toBe(
      'Von 1.000 Angeschriebenen kauften 20 weniger als von 1.000 Menschen, die keine Mails bekommen (95-%-Bereich: 5 bis 40).',
    );
  });

  it('calls nothing proved among many rows, unless it stands out among all of them', () => {
    expect(effectSentence(effect({}), many, 'de')).toMatch(/Unter 20 Vergleichen kann das Zufall sein\.$/);
    expect(effectSentence(effect({ standsOut: true }), many, 'de')).toMatch(
      /fällt auch unter allen 20 Vergleichen auf/,
    );
    expect(manyRowsSentence(many, 'en')).toContain('one on average looks like an effect');
    expect(manyRowsSentence(alone, 'en')).toBeNull();
  });

  it('tells "not shown" from "no effect", and says what could have been seen', () => {
    const result = {
      difference: 0.004,
      low: -0.02,
      high: 0.025,
      detectable: 0.0349,
      designEffect: 1,
      p: 0.7,
    };
    const said = effectSentence(effect({ verdict: 'no_difference', result }), alone, 'de');
    expect(said).toContain('alles zwischen 20 weniger und 25 mehr');
    expect(said).toContain('von 35 mehr hätte sich in vier von fünf Fällen gezeigt');
    expect(said).not.toMatch(/erst|ab etwa/);
  });

  it('gives no number where nothing can be known', () => {
    for (const verdict of ['too_few', 'too_early', 'no_holdout'] as const) {
      for (const language of ['de', 'en'] as const) {
        const said = effectSentence(effect({ verdict, result: null, heldOut: side(12, 0) }), alone, language);
        expect(said).not.toMatch(/95|mehr als von|more bought/);
      }
    }
  });

  it('says what there is too little of: people, companies or buyers', () => {
    const few = (given: Partial<Effect>) =>
      effectSentence(effect({ verdict: 'too_few', result: null, ...given }), alone, 'de');
    expect(few({ heldOut: side(29, 5) })).toContain('mindestens 30 Personen');
    expect(few({ companies: { mailed: 12.5, heldOut: 40, buying: 9 } })).toContain('Zu wenige Firmen');
    expect(few({ companies: { mailed: 90, heldOut: 40, buying: 2 } })).toContain('Zu wenige Käufer');
  });

  it('tells a holdout of nobody from one in which nobody would have got this', () => {
    const nobody = effect({ verdict: 'no_holdout', result: null, heldOut: side(0, 0), companies: null });
    expect(effectSentence(nobody, alone, 'de')).toBe(
      'Aus der Vergleichsgruppe hätte niemand diese Mail bekommen.',
    );
    expect(effectSentence(nobody, { ...alone, by: 'product' }, 'en')).toBe(
      'Nobody in the holdout would have got a mail about it.',
    );
    expect(effectSentence(nobody, { ...alone, holdout: 0 }, 'de')).toContain('rules.holdout');
  });

  it('calls a result interim while windows are open, and says which mails the total is about', () => {
    expect(effectSentence(effect({ interim: true }), alone, 'de')).toMatch(/^Zwischenstand: Von 1\.000/);
    expect(firstMailsSentence(effect({}), { campaignId: null }, 'de')).toBe(
      'Das ist die erste Mail jeder Person, aus der Zeit vom 1. März 2026 bis zum 5. Mai 2026.',
    );
    const oneDay = effect({ days: { first: '2026-03-01', last: '2026-03-01' } });
    expect(firstMailsSentence(oneDay, { campaignId: 'a' }, 'en')).toBe(
      'This is about the mail of this campaign, of 1 March 2026.',
    );
    expect(firstMailsSentence(effect({ days: null }), { campaignId: null }, 'de')).toBeNull();
  });

  it('rounds as far as the numbers carry, and knows no minus nothing', () => {
    expect([0.0214, 0.0099, 0.00312, 0, -0.00001].map((share) => perThousand(share, 'de'))).toEqual([
      '21',
      '9,9',
      '3,1',
      '0',
      '0',
    ]);
  });
});

describe('intervals on the page', () => {
  it('stand on one scale with a round end, nothing changed in the middle', () => {
    const wide = { difference: 0, low: -0.03, high: 0.03, detectable: 0.04, designEffect: 1, p: 1 };
    const { rows, reach } = effectView([effect({}), effect({ result: wide }), effect({ result: null })], {
      report: many,
      names: (unit) => unit,
      language: 'de',
    });
    expect(reach).toBeCloseTo(0.05, 12);
    expect(rows[1]?.whiskers).toEqual({ low: 20, width: 60, middle: 50 });
    expect(rows[0]?.whiskers?.middle).toBeCloseTo(50 + 50 * (0.0121 / 0.05), 1);
    expect(rows[2]?.whiskers).toBeNull();
  });
});
