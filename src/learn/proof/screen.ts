import type { Cell } from '../model/cell.ts';
import type { Draws } from '../model/draws.ts';
import { expit } from '../model/posterior.ts';

/** How sure the model has to be that a variant earns more than a proven block before it is tested. */
const SURE = 0.9;

/** Answers that a proven block would have had in its place: fewer trials are too few to look at. */
const FAIR = 2;

/** A variant that is alive and has not been tested. */
export interface Screened {
  offerId: string;
  variantId: string;
}

/**
 * Which variants are worth a test now: those that the model thinks better than a typical proven block. The test does
 * not rest on what made them candidates; this only keeps the number of tests small, because each makes the next ones
 * harder to pass. One per offer at a time, the most likely first.
 *
 * @param testing offers of which a variant is being tested
 * @param provenRate what a proven block earns, 0 to 1
 */
export function screen(given: {
  variants: readonly Screened[];
  testing: ReadonlySet<string>;
  cells: readonly Cell[];
  draws: Draws;
  provenRate: number;
}): Screened[] {
  const { variants, testing, cells, draws, provenRate } = given;
  const best = new Map<string, { variant: Screened; chance: number }>();
  for (const variant of variants) {
    const own = cells.filter(
      ({ offerId, variantId, trials }) =>
        offerId === variant.offerId && variantId === variant.variantId && trials > 0,
    );
    const trials = own.reduce((sum, cell) => sum + cell.trials, 0);
    if (testing.has(variant.offerId) || trials * provenRate < FAIR) continue;
    const chance = chanceAbove(draws, own, provenRate);
    if (chance >= SURE && chance > (best.get(variant.offerId)?.chance ?? 0))
      best.set(variant.offerId, { variant, chance });
  }
  return [...best.values()].sort((a, b) => b.chance - a.chance).map(({ variant }) => variant);
}

/** How likely it is that these earn more than `rate`, over the owned products as often as they were shown to each. */
function chanceAbove(draws: Draws, cells: readonly Cell[], rate: number): number {
  const trials = cells.reduce((sum, cell) => sum + cell.trials, 0);
  const worlds = new Float64Array(draws.size);
  for (const cell of cells) {
    const values = draws.of(cell, cell.family);
    for (let i = 0; i < worlds.length; i += 1)
      worlds[i] = (worlds[i] as number) + (cell.trials / trials) * expit(values[i] as number);
  }
  return worlds.filter((worth) => worth > rate).length / draws.size;
}
