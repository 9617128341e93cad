import type { Spread } from './alternate.ts';

/** What a measure has to come to: one of them. */
export type Bound = { atLeast: number } | { atMost: number };

/** One line of the table. */
export interface Row {
  measure: string;
  /** What it is a ratio of, in words. */
  reference: string;
  result: Spread;
  /** What the number is: `×` for a ratio, otherwise e.g. `ms`. */
  unit: '×' | 'ms' | 'MB';
  mustReach: Bound | null;
  aim: Bound | null;
  /** What was counted, in absolute figures that belong to this machine. */
  detail: string;
}

/** What a measure came to. */
export interface Result {
  rows: Row[];
  /** Everything it counted, for `--json`. */
  data: unknown;
}

/** A measure that could not be taken here, and why. */
export class LeftOut extends Error {}

export const reaches = (value: number, bound: Bound): boolean =>
  'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;

/** For people: a table that is Markdown as well, and below it what stands behind each line. */
export function tableOf(rows: readonly Row[], left: readonly { measure: string; why: string }[]): string {
  const head = ['measure', 'against', 'median', 'spread', 'must reach', 'aim', 'reached'];
  const lines = rows.map(({ measure, reference, result, unit, mustReach, aim }) => [
    measure,
    reference,
    `${figure(result.median)} ${unit}`,
    result.least === result.most ? '' : `${figure(result.least)} to ${figure(result.most)}`,
    mustReach ? inWords(mustReach) : '',
    aim ? inWords(aim) : '',
    verdict(result.median, mustReach, aim),
  ]);
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(3, ...all.map((line) => line[column]?.length ?? 0)));
  const padded = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const details = rows.map(({ measure, detail }) => `${measure}: ${detail}`);
  const missing = left.map(({ measure, why }) => `LEFT OUT ${measure}: ${why}`);
  return [padded(head), rule, ...lines.map(padded), '', ...details, ...missing].join('\n');
}

const figure = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3);

const inWords = (bound: Bound): string => ('atLeast' in bound ? `≥ ${bound.atLeast}` : `≤ ${bound.atMost}`);

function verdict(value: number, mustReach: Bound | null, aim: Bound | null): string {
  if (mustReach && !reaches(value, mustReach)) return 'NO';
  if (aim && reaches(value, aim)) return 'aim';
  return mustReach ? 'yes' : '';
}
