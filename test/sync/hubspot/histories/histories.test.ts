import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../stands/database.ts';
import { type Action, action, isSilent } from './actions.ts';
import { ofTheLiving, pictureOfCrm, pictureOfDatabase } from './truth.ts';
import { createWorld, type Fate, type Sky } from './world.ts';

const { db } = await testDatabase();
const world = await createWorld(db);
afterAll(() => world.close());

type Work = { sync: 'incremental' | 'full' | 'comparison'; thorough: boolean } | { deliver: true };
/** Something happens in the CRM, or somebody works on what happened, some seconds after the last step. */
type Step = { pause: number } & ({ action: Action } | { work: Work; fate: Fate });

const fate: fc.Arbitrary<Fate> = fc.record({
  storm: fc.constantFrom(0, 0, 0.05, 0.3),
  seed: fc.string({ minLength: 1, maxLength: 4 }),
  dies: fc.option(fc.nat(12), { freq: 3 }),
});
const sync = (mode: 'incremental' | 'full' | 'comparison', thorough = false): Work => ({
  sync: mode,
  thorough,
});
const polls = fc.constantFrom<Work>(sync('incremental'), sync('incremental'), sync('incremental', true));
const deliveries = fc.constant<Work>({ deliver: true });
const passes = fc.constantFrom<Work>(sync('full'), sync('comparison'), sync('comparison'));

function histories(what: fc.Arbitrary<Action>, works: fc.Arbitrary<Work>): fc.Arbitrary<Step[]> {
  const step = fc
    .tuple(
      fc.nat(90),
      fc.oneof(
        { arbitrary: what.map((action) => ({ action })), weight: 5 },
        { arbitrary: fc.tuple(works, fate).map(([work, fate]) => ({ work, fate })), weight: 2 },
      ),
    )
    .map(([pause, rest]) => ({ pause, ...rest }));
  return fc.array(step, { minLength: 10, maxLength: 40 });
}

const sky = (lost: fc.Arbitrary<number>): fc.Arbitrary<Sky> =>
  fc.record({
    lag: fc.constantFrom(0, 20_000, 120_000),
    outOfOrder: fc.boolean(),
    lost,
    duplicates: fc.constantFrom(0, 0.5),
    mergesMakeNew: fc.boolean(),
  });

/** Lives through a history, and goes on to `end` when the search index has caught up. */
async function live(
  until: number,
  steps: readonly Step[],
  above: Sky,
  end: (w: Awaited<ReturnType<typeof world.begin>>) => Promise<void>,
): Promise<void> {
  if (MANY === 0 && performance.now() > until) return;
  const w = await world.begin(above);
  try {
    await w.sync('full');
    for (const step of steps) {
      w.pass(step.pause);
      if ('action' in step) w.act(step.action);
      else if ('deliver' in step.work) await w.deliver(step.fate);
      else await w.syncUnder(step.fate, step.work.sync, step.work.thorough);
    }
    // past the index's lag, and the leases of workers that died
    w.pass(2 * 3600);
    await end(w);
  } finally {
    await w.end();
  }
}

/** As many as a moment allows; more with HISTORIES=500. */
const MANY = Number(process.env.HISTORIES ?? 0);
const RUNS = { numRuns: MANY > 0 ? MANY : 30 };
const MOMENT_MS = 15_000;
const OPTIONS = { timeout: MANY > 0 ? 3_600_000 : 120_000 };

describe('PostgreSQL has what the CRM has, after any history with storms and deaths,', () => {
  test('once changes are read and everything is compared, though webhooks get lost', OPTIONS, async () => {
    const until = performance.now() + MOMENT_MS;
    const steps = histories(action, fc.oneof(polls, deliveries, passes));
    await fc.assert(
      fc.asyncProperty(steps, sky(fc.constantFrom(0, 0.5, 1)), (steps, above) =>
        live(until, steps, above, async (w) => {
          await w.deliverAll();
          await w.sync('incremental');
          const comparison = await w.sync('comparison');
          expect(comparison.complete).toBe(true);
          // One that had been begun before may have seen what was forgotten since: the next one finds it gone.
          if (comparison.resumed) expect((await w.sync('comparison')).complete).toBe(true);
          expect(await pictureOfDatabase(db)).toEqual(pictureOfCrm(w.server));
        }),
      ),
      RUNS,
    );
  });

  test('by webhooks alone, when none is lost', OPTIONS, async () => {
    const until = performance.now() + MOMENT_MS;
    await fc.assert(
      fc.asyncProperty(histories(action, deliveries), sky(fc.constant(0)), (steps, above) =>
        live(until, steps, above, async (w) => {
          await w.deliverAll();
          expect(ofTheLiving(await pictureOfDatabase(db))).toEqual(pictureOfCrm(w.server));
        }),
      ),
      RUNS,
    );
  });

  test('by polls alone, when every change leaves a trace', OPTIONS, async () => {
    const until = performance.now() + MOMENT_MS;
    const traced = action.filter((action) => !isSilent(action));
    await fc.assert(
      fc.asyncProperty(histories(traced, polls), sky(fc.constant(1)), (steps, above) =>
        live(until, steps, above, async (w) => {
          await w.sync('incremental');
          expect(ofTheLiving(await pictureOfDatabase(db))).toEqual(pictureOfCrm(w.server));
        }),
      ),
      RUNS,
    );
  });
});
