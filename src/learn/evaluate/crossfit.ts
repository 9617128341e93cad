import type { Cell } from '../model/cell.ts';
import { variantName } from '../model/features.ts';
import type { Known } from '../model/odds.ts';
import { fitPosterior, type Posterior } from '../model/posterior.ts';
import { baseRateOf } from '../rewards/summarise.ts';
import type { DrawnBlock } from './block.ts';

/** Parts of the customers: what is said about one is learned from the other four. */
export const FOLDS = 5;

/**
 * Fits one model for each part of the customers, to the answers of all the others (cross-fitting: Chernozhukov et al.,
 * Double/debiased machine learning, The Econometrics Journal 21, 2018): no block has a say in what is expected of it,
 * or in what a policy would have shown in its place.
 */
export class CrossFitting {
  readonly #cells = new Map<string, Cell[]>();
  readonly #found = new WeakMap<readonly Known[], Cell[][]>();

  add({ customerId, candidates, chosen, reward }: DrawnBlock): void {
    let cells = this.#found.get(candidates);
    if (!cells) {
      cells = candidates.map((candidate) => this.#cellsOf(candidate));
      this.#found.set(candidates, cells);
    }
    const cell = cells[chosen]?.[foldOf(customerId)] as Cell;
    cell.trials += 1;
    cell.earned += reward;
  }

  /** After the last block. @returns a model for each part */
  done(): Posterior[] {
    // draws follow from the order of effects, and are not to depend on who came first
    const cells = [...this.#cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, folds]) => folds);
    return Array.from({ length: FOLDS }, (_, fold) => fitOthers(cells, fold));
  }

  /** Of a candidate, one for each part of the customers. */
  #cellsOf(candidate: Known): Cell[] {
    const key = `${variantName(candidate)} ${candidate.productKey}`;
    const cells =
      this.#cells.get(key) ?? Array.from({ length: FOLDS }, () => ({ ...candidate, trials: 0, earned: 0 }));
    this.#cells.set(key, cells);
    return cells;
  }
}

function fitOthers(cells: readonly (readonly Cell[])[], fold: number): Posterior {
  const others = cells.map((folds): Cell => {
    const rest = folds.filter((_, other) => other !== fold);
    return { ...(folds[0] as Cell), trials: sumOf(rest, 'trials'), earned: sumOf(rest, 'earned') };
  });
  return fitPosterior(others, baseRateOf(others));
}

const sumOf = (cells: readonly Cell[], of: 'trials' | 'earned'): number =>
  cells.reduce((sum, cell) => sum + cell[of], 0);

/** To which part a customer belongs: the same one in every evaluation (FNV-1a). */
export function foldOf(customerId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < customerId.length; i += 1)
    hash = Math.imul(hash ^ customerId.charCodeAt(i), 0x01000193) >>> 0;
  // the last bits alone tell similar ids apart badly
  return ((hash ^ (hash >>> 15)) >>> 0) % FOLDS;
}
