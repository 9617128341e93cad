import { normals, seededRandom } from '../../src/learn/model/random.ts';
import type { Chooser, Tally } from './bandit.ts';

/** Other ways to choose, to compare with. None knows of genes: each arm stands for itself. */

/** What is believed of an arm before anything is shown: so many blocks, earning this rate. */
export interface Belief {
  rate: number;
  blocks: number;
}

/** Every arm as often, by chance. */
export function uniform(arms: number, seed: string): Chooser {
  const random = seededRandom(`${seed}|uniform`);
  return (_night, _known, batch) => Uint16Array.from({ length: batch }, () => Math.floor(random() * arms));
}

/**
 * Thompson sampling, each arm by itself, with a beta prior (Chapelle and Li 2011, Algorithm 2).
 * @param blocksADraw blocks that one draw of all arms decides: more take less time, and each is as likely as before
 */
export function betaThompson(belief: Belief, seed: string, blocksADraw = 1): Chooser {
  const random = seededRandom(`${seed}|thompson`);
  const normal = normals(random);
  const beta = (a: number, b: number) => {
    const won = gamma(a, random, normal);
    return won / (won + gamma(b, random, normal));
  };
  return (_night, known, batch) => {
    const shapes = known.map((tally) => [won(tally, belief), lost(tally, belief)] as const);
    const chosen = new Uint16Array(batch);
    for (let i = 0; i < batch; i += blocksADraw)
      chosen.fill(
        best(shapes, ([a, b]) => beta(a, b)),
        i,
        i + blocksADraw,
      );
    return chosen;
  };
}

/** A part of the blocks by chance, the rest to the arm that did best so far. */
export function epsilonGreedy(part: (night: number) => number, belief: Belief, seed: string): Chooser {
  const random = seededRandom(`${seed}|epsilon`);
  return (night, known, batch) => {
    const leader = best(known, (tally) => mean(tally, belief));
    return Uint16Array.from({ length: batch }, () =>
      random() < part(night) ? Math.floor(random() * known.length) : leader,
    );
  };
}

/** For so many nights every arm as often, then only the one that did best in the test. */
export function testThenCommit(testNights: number, belief: Belief, seed: string): Chooser {
  const random = seededRandom(`${seed}|test`);
  let next = Math.floor(random() * 1000);
  let committed = 0;
  return (night, known, batch) => {
    if (night < testNights) {
      return Uint16Array.from({ length: batch }, () => {
        next += 1;
        return next % known.length;
      });
    }
    if (night === testNights) committed = best(known, (tally) => mean(tally, belief));
    return new Uint16Array(batch).fill(committed);
  };
}

const won = (tally: Tally, belief: Belief) => tally.earned + belief.rate * belief.blocks;
const lost = (tally: Tally, belief: Belief) =>
  tally.trials - tally.earned + (1 - belief.rate) * belief.blocks;
const mean = (tally: Tally, belief: Belief) => won(tally, belief) / (tally.trials + belief.blocks);

/** Index of the one with the highest value; the first of several. */
function best<T>(of: readonly T[], value: (one: T) => number): number {
  let most = Number.NEGATIVE_INFINITY;
  let found = 0;
  for (let i = 0; i < of.length; i += 1) {
    const here = value(of[i] as T);
    if (here > most) [most, found] = [here, i];
  }
  return found;
}

/** A draw from the gamma distribution with scale 1 (Marsaglia and Tsang 2000). */
function gamma(shape: number, random: () => number, normal: () => number): number {
  if (shape < 1) return gamma(shape + 1, random, normal) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    const uniform = 1 - random();
    // nearly always, and cheap to see
    if (uniform < 1 - 0.0331 * x ** 4) return d * v;
    if (Math.log(uniform) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
