import { describe, expect, it } from 'vitest';
import { estimates, KNOWN_POLICIES, SMALL_LOG } from '../../bench/simulate/evaluate.ts';

const RUNS = 1_000;
/** Others: `COVERAGE_SEED=7 COVERAGE_SHOWN=1 npx vitest run test/learn/evaluate-coverage.test.ts`. */
const SEED = process.env.COVERAGE_SEED ?? 'suite';

describe(`what a known policy would have earned, in ${RUNS} logs of the product’s own learning policy`, () => {
  it('lies in the 95 % interval in 93 to 97 % of them', { timeout: 300_000 }, () => {
    const held = new Map<string, number>();
    const off = new Map<string, number>();
    for (let run = 0; run < RUNS; run += 1) {
      const found = estimates(SMALL_LOG, `${SEED} ${run}`, KNOWN_POLICIES);
      for (const [name, figures] of Object.entries(found)) {
        const [value, low, high, truth] = figures as [number, number, number, number];
        held.set(name, (held.get(name) ?? 0) + (low <= truth && truth <= high ? 1 : 0));
        off.set(name, (off.get(name) ?? 0) + (value - truth));
      }
    }
    if (process.env.COVERAGE_SHOWN) console.log(Object.fromEntries(held));
    for (const [name, count] of held) {
      expect.soft(count / RUNS, name).toBeGreaterThanOrEqual(0.93);
      expect.soft(count / RUNS, name).toBeLessThanOrEqual(0.97);
      // neither too high nor too low on average: 0.1 answers per 100 blocks
      expect.soft(Math.abs((off.get(name) ?? 0) / RUNS), name).toBeLessThan(0.001);
    }
  });
});
