import type { Language } from '../../domain/customer.ts';
import type { Decision } from './decisions.ts';
import type { Range } from './range.ts';

/** The report in one language, still without a shape: a page, a file and a terminal all show the same. */
export interface Told {
  language: Language;
  title: string;
  /** Of when it is. */
  asOf: string;
  sections: Section[];
}

export interface Section {
  /** Stable: where links lead. */
  id: 'sum' | 'decide' | 'tried' | 'works' | 'cost' | 'next' | 'how';
  /** Empty for the first one, which needs none. */
  title: string;
  parts: Part[];
}

/** What is `plotted` goes with a plot that only a page can draw. */
export type Part =
  | { kind: 'text'; text: string; lead?: boolean; muted?: boolean; plotted?: boolean }
  | { kind: 'heading'; text: string; plotted?: boolean }
  | { kind: 'list'; items: string[] }
  | Table
  | { kind: 'plot'; plot: Plot; label: string }
  | { kind: 'file'; id: string; text: string; label: string }
  | ToldDecision;

/** The first column names the row; the others hold figures or a few words. */
export interface Table {
  kind: 'table';
  /** What it is a table of, for those who hear it. */
  caption: string;
  /** Only to look something up: a page may fold it away. */
  folded?: boolean;
  /** Names of the rows in few letters, where there is little room. */
  short?: string[];
  /** What the short names stand for. */
  key?: string[];
  head: string[];
  rows: string[][];
}

/** Something to say yes or no to. */
export interface ToldDecision {
  kind: 'decision';
  id: string;
  about: Decision['kind'];
  title: string;
  /** What speaks for it, and what happens then. */
  text: string[];
  choices: { as: DecisionChoice; label: string }[];
}

/** What can be said: yes, no, and to a pairing: yes, as something similar. */
export type DecisionChoice = 'yes' | 'similar' | 'no';

/** Numbers to be drawn; a table beside each says the same. */
export type Plot =
  | { kind: 'intervals'; rows: { label: string; range: Range; lit: boolean }[] }
  | { kind: 'shares'; periods: string[]; series: { label: string; values: number[] }[] }
  | {
      kind: 'rates';
      periods: string[];
      series: { label: string; of: 'experimental' | 'proven'; ranges: (Range | null)[] }[];
    };
