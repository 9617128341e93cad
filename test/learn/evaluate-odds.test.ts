import { describe, expect, it } from 'vitest';
import { evenDraws } from '../../src/campaign/draws.ts';
import { compose } from '../../src/compose/compose.ts';
import { drawFrom } from '../../src/compose/experimental.ts';
import type { Learned } from '../../src/compose/learned.ts';
import { seededUniform } from '../../src/compose/random.ts';
import type { Candidate, Choice, Composition, Odds } from '../../src/domain/composition.ts';
import type { Cell } from '../../src/learn/model/cell.ts';
import { seededRandom } from '../../src/learn/model/random.ts';
import { makeLearned } from '../../src/learn/source.ts';
import type { Offer } from '../../src/library/schema.ts';
import { context, customer, facts, library, NO_GENES, offer, owns } from '../compose/fixtures.ts';

const matches = (a: Candidate, b: Candidate): boolean =>
  a.offerId === b.offerId && a.variantId === b.variantId && a.productKey === b.productKey;

interface Group {
  observed: number;
  expected: number;
  variance: number;
}

/** What was chosen so often with which probability: by candidate, and by how likely it was. */
class Tally {
  choices = 0;
  readonly #groups = new Map<string, Group>();
  readonly #known = new WeakMap<readonly Odds[], Group[][]>();

  add(odds: readonly Odds[], chosen: Candidate): void {
    this.choices += 1;
    let groups = this.#known.get(odds);
    if (!groups) {
      groups = odds.map((each) => [
        this.#group(`${each.offerId} ${each.variantId} ${each.productKey}`),
        this.#group(`about ${Math.floor(each.probability * 20) / 20}`),
      ]);
      this.#known.set(odds, groups);
    }
    for (const [k, each] of odds.entries()) {
      const p = each.probability;
      for (const group of groups[k] ?? []) {
        group.observed += matches(each, chosen) ? 1 : 0;
        group.expected += p;
        group.variance += p * (1 - p);
      }
    }
  }

