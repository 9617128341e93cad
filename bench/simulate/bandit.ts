import type { Candidate } from '../../src/domain/composition.ts';
import { seededRandom } from '../../src/learn/model/random.ts';

/** Something to choose among, and the family of the owned product that it is tied to. */
export type Arm = Candidate & { family: string | null };

/** Offers with rates that nobody knows, shown so often each night; answers come late. */
export interface World {
  arms: readonly Arm[];
  /** Chance that a block is answered, of each arm, in that night. */
  rates(night: number): readonly number[];
  nights: number;
  /** Blocks a night. */
  batch: number;
  delay: Delay;
  /** Nights after which an answer counts half; missing: it counts fully for ever. */
  halfLife?: number;
}

/** How late answers come. */
export interface Delay {
  /** Nights until an answer comes. @param uniform in [0, 1) */
  draw(uniform: number): number;
  /** Part of the answers that have come after so many nights: what weighs open blocks. */
  come(nights: number): number;
}

/** What is known of an arm: blocks, each weighed by the chance that its answer would have come, and answers. */
export interface Tally {
  trials: number;
  earned: number;
}

/** Chooses the arms of one night's blocks from what is known by then. Indexes of arms. */
export type Chooser = (night: number, known: readonly Tally[], batch: number) => ArrayLike<number>;

/** What one run comes to. */
export interface Played {
  /** Answers given up against always showing the best arm of that night. */
  regret: number;
  /** By night: part of what the best arm would have earned. */
  attained: number[];
}

/** Exponential with this mean. */
export const exponentialDelay = (mean: number): Delay => ({
  draw: (uniform) => -mean * Math.log(1 - uniform),
  come: (nights) => 1 - Math.exp(-nights / mean),
});

/** Each of the next so many nights is as likely. */
export const evenDelay = (nights: number): Delay => ({
  draw: (uniform) => 1 + Math.floor(nights * uniform),
  come: (after) => Math.min(1, Math.max(0, Math.floor(after) / nights)),
});

/** One run. Who chooses does not change the luck of the n-th block of a night: comparisons are fair. */
export function play(world: World, choose: Chooser, seed: string): Played {
  const { arms, nights, batch, delay } = world;
  const random = seededRandom(`${seed}|answers`);
  const keep = world.halfLife === undefined ? 1 : 0.5 ** (1 / world.halfLife);
  const shown: Uint32Array[] = [];
  const earned = new Float64Array(arms.length);
  const coming: { arm: number; shown: number }[][] = [];
  const attained: number[] = [];
  let regret = 0;
  for (let night = 0; night < nights; night += 1) {
    for (let arm = 0; arm < arms.length; arm += 1) earned[arm] = (earned[arm] as number) * keep;
    for (const { arm, shown: on } of coming[night] ?? [])
      earned[arm] = (earned[arm] as number) + keep ** (night - on);
    const known = tallies(shown, earned, { night, delay, keep });
    const rates = world.rates(night);
    const best = Math.max(...rates);
    const counts = new Uint32Array(arms.length);
    let worth = 0;
    for (const arm of Array.from(choose(night, known, batch))) {
      const rate = rates[arm] as number;
      counts[arm] = (counts[arm] as number) + 1;
      worth += rate;
      const [answer, late] = [random(), delay.draw(random())];
      if (answer < rate) {
        const on = Math.max(night + 1, Math.ceil(night + late));
        coming[on] ??= [];
        coming[on].push({ arm, shown: night });
      }
    }
    shown.push(counts);
    regret += best * batch - worth;
    attained.push(worth / (best * batch));
  }
  return { regret, attained };
}

function tallies(
  shown: readonly Uint32Array[],
  earned: Float64Array,
  { night, delay, keep }: { night: number; delay: Delay; keep: number },
): Tally[] {
  const trials = new Float64Array(earned.length);
  for (const [on, counts] of shown.entries()) {
    const weight = delay.come(night - on) * keep ** (night - on);
    for (let arm = 0; arm < trials.length; arm += 1)
      trials[arm] = (trials[arm] as number) + weight * (counts[arm] as number);
  }
  // by luck more may have answered early than were to be expected
  return Array.from(earned, (won, arm) => ({ trials: Math.max(trials[arm] as number, won), earned: won }));
}
