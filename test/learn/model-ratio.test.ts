import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evenDraws } from '../../src/campaign/draws.ts';
import { type ComposeContext, compose } from '../../src/compose/compose.ts';
import { nothingLearned } from '../../src/compose/learned.ts';
import { debt, UNIT } from '../../src/compose/ratio.ts';
import type { Composition } from '../../src/domain/composition.ts';
import { CONSENT_BASES } from '../../src/domain/customer.ts';
import { learnedPolicy } from '../../src/learn/model/policy.ts';
import { fitPosterior } from '../../src/learn/model/posterior.ts';
import { context, customer, development, facts, library, offer, owns } from '../compose/fixtures.ts';

const VARIANTS = ['base', 'headline=question', 'headline=question,call=short'];
const MAILS = 12;
const both = { maxShown: 20 };
const given = library({
  rules: { maxProven: 2, maxBlocks: 4, minDaysBetween: 0, maxPerPeriod: 1000, maxDebt: 3 },
  developments: Array.from({ length: 4 * MAILS }, (_, i) => development(`d${i}`)),
  offers: [
    ...['o1', 'o2', 'o3', 'o4'].map((id) => offer(id, both)),
    offer('o5', {
      ...both,
      bridges: [
        { product: 'laser', similar: true },
        { family: 'Wägen', similar: true },
      ],
    }),
    // for customers who agreed to advertising only
    offer('o6', { ...both, bridges: [{ product: 'scale', similar: false }] }),
  ],
});

/** As after some weeks: some offers and forms earned more than others, and the odds are far from even. */
const policy = learnedPolicy({
  modelId: 7,
  posterior: fitPosterior(
    ['o1', 'o2', 'o3', 'o5', 'o6'].flatMap((offerId, i) =>
      VARIANTS.slice(0, 1 + (i % 3)).map((variantId, j) => ({
        offerId,
        productKey: 'laser',
        variantId,
        family: 'Kennzeichnen',
        trials: 100 + 80 * i,
        earned: (i * (1 + j)) / 2,
      })),
    ),
    0.02,
  ),
  exploration: 0.05,
  seed: 'ratio',
});

const learned = { ...nothingLearned, policy, variantsOf: () => [...VARIANTS] };

const contextOf = (campaign: string, randomKey: string): ComposeContext =>
  context({ library: given, learned, campaign: { id: campaign, audience: {} }, randomKey });

const mailed = (shown: ReadonlyMap<string, number>, { blocks }: Composition) => {
  const counts = new Map(shown);
  for (const { contentId } of blocks) counts.set(contentId, 1 + (counts.get(contentId) ?? 0));
  return counts;
};

describe('the innovation ratio while learning', () => {
  it('is never off by a whole block, whatever is drawn, for any ratios, products, consent and luck', () => {
    const who = fc.record({
      consent: fc.constantFrom(...CONSENT_BASES.filter((basis) => basis !== 'none')),
      products: fc.constantFrom(['laser'], ['laser', 'scale'], ['scale', 'laser']),
      // up to 0.75: with four blocks a mail the four offers that always fit suffice
      ratios: fc.array(fc.integer({ min: 0, max: 7500 }), { minLength: 1, maxLength: MAILS }),
      key: fc.string({ minLength: 1 }),
    });
    fc.assert(
      fc.property(who, ({ consent, products, ratios, key }) => {
        let known = facts({
          owned: products.map((product) => owns(product, product === 'laser' ? 'Kennzeichnen' : 'Wägen')),
        });
        for (const [mail, units] of ratios.entries()) {
          known = { ...known, customer: customer({ consent, contactRatio: units / UNIT }) };
          const how = contextOf(String(mail), key);
          const planned = compose(known, how);
          if (!planned.send) throw new Error(planned.reason);
          const draw = evenDraws(key, String(mail))(planned.composition);
          const sent = compose(known, how, draw);
          if (!sent.send) throw new Error(sent.reason);
          const { blocks, choices = [], experimentsDue, account } = sent.composition;
          const experiments = blocks.filter(({ kind }) => kind === 'experimental');
          // learning decides which, never how many
          expect(experiments).toHaveLength(experimentsDue);
          expect(blocks).toHaveLength(planned.composition.blocks.length);
          expect(new Set(experiments.map(({ contentId }) => contentId)).size).toBe(experiments.length);
          expect(Math.abs(debt(account.after))).toBeLessThan(UNIT);
          expect(account.after.forgiven).toBe(0);
          for (const [i, { odds }] of choices.entries()) {
            expect(odds.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
            const block = experiments[i];
            const chosen = odds.find(
              (o) =>
                o.offerId === block?.contentId &&
                o.variantId === block.variantId &&
                o.productKey === block.productKey,
            );
            expect(chosen?.probability).toBe(block?.probability);
            expect(odds.some(({ offerId }) => offerId === 'o6')).toBe(
              consent === 'consent' &&
                products.some((product) => product === 'scale') &&
                mayStill(experiments, i, 'o6'),
            );
          }
          known = { ...known, account: account.after, shown: mailed(known.shown, sent.composition) };
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is met exactly in every campaign across customers, also when the ratio changes', () => {
    const customers = 1000;
    let everyone = Array.from({ length: customers }, (_, i) =>
      facts({ customer: customer({ id: String(i) }), owned: [owns('laser'), owns('scale', 'Wägen')] }),
    );
    for (const [campaign, ratio] of [0.2, 0.2, 0.05, 0.45, 0.3].entries()) {
      const how = contextOf(String(campaign), 'everyone');
      const nextDraw = evenDraws('everyone', String(campaign));
      let [blocks, experiments] = [0, 0];
      everyone = everyone.map((known) => {
        const now = { ...known, customer: { ...known.customer, contactRatio: ratio } };
        const planned = compose(now, how);
        const sent = planned.send ? compose(now, how, nextDraw(planned.composition)) : planned;
        if (!sent.send) throw new Error(sent.reason);
        blocks += sent.composition.blocks.length;
        experiments += sent.composition.blocks.filter(({ kind }) => kind === 'experimental').length;
        return {
          ...now,
          account: sent.composition.account.after,
          shown: mailed(known.shown, sent.composition),
        };
      });
      const part = (ratio * blocks) / customers;
      const chance = part - Math.floor(part);
      const standardError = Math.sqrt((chance * (1 - chance)) / customers);
      expect(Math.abs(experiments / customers - part)).toBeLessThan(4.5 * standardError + 1e-9);
    }
  });
});

/** Whether an offer was not yet taken by the blocks before. */
const mayStill = (experiments: readonly { contentId: string }[], before: number, offerId: string) =>
  experiments.slice(0, before).every(({ contentId }) => contentId !== offerId);
