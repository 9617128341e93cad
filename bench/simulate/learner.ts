import { evenDraws } from '../../src/campaign/draws.ts';
import { drawFrom } from '../../src/compose/experimental.ts';
import type { Composition } from '../../src/domain/composition.ts';
import { drawPosterior } from '../../src/learn/model/draws.ts';
import { odds } from '../../src/learn/model/odds.ts';
import { DRAWS, SHARPNESS } from '../../src/learn/model/policy.ts';
import { fitPosterior } from '../../src/learn/model/posterior.ts';
import type { Arm, Chooser } from './bandit.ts';
import { EXPLORATION } from './defaults.ts';

/**
 * The product's own way to choose: model, odds and even draws, with its defaults. All arms are candidates of each mail.
 * @param baseRate what a block of this company earns on average
 */
export function productLearner(
  arms: readonly Arm[],
  baseRate: number,
  seed: string,
  { exploration = EXPLORATION, sharpness = SHARPNESS, draws: size = DRAWS } = {},
): Chooser {
  const index = new Map(arms.map((arm, i) => [`${arm.offerId} ${arm.productKey} ${arm.variantId}`, i]));
  return (night, known, batch) => {
    const cells = arms.flatMap((arm, i) => {
      const tally = known[i];
      return tally && tally.trials > 0 ? [{ ...arm, ...tally }] : [];
    });
    const posterior = fitPosterior(cells, baseRate, arms);
    const draws = drawPosterior(posterior, { size, sharpness, seed: `${seed}|${night}` });
    const choice = { odds: odds(draws, arms, exploration), position: 0, policy: 'thompson', modelId: null };
    const next = evenDraws(seed, String(night));
    return Array.from({ length: batch }, () => {
      const point = next({ choices: [choice] } as Pick<Composition, 'choices'> as Composition) ?? 0;
      const { offerId, productKey, variantId } = drawFrom(choice.odds, point);
      return index.get(`${offerId} ${productKey} ${variantId}`) as number;
    });
  };
}
