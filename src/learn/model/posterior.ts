import { type Arrow, arrow, type Effects, solve } from './arrow.ts';
import type { Cell } from './cell.ts';
import { effectsOf, SPREAD, type VaryingGenes, variantName, varyingGenes } from './features.ts';

/**
 * What is known about all effects after the answers so far: normally distributed around `mean`, with `precision` (Laplace
 * approximation).
 */
export interface Posterior {
  /** Rows of the shared effects, by name, and of the variants' own. */
  shared: ReadonlyMap<string, number>;
  own: ReadonlyMap<string, number>;
  varying: VaryingGenes;
  mean: Effects;
  precision: Arrow;
  /** Log-odds of the base rate: the prior mean of the intercept. */
  base: number;
}

/** A cell, and which effects it has. */
interface Row {
  trials: number;
  earned: number;
  shared: number[];
  own: number;
}

/** Independent normal distributions; each variant's own effect is around 0, with `OWN_PRECISION`. */
interface Prior {
  mean: Float64Array;
  precision: Float64Array;
}

/** Log-odds of a rate, and back. */
export const logit = (rate: number): number => Math.log(rate / (1 - rate));
export const expit = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

const OWN_PRECISION = 1 / SPREAD.variant ** 2;
/** Newton's method takes five to ten steps; more only where cells are extreme. */
const STEPS = 100;
const PRECISION = 1e-8;

/**
 * Bayesian logistic regression of what candidates earn on what they are made of: Newton's method to the mode, and the
 * curvature there (Chapelle and Li, "An Empirical Evaluation of Thompson Sampling", NIPS 2011, Algorithm 3, with the
 * full curvature instead of its diagonal). Earnings between 0 and 1 count as parts of a success.
 *
 * @param baseRate the company's own, above 0 and below 1: where the prior lies
 * @param variants those that may be chosen, shown or not, so that their genes are known to vary
 */
export function fitPosterior(
  cells: readonly Cell[],
  baseRate: number,
  variants: readonly { offerId: string; variantId: string }[] = [],
): Posterior {
  const base = logit(baseRate);
  const varying = varyingGenes([...cells, ...variants]);
  const shared = new Map<string, number>();
  const own = new Map<string, number>();
  const precisions: number[] = [];
  const rows = cells.map((cell): Row => {
    const effects = effectsOf(cell, cell.family, varying).map(({ name, spread }) => {
      if (!shared.has(name)) precisions.push(1 / spread ** 2);
      return rowOf(shared, name);
    });
    return { trials: cell.trials, earned: cell.earned, shared: effects, own: rowOf(own, variantName(cell)) };
  });
  const prior: Prior = { mean: new Float64Array(shared.size), precision: Float64Array.from(precisions) };
  const intercept = shared.get('intercept');
  if (intercept !== undefined) prior.mean[intercept] = base;
  const start: Effects = { shared: prior.mean.slice(), own: new Float64Array(own.size) };
  return { shared, own, varying, base, ...climb(rows, prior, start) };
}

/** Newton's method from `mean` to the top of the log-posterior, which has no other: it is concave. */
function climb(rows: readonly Row[], prior: Prior, start: Effects): Pick<Posterior, 'mean' | 'precision'> {
  let mean = start;
  let height = logPosterior(rows, mean, prior);
  let { precision, slope } = curvatureAt(rows, mean, prior);
  for (let step = 0; step < STEPS; step += 1) {
    const change = solve(precision, slope);
    let scale = 1;
    let moved = plus(mean, change, scale);
    let reached = logPosterior(rows, moved, prior);
    // with few answers the first steps may overshoot
    while (reached < height - 1e-12 * Math.abs(height) && scale > 1e-6) {
      scale /= 2;
      moved = plus(mean, change, scale);
      reached = logPosterior(rows, moved, prior);
    }
    mean = moved;
    height = reached;
    ({ precision, slope } = curvatureAt(rows, mean, prior));
    if (scale * Math.max(longest(change.shared), longest(change.own)) < PRECISION) break;
  }
  return { mean, precision };
}

function curvatureAt(
  rows: readonly Row[],
  mean: Effects,
  prior: Prior,
): { precision: Arrow; slope: Effects } {
  const n = mean.shared.length;
  const matrix = new Float64Array(n * n);
  const ownPrecision = new Float64Array(mean.own.length).fill(OWN_PRECISION);
  const coupling = Array.from({ length: mean.own.length }, () => new Map<number, number>());
  const slope: Effects = {
    shared: mean.shared.map((value, row) => (at(prior.mean, row) - value) * at(prior.precision, row)),
    own: mean.own.map((value) => -value * OWN_PRECISION),
  };
  for (let row = 0; row < n; row += 1) matrix[row * n + row] = at(prior.precision, row);
  for (const row of rows) {
    const rate = expit(logOdds(row, mean));
    const weight = row.trials * rate * (1 - rate);
    const surplus = row.earned - row.trials * rate;
    ownPrecision[row.own] = at(ownPrecision, row.own) + weight;
    slope.own[row.own] = at(slope.own, row.own) + surplus;
    const couples = coupling[row.own] as Map<number, number>;
    for (const i of row.shared) {
      slope.shared[i] = at(slope.shared, i) + surplus;
      couples.set(i, (couples.get(i) ?? 0) + weight);
      for (const j of row.shared) if (j <= i) matrix[i * n + j] = at(matrix, i * n + j) + weight;
    }
  }
  return { precision: arrow(matrix, ownPrecision, coupling), slope };
}

function logPosterior(rows: readonly Row[], mean: Effects, prior: Prior): number {
  let sum = 0;
  for (const row of rows) {
    const x = logOdds(row, mean);
    // log(1 + eˣ), for any x
    sum += row.earned * x - row.trials * (Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
  }
  for (let i = 0; i < mean.shared.length; i += 1)
    sum -= (at(prior.precision, i) * (at(mean.shared, i) - at(prior.mean, i)) ** 2) / 2;
  for (const value of mean.own) sum -= (OWN_PRECISION * value ** 2) / 2;
  return sum;
}

function logOdds(row: Row, mean: Effects): number {
  let sum = at(mean.own, row.own);
  for (const i of row.shared) sum += at(mean.shared, i);
  return sum;
}

function rowOf(rows: Map<string, number>, name: string): number {
  const row = rows.get(name) ?? rows.size;
  rows.set(name, row);
  return row;
}

const plus = (a: Effects, b: Effects, scale: number): Effects => ({
  shared: a.shared.map((value, i) => value + scale * at(b.shared, i)),
  own: a.own.map((value, i) => value + scale * at(b.own, i)),
});

const longest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const at = (array: Float64Array, index: number): number => array[index] as number;
