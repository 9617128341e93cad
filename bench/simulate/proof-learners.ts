import type { Cell } from '../../src/learn/model/cell.ts';
import { type Draws, drawPosterior } from '../../src/learn/model/draws.ts';
import { odds } from '../../src/learn/model/odds.ts';
import { DRAWS, SHARPNESS } from '../../src/learn/model/policy.ts';
import { fitPosterior } from '../../src/learn/model/posterior.ts';
import { normals, seededRandom } from '../../src/learn/model/random.ts';
import { screen } from '../../src/learn/proof/screen.ts';

/** Who allots the mails of a night, and says what seems better than proven blocks. Variants go by their number. */
export interface ProofLearner {
  born(number: number): void;
  learn(answer: { number: number; earned: number; proven: number }): void;
  /** How much it seems to earn. */
  worth(number: number): number;
  odds(numbers: readonly number[]): number[];
  /** Whether it is to be tested from now on. */
  promises(number: number): boolean;
}

const EXPLORATION = 0.05;

/** Counts what was shown and earned. */
function counting(rate: number) {
  const cells = new Map<number, { trials: number; earned: number }>();
  const proven = { trials: 1 / rate, earned: 1 };
  const of = (number: number) => cells.get(number) ?? { trials: 0, earned: 0 };
  return {
    of,
    provenRate: () => proven.earned / proven.trials,
    born: (number: number) => void cells.set(number, { trials: 0, earned: 0 }),
    learn(answer: Parameters<ProofLearner['learn']>[0]) {
      const cell = of(answer.number);
      cell.trials += 1;
      cell.earned += answer.earned;
      proven.trials += 1;
      proven.earned += answer.proven;
    },
    worth: (number: number) => (of(number).earned + 1) / (of(number).trials + 1 / rate),
  };
}

/**
 * A stand-in for the product's policy that is quick to compute and chases early winners: five draws a night from a
 * normal approximation, without shrinking variants towards each other.
 */
export function chaser(rate: number, seed: string): ProofLearner {
  const counts = counting(rate);
  const normal = normals(seededRandom(`${seed}|policy`));
  const error = (number: number) => Math.sqrt(counts.worth(number) / (counts.of(number).trials + 1 / rate));
  return {
    ...counts,
    odds(numbers) {
      const known = numbers.map((number) => ({ mean: counts.worth(number), error: error(number) }));
      const wins = numbers.map(() => EXPLORATION / numbers.length);
      for (let draw = 0; draw < 5; draw += 1) {
        let [best, most] = [0, Number.NEGATIVE_INFINITY];
        for (let k = 0; k < known.length; k += 1) {
          const value = (known[k]?.mean as number) + normal() * (known[k]?.error as number);
          if (value > most) [best, most] = [k, value];
        }
        wins[best] = (wins[best] as number) + (1 - EXPLORATION) / 5;
      }
      return wins;
    },
    promises(number) {
      const { trials } = counts.of(number);
      return (
        trials * counts.provenRate() >= 2 && counts.worth(number) - counts.provenRate() > 1.28 * error(number)
      );
    },
  };
}

/** The product's own model, policy and choice of what to test, learning once a fortnight. */
export function product(rate: number, seed: string): ProofLearner {
  const counts = counting(rate);
  let calls = 0;
  let model: { draws: Draws; sure: Draws; cells: Cell[] } | null = null;
  let numbersNow: readonly number[] = [];
  let promising = new Set<number>();
  const candidate = (number: number) => ({
    offerId: `offer-${number}`,
    variantId: 'base',
    productKey: 'owned',
    family: null,
  });
  function relearn() {
    const cells = numbersNow.map((number) => ({ ...candidate(number), ...counts.of(number) }));
    const posterior = fitPosterior(cells, counts.provenRate());
    const draws = drawPosterior(posterior, { size: DRAWS, sharpness: SHARPNESS, seed: `${seed}|${calls}` });
    const sure = drawPosterior(posterior, { size: DRAWS, sharpness: 1, seed: `${seed}|${calls}` });
    model = { draws, sure, cells };
    const found = screen({
      variants: numbersNow.map(candidate),
      testing: new Set(),
      cells,
      draws: sure,
      provenRate: counts.provenRate(),
    });
    promising = new Set(found.map(({ offerId }) => Number(offerId.slice('offer-'.length))));
  }
  return {
    ...counts,
    odds(numbers) {
      numbersNow = numbers;
      if (model === null || calls % 14 === 0) relearn();
      calls += 1;
      const { draws } = model as unknown as { draws: Draws };
      return odds(draws, numbers.map(candidate), EXPLORATION).map(({ probability }) => probability);
    },
    promises: (number) => promising.has(number),
  };
}
