/**
 * Runs several ways of doing something in turns, so that what slows the machine down slows all of them, and compares
 * them pair by pair.
 */

/** Of ratios or of seconds. */
export interface Spread {
  median: number;
  /** Of all that was measured. */
  least: number;
  most: number;
}

export interface Alternation<Way extends string> {
  /** Seconds of each round, by way. */
  seconds: Record<Way, number[]>;
}

/**
 * Each round runs every way once, every other round in reverse.
 *
 * @param ways do the work; one that returns `Seconds` says itself how long what counts took
 * @param given.warmUp rounds before the first that counts
 */
export async function alternate<Way extends string>(
  ways: Record<Way, () => unknown | Promise<unknown>>,
  given: { rounds: number; warmUp?: number },
): Promise<Alternation<Way>> {
  const names = Object.keys(ways) as Way[];
  const seconds = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Way, number[]>;
  for (let round = -(given.warmUp ?? 1); round < given.rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const begun = performance.now();
      const said = await ways[name]();
      const took = said instanceof Seconds ? said.value : (performance.now() - begun) / 1000;
      if (round >= 0) seconds[name].push(took);
    }
  }
  return { seconds };
}

/** What a way returns that knows better than the clock around it how long the part took that counts. */
export class Seconds {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** `above` against `below`, pair by pair of one round. */
export function ratioOf(above: readonly number[], below: readonly number[]): Spread {
  return spreadOf(above.map((value, n) => value / (below[n] ?? Number.NaN)));
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  const lower = sorted[Math.ceil(half) - 1] ?? Number.NaN;
  return { median: (lower + upper) / 2, least: sorted[0] ?? Number.NaN, most: sorted.at(-1) ?? Number.NaN };
}
