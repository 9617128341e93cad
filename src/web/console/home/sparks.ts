import type { Range } from '../../../learn/report/range.ts';
import type { Delay, Numbers } from './numbers.ts';

/** Small pictures beside a number that says the same: SVG elements of our own making, hidden from those who hear the page. */

const WIDTH = 240;
const HEIGHT = 56;

const svg = (inner: string): string =>
  `<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true" xmlns="http://www.w3.org/2000/svg">${inner}</svg>`;

const round = (value: number): number => Math.round(10 * value) / 10;

/** A share over the weeks, with the band in which it may lie; weeks without anything are gaps. */
export function rateSpark(weeks: readonly (Range | null)[]): string {
  const most = Math.max(0.001, ...weeks.map((range) => range?.high ?? 0));
  const x = (k: number) => round(4 + (k * (WIDTH - 8)) / Math.max(1, weeks.length - 1));
  const y = (share: number) => round(HEIGHT - 4 - ((HEIGHT - 8) * share) / most);
  const bands = weeks.map((range, k) =>
    range === null
      ? ''
      : `<line x1="${x(k)}" y1="${y(range.low)}" x2="${x(k)}" y2="${y(range.high)}" stroke="var(--petrol)" stroke-opacity="0.22" stroke-width="9" stroke-linecap="round"></line>`,
  );
  const points = weeks.flatMap((range, k) => (range === null ? [] : [`${x(k)} ${y(range.mean)}`]));
  const dots = points.map((point) => {
    const [cx, cy] = point.split(' ');
    return `<circle cx="${cx}" cy="${cy}" r="2.5" fill="var(--petrol)"></circle>`;
  });
  const line =
    points.length > 1
      ? `<path d="M${points.join('L')}" fill="none" stroke="var(--petrol)" stroke-width="1.5" stroke-linejoin="round"></path>`
      : '';
  return svg(bands.join('') + line + dots.join(''));
}

/** Seconds on a scale from a tenth of a second to a day, each step ten times the one before. */
export function delaySpark(delay: Delay, ticks: readonly { seconds: number; label: string }[]): string {
  const [least, most] = [0.1, 86_400];
  const x = (seconds: number) => {
    const kept = Math.min(most, Math.max(least, seconds));
    return round(8 + ((WIDTH - 16) * Math.log(kept / least)) / Math.log(most / least));
  };
  const marks = ticks.map(
    ({ seconds, label }) =>
      `<line x1="${x(seconds)}" y1="14" x2="${x(seconds)}" y2="30" stroke="var(--line)" stroke-width="1"></line>` +
      `<text x="${x(seconds)}" y="48" font-size="11" text-anchor="middle" fill="var(--muted)">${label}</text>`,
  );
  return svg(
    `<line x1="8" y1="22" x2="${WIDTH - 8}" y2="22" stroke="var(--line)" stroke-width="2" stroke-linecap="round"></line>${marks.join('')}` +
      `<line x1="${x(delay.median)}" y1="22" x2="${x(delay.late)}" y2="22" stroke="var(--petrol)" stroke-opacity="0.3" stroke-width="9" stroke-linecap="round"></line>` +
      `<circle cx="${x(delay.median)}" cy="22" r="6" fill="var(--petrol)"></circle>`,
  );
}

/** Births above the line, ends below it, week by week. */
export function fateSpark(weeks: Numbers['evolution']['weeks']): string {
  const most = Math.max(1, ...weeks.flatMap(({ born, over }) => [born, over]));
  const step = WIDTH / weeks.length;
  const half = HEIGHT / 2;
  const bar = (k: number, count: number, up: boolean) => {
    if (count === 0) return '';
    const tall = ((half - 4) * count) / most;
    return `<rect x="${round(k * step + 3)}" y="${round(up ? half - tall - 1 : half + 1)}" width="${round(step - 6)}" height="${round(tall)}" rx="2" fill="var(--${up ? 'copper' : 'grey'})"></rect>`;
  };
  return svg(
    `<line x1="0" y1="${half}" x2="${WIDTH}" y2="${half}" stroke="var(--line)"></line>${weeks
      .map(({ born, over }, k) => bar(k, born, true) + bar(k, over, false))
      .join('')}`,
  );
}

/** What was wanted above, what was given below: two bars of one scale. */
export function ratioSpark({ wanted, given }: Numbers['ratio']): string {
  const most = Math.max(wanted, given, 1);
  const bar = (value: number, y: number, colour: string) =>
    `<rect x="0" y="${y}" width="${WIDTH}" height="12" rx="6" fill="var(--soft)"></rect>` +
    `<rect x="0" y="${y}" width="${round(Math.max(2, (WIDTH * Math.max(0, value)) / most))}" height="12" rx="6" fill="${colour}"></rect>`;
  return svg(bar(wanted, 10, 'var(--grey)') + bar(given, 32, 'var(--copper)'));
}