  /** How many standard errors observed and expected numbers lie apart, at most; of independent draws. */
  worst(): number {
    const all = [...this.#groups.values()];
    return Math.max(...all.map((g) => Math.abs(g.observed - g.expected) / Math.sqrt(g.variance)));
  }

  /** Sum of squared distances, per group: 1 for independent draws, less for even ones. */
  spread(): number {
    const all = [...this.#groups.values()];
    return all.reduce((sum, g) => sum + (g.observed - g.expected) ** 2 / g.variance, 0) / all.length;
  }

  #group(name: string): Group {
    const group = this.#groups.get(name) ?? { observed: 0, expected: 0, variance: 0 };
    this.#groups.set(name, group);
    return group;
  }
}

const text = { de: 'Text', en: 'Text' };
const withForms = (id: string, product: string): Offer =>
  offer(id, {
    bridges: [
      { product, similar: true },
      { product: 'scale', similar: true },
    ],
    genes: { ...NO_GENES, headline: { question: text } } as unknown as Offer['genes'],
  });
const LIBRARY = library({
  offers: [withForms('o1', 'laser'), withForms('o2', 'laser'), withForms('o3', 'scale')],
  rules: { maxProven: 1 },
});
const VARIANTS = ['base', 'headline=question'];
const POPULATION = new Map(['o1', 'o2', 'o3'].map((id) => [id, VARIANTS]));

/** What may have been learned by some night: the rates change from night to night. */
function learnedIn(night: number): Learned {
  const random = seededRandom(`night ${night}`);
  const cells = [...POPULATION].flatMap(([offerId, variants]) =>
    variants.flatMap((variantId) =>
      ['laser', 'scale'].map((productKey): Cell => {
        const trials = 40 * night + 1;
        const earned = Math.min(trials, trials * 0.04 * random());
        const family = productKey === 'laser' ? 'Kennzeichnen' : 'Wägen';
        return { offerId, variantId, productKey, family, trials, earned };
      }),
    ),
  );
  return makeLearned({
    model: {
      id: night,
      madeAt: new Date(0),
      summary: { baseRate: 0.02, delay: [1], cells, developments: [] },
    },
    population: POPULATION,
    stopped: new Set(),
    pairings: new Map(),
    learning: { exploration: 0.05 },
    randomKey: 'key',
  });
}

const OWNING = [
  [owns('laser')],
  [owns('scale', 'Wägen'), owns('laser', 'Kennzeichnen', 2)],
  [owns('scale', 'Wägen', 3), owns('laser')],
];

function composed(night: number, id: number, learned: Learned, draw: number | null): Composition {
  const given = facts({
    customer: customer({ id: String(id), contactRatio: 0.5 }),
    owned: OWNING[id % OWNING.length] ?? [],
  });
  const how = context({ library: LIBRARY, learned, campaign: { id: `night-${night}`, audience: {} } });
  const decision = compose(given, how, draw);
  if (!decision.send) throw new Error(`Skipped: ${decision.reason}`);
  return decision.composition;
}

const shownIn = ({ blocks }: Composition, { position }: Choice) => {
  const block = blocks[position];
  if (!block) throw new Error('A choice without a block.');
  return { ...block, offerId: block.contentId };
};

describe('what is chosen, and the probabilities that are stored with it', () => {
  it('agree over 100,000 choices, with new odds every night: drawn by seed', () => {
    const tally = new Tally();
    for (let night = 0; night < 50; night += 1) {
      const learned = learnedIn(night);
      const choices = OWNING.map((_, i) => composed(night, i, learned, 0).choices?.[0]);
      for (let i = 0; i < 2000; i += 1) {
        const odds = choices[i % choices.length]?.odds ?? [];
        tally.add(odds, drawFrom(odds, seededUniform('key', i, `night-${night}`, 'offer', 0)));
      }
    }
    expect(tally.choices).toBe(100_000);
    // 31 groups, so that one in a few thousand seeds is beyond 4
    expect(tally.worst()).toBeLessThan(4);
    expect(tally.spread()).toBeGreaterThan(0.4);
    expect(tally.spread()).toBeLessThan(1.8);
  });

  it('agree still more closely when they are drawn evenly', () => {
    const tally = new Tally();
    for (let night = 0; night < 50; night += 1) {
      const learned = learnedIn(night);
      const planned = OWNING.map((_, i) => composed(night, i, learned, 0));
      const draws = evenDraws('key', `night-${night}`);
      for (let i = 0; i < 2000; i += 1) {
        const composition = planned[i % planned.length] as Composition;
        const odds = composition.choices?.[0]?.odds ?? [];
        tally.add(odds, drawFrom(odds, draws(composition) as number));
      }
    }
    expect(tally.choices).toBe(100_000);
    expect(tally.worst()).toBeLessThan(1);
  });

  it('agree in whole compositions, planned and then drawn evenly, or by seed when facts have changed', () => {
    const [even, seeded] = [new Tally(), new Tally()];
    let wrong = 0;
    for (let night = 0; night < 10; night += 1) {
      const learned = learnedIn(night);
      const draws = evenDraws('key', `night-${night}`);
      for (let id = 0; id < 600; id += 1) {
        const planned = composed(night, id, learned, null);
        const sent = composed(night, id, learned, draws(planned));
        const [choice] = sent.choices ?? [];
        if (choice) even.add(choice.odds, shownIn(sent, choice));
        for (const each of planned.choices ?? []) seeded.add(each.odds, shownIn(planned, each));
        for (const each of sent.choices ?? []) {
          const block = shownIn(sent, each);
          if (each.odds.find((odds) => matches(odds, block))?.probability !== block.probability) wrong += 1;
        }
      }
    }
    expect(wrong).toBe(0);
    expect(even.choices).toBeGreaterThan(2000);
    expect(even.worst()).toBeLessThan(2);
    expect(seeded.worst()).toBeLessThan(4);
  });
});
