import type { BlockKind, SkipReason } from '../../domain/composition.ts';

/** One kind of fault, in how many of the mails that were looked at, and a customer whose mail shows it. */
export interface DryRunFinding {
  code: string;
  severity: 'error' | 'warning' | 'note';
  mails: number;
  customerId: string;
  values: Readonly<Record<string, string | number>>;
}

/** What differs from something earlier. */
export interface DryRunChanges {
  /** Would get a mail now, and not then. */
  added: number;
  /** Got, or would have got, one then, and not now. */
  gone: number;
  /** Would get another mail; null where the mails of then are not known. */
  changed: number | null;
  /** When that was. */
  at: string;
}

/** What a campaign would do; candidates = planned + Σ excluded. */
export interface DryRunSummary {
  candidates: number;
  planned: number;
  excluded: Partial<Record<SkipReason, number>>;
  blocks: number;
  experimental: number;
  /** Experimental blocks that the ratios ask for: Σ ratio × blocks. */
  wanted: number;
  /** How often each piece of content would be shown, most first. */
  content: { kind: BlockKind; contentId: string; count: number }[];
  /** Different mails, as far as they were counted. */
  different: number;
  /** How many of them were rendered and checked: each block in each form at least once. */
  checked: number;
  findings: DryRunFinding[];
  sincePrevious: DryRunChanges | null;
  sinceNight: DryRunChanges | null;
}

export const emptySummary = (): DryRunSummary => ({
  candidates: 0,
  planned: 0,
  excluded: {},
  blocks: 0,
  experimental: 0,
  wanted: 0,
  content: [],
  different: 0,
  checked: 0,
  findings: [],
  sincePrevious: null,
  sinceNight: null,
});
