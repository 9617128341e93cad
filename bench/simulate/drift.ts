/**
 * The eight offers again, until taste turns around in one night: the best offer becomes the worst, the second best the
 * second worst, and so on. How many nights until the choice is right again, by how fast answers are forgotten?
 */
import { exponentialDelay, play, type World } from './bandit.ts';
import type { Experiment, Figures } from './experiment.ts';
import { productLearner } from './learner.ts';
import { arms, BASE_RATE, RATES } from './offers.ts';
import { spread, table } from './table.ts';

/** Night on which taste turns around. */
export const CHANGE = 120;
const NIGHTS = 480;
const WEEK = 7;
/** Part of what the best offer earns. */
const ENOUGH = 0.9;

const TURNED = [...RATES].reverse();

export const driftWorld = (batch: number, halfLife: number, nights = NIGHTS): World => ({
  arms,
  rates: (night) => (night < CHANGE ? RATES : TURNED),
  nights,
  batch,
  delay: exponentialDelay(2),
  halfLife,
});

const settings = [50, 100, 400].flatMap((batch) =>
  [60, 90, 180, 365].map((halfLife) => ({ batch, halfLife })),
);

const nameOf = ({ batch, halfLife }: (typeof settings)[number]) => `${batch} a night, half-life ${halfLife}`;

export const drift: Experiment = {
  name: 'drift',
  about: `Nights until ${100 * ENOUGH} % of what the best offer earns is earned again after taste turned around`,
  seeds: 100,
  cases: Object.fromEntries(
    settings.map((setting) => [
      nameOf(setting),
      (seed) => {
        const world = driftWorld(setting.batch, setting.halfLife);
        const { attained } = play(world, productLearner(arms, BASE_RATE, String(seed)), String(seed));
        const best = Math.max(...RATES) * setting.batch;
        const given = (from: number, to: number) =>
          attained.slice(from, to).reduce((sum, part) => sum + (1 - part) * best, 0);
        return { before: given(0, CHANGE), after: given(CHANGE, NIGHTS), attained };
      },
    ]),
  ),
  report: (runs) =>
    table(
      [
        '',
        'regret before',
        '± 95 %',
        'after',
        '± 95 %',
        'nights to 90 %',
        '95 % of runs',
        'attained at the end',
      ],
      settings.map((setting) => {
        const of = runs[nameOf(setting)] ?? [];
        const [before, after] = [spread(numbers(of, 'before')), spread(numbers(of, 'after'))];
        const curves = of.map(({ attained }) => attained as readonly number[]);
        const mean = Array.from({ length: NIGHTS }, (_, night) =>
          average(curves.map((c) => c[night] as number)),
        );
        const own = curves.map(recovery).sort((a, b) => a - b);
        return [
          nameOf(setting),
          before.mean.toFixed(1),
          before.margin.toFixed(1),
          after.mean.toFixed(0),
          after.margin.toFixed(0),
          nights(recovery(mean)),
          nights(own[Math.min(own.length - 1, Math.floor(0.95 * own.length))] as number),
          `${(100 * average(mean.slice(-28))).toFixed(1)} %`,
        ];
      }),
    ),
};

/** Nights after the change until the mean of a week is enough. Infinite when it never is. */
export function recovery(attained: readonly number[]): number {
  for (let night = CHANGE + WEEK; night <= attained.length; night += 1)
    if (average(attained.slice(night - WEEK, night)) >= ENOUGH) return night - CHANGE;
  return Number.POSITIVE_INFINITY;
}

const nights = (count: number) => (Number.isFinite(count) ? String(count) : `> ${NIGHTS - CHANGE}`);
const numbers = (of: readonly Figures[], name: string) => of.map((figures) => figures[name] as number);
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
