import { describe, expect, it } from 'vitest';
import { type ComposeContext, compose } from '../../src/compose/compose.ts';
import type { OfferPolicy } from '../../src/compose/experimental.ts';
import type { CustomerFacts } from '../../src/compose/facts.ts';
import { type Learned, nothingLearned } from '../../src/compose/learned.ts';
import type { Composition, Odds } from '../../src/domain/composition.ts';
import { context, customer, development, facts, library, offer, owns } from './fixtures.ts';

const VARIANTS = ['base', 'headline=question'];

/** Each candidate is twice as likely as the one before. */
const doubling: OfferPolicy = {
  name: 'doubling',
  modelId: 7,
  odds(offers) {
    const candidates = offers.flatMap((each) =>
      each.ways.flatMap(({ productKey }) =>
        each.variants.map((variantId) => ({ offerId: each.offer.id, productKey, variantId })),
      ),
    );
    const sum = 2 ** candidates.length - 1;
    return candidates.map((candidate, i): Odds => ({ ...candidate, probability: 2 ** i / sum }));
  },
};

const learned = (changes: Partial<Learned> = {}): Learned => ({
  ...nothingLearned,
  policy: doubling,
  variantsOf: () => VARIANTS,
  ...changes,
});

function composed(
  given: CustomerFacts,
  how: Partial<ComposeContext>,
  draw: number | null = null,
): Composition {
  const decision = compose(given, context({ learned: learned(), ...how }), draw);
  if (!decision.send) throw new Error(`Skipped: ${decision.reason}`);
  return decision.composition;
}

/** Somebody with one experiment in every mail. */
const eager = facts({
  customer: customer({ contactRatio: 0.5 }),
  owned: [owns('laser'), owns('scale', 'Wägen')],
});
const twoDevelopments = { developments: [development('d1'), development('d2')], rules: { maxProven: 1 } };

describe('what was learned', () => {
  it('chooses a form of an offer, and what it chose among is kept with the odds', () => {
    const both = offer('o1', {
      bridges: [
        { product: 'scale', similar: true },
        { product: 'laser', similar: true },
      ],
    });
    const { blocks, choices } = composed(eager, { library: library({ ...twoDevelopments, offers: [both] }) });
    const block = blocks[1];
    expect(block?.kind).toBe('experimental');
    expect(choices).toHaveLength(1);
    const [choice] = choices ?? [];
    expect(choice).toMatchObject({ position: 1, policy: 'doubling', modelId: 7 });
    // the bridges' order, then the variants'
    expect(choice?.odds.map(({ productKey, variantId }) => `${productKey} ${variantId}`)).toEqual([
      'scale base',
      'scale headline=question',
      'laser base',
      'laser headline=question',
    ]);
    expect(choice?.odds.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    const chosen = choice?.odds.find(
      (each) => each.variantId === block?.variantId && each.productKey === block.productKey,
    );
    expect(block?.probability).toBe(chosen?.probability);
  });

  it('goes by where the mail draws, when that was fixed beforehand', () => {
    const one = library({ ...twoDevelopments, offers: [offer('o1')] });
    // 1/3 for the base, 2/3 for the question
    expect(composed(eager, { library: one }, 0.33).blocks[1]?.variantId).toBe('base');
    expect(composed(eager, { library: one }, 0.34).blocks[1]?.variantId).toBe('headline=question');
    expect(composed(eager, { library: one }, 0.9999).blocks[1]?.variantId).toBe('headline=question');
  });

  it('never shows one offer twice in a mail, in whatever form', () => {
    const much = facts({ customer: customer({ contactRatio: 1 }), owned: eager.owned });
    const offers = [offer('o1'), offer('o2'), offer('o3')];
    const { blocks, choices } = composed(much, { library: library({ offers }) });
    const shown = blocks.filter(({ kind }) => kind === 'experimental').map(({ contentId }) => contentId);
    expect(shown.length).toBeGreaterThan(1);
    expect(new Set(shown).size).toBe(shown.length);
    expect(choices?.map(({ position }) => blocks[position]?.contentId)).toEqual(shown);
    expect(choices?.[1]?.odds.some(({ offerId }) => offerId === shown[0])).toBe(false);
  });

  it('leaves out an offer none of whose forms is tried', () => {
    const { left, choices } = composed(eager, {
      library: library({ ...twoDevelopments, offers: [offer('o1'), offer('o2')] }),
      learned: learned({ variantsOf: ({ id }) => (id === 'o1' ? [] : ['base']) }),
    });
    expect(left).toContainEqual({ contentId: 'o1', kind: 'experimental', reason: 'no_variant' });
    expect(choices?.flatMap(({ odds }) => odds.map(({ offerId }) => offerId))).not.toContain('o1');
  });

  describe('of a pairing that a person agreed to', () => {
    const unrelated = offer('o1', { bridges: [{ product: 'printer', similar: true }] });
    const given = { library: library({ ...twoDevelopments, offers: [unrelated] }) };
    const paired = (similar: boolean) =>
      learned({ pairings: new Map([['o1', [{ offerId: 'o1', productKey: 'laser', similar }]]]) });
    const byLaw = facts({
      customer: customer({ contactRatio: 0.5, consent: 'existing_customer' }),
      owned: [owns('laser')],
    });

    it('leads from the product to the offer', () => {
      expect(composed(eager, given).left).toContainEqual({
        contentId: 'o1',
        kind: 'experimental',
        reason: 'no_bridge',
      });
      expect(composed(eager, { ...given, learned: paired(false) }).blocks[1]).toMatchObject({
        contentId: 'o1',
        productKey: 'laser',
      });
    });

    it('needs consent unless it is similar', () => {
      expect(composed(byLaw, { ...given, learned: paired(false) }).left).toContainEqual({
        contentId: 'o1',
        kind: 'experimental',
        reason: 'consent_needed',
      });
      expect(composed(byLaw, { ...given, learned: paired(true) }).blocks[1]?.contentId).toBe('o1');
    });
  });

  it('puts first what owners of the product answer, in the end also before what its author thought important', () => {
    const developments = [development('weak', { priority: 5 }), development('strong', { priority: 2 })];
    const order = (appeal: Learned['appeal']) =>
      composed(eager, {
        library: library({ developments, offers: [] }),
        learned: learned({ appeal }),
      }).blocks.map(({ contentId }) => contentId);
    expect(order(() => 1)).toEqual(['weak', 'strong']);
    expect(order((id) => (id === 'strong' ? 2 : 1))).toEqual(['weak', 'strong']);
    expect(order((id, product) => (id === 'strong' && product === 'laser' ? 4 : 1))).toEqual([
      'strong',
      'weak',
    ]);
  });
});
