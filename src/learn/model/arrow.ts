import { backward, factorise, forward } from './cholesky.ts';

/** A value for each effect: those that candidates share, and each variant's own. */
export interface Effects {
  shared: Float64Array;
  own: Float64Array;
}

/**
 * The precision matrix of all effects: the `shared` ones among each other in full; each variant's own effect with itself
 * and with the shared ones only, because a cell is of one variant. Drawn on paper it is an arrow. So the cost grows with
 * the cube of the shared effects, and only linearly with the variants.
 */
export interface Arrow {
  /** Shared effects. */
  size: number;
  /** Cholesky factor of their precision, the variants' own integrated out (Schur complement). */
  factor: Float64Array;
  /** Of each variant's own effect: its precision, and its coupling with the shared effects (row → weight). */
  ownPrecision: Float64Array;
  coupling: readonly ReadonlyMap<number, number>[];
}

/** @param matrix the shared effects' precision, row by row; the lower triangle is enough. Changed in place. */
export function arrow(
  matrix: Float64Array,
  ownPrecision: Float64Array,
  coupling: readonly ReadonlyMap<number, number>[],
): Arrow {
  const size = Math.sqrt(matrix.length);
  for (const [own, weights] of coupling.entries())
    for (const [i, a] of weights)
      for (const [j, b] of weights)
        if (j <= i) matrix[i * size + j] = at(matrix, i * size + j) - (a * b) / at(ownPrecision, own);
  return { size, factor: factorise(matrix, size), ownPrecision, coupling };
}

/** The effects that the matrix turns into `right`. */
export function solve({ size, factor, ownPrecision, coupling }: Arrow, right: Effects): Effects {
  const shared = right.shared.slice();
  for (const [own, weights] of coupling.entries())
    for (const [row, weight] of weights)
      shared[row] = at(shared, row) - (weight * at(right.own, own)) / at(ownPrecision, own);
  backward(factor, size, forward(factor, size, shared));
  const own = right.own.map((value, row) => {
    let pull = 0;
    for (const [sharedRow, weight] of coupling[row] ?? []) pull += weight * at(shared, sharedRow);
    return (value - pull) / at(ownPrecision, row);
  });
  return { shared, own };
}

/**
 * Draws of the shared effects from the normal distribution around 0 with this precision: for each effect, `draws` values.
 * @param normal draws from the standard normal distribution
 */
export function sharedDraws({ size, factor }: Arrow, draws: number, normal: () => number): Float64Array[] {
  const values = Array.from({ length: size }, () => drawn(draws, normal));
  // Lᵀ·x = z for all draws at once: a row is done when all that come after it are
  for (let row = size - 1; row >= 0; row -= 1) {
    const own = values[row] as Float64Array;
    for (let later = row + 1; later < size; later += 1)
      addTo(own, values[later] as Float64Array, -at(factor, later * size + row));
    const diagonal = at(factor, row * size + row);
    for (let i = 0; i < draws; i += 1) own[i] = at(own, i) / diagonal;
  }
  return values;
}

/** So many draws, `width` times as wide. */
export function drawn(draws: number, normal: () => number, width = 1): Float64Array {
  const values = new Float64Array(draws);
  for (let i = 0; i < draws; i += 1) values[i] = normal() * width;
  return values;
}

/** `sum` += `factor` · `values`. */
export function addTo(sum: Float64Array, values: Float64Array, factor: number): void {
  if (factor === 0) return;
  for (let i = 0; i < sum.length; i += 1) sum[i] = at(sum, i) + factor * at(values, i);
}

const at = (array: Float64Array, index: number): number => array[index] as number;
