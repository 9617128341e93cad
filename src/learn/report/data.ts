import type { Gene } from '../../domain/genes.ts';
import type { VariantOrigin, VariantState } from '../../domain/learning.ts';
import type { SegmentSuggestion } from '../ratio/suggest.ts';
import type { Agreed, Decision } from './decisions.ts';
import type { Range } from './range.ts';

/** One form of an offer: what became of it, and what it earns. */
export interface FormReport {
  variantId: string;
  state: VariantState;
  /** Null for an offer that was never bred: it has its written form only. */
  origin: VariantOrigin | null;
  /** Forms of the same offer it was bred from, by their ids. */
  parents: readonly string[];
  bornAt: Date | null;
  endedAt: Date | null;
  /** Stable code. */
  endReason: string | null;
  /** Blocks shown, and how many of them may still be answered. */
  shown: number;
  open: number;
  /** What a block earns, 0 to 1; null while there is no model. */
  rate: Range | null;
  /** How likely it is the best of those alive; null while there is no model, or it is not alive. */
  best: number | null;
}

/** What one allele makes of an offer, everything else being equal. */
export interface AlleleReport {
  gene: Gene;
  allele: string;
  /** How many times as much a block earns with it as with the text the offer itself has. */
  times: Range;
  /** How likely it is to earn more. */
  better: number;
}

/** An offer to owners of one product. */
export interface WayReport {
  productKey: string;
  shown: number;
  open: number;
  rate: Range;
}

export interface OfferReport {
  offerId: string;
  shown: number;
  open: number;
  /** Forms alive, as often as each was shown; null while there is no model. */
  rate: Range | null;
  /** How likely it is the best of all offers of which enough was shown; null for the others. */
  best: number | null;
  forms: FormReport[];
  alleles: AlleleReport[];
  ways: WayReport[];
  /** Blocks shown by period and form. */
  overTime: { period: string; shown: Record<string, number> }[];
}

/** Blocks whose time to be answered is over, by when they were shown. */
export interface AnswersThen {
  /** First day. */
  period: string;
  experimental: { blocks: number; yes: number };
  proven: { blocks: number; yes: number };
}

/** What trying things out cost and brought, in answers. */
export interface Exploring {
  /** Offers chosen, and how many of these choices were looked at; what was found is for all of them. */
  choices: number;
  looked: number;
  /** Against choosing, each time, what is best by all that is known today. */
  givenUp: Range;
  /** Against never learning: every fitting offer equally often, in its first form. */
  brought: Range;
}

/** Where another wording would teach most. */
export interface NextStep {
  offerId: string;
  gene: Gene;
  /** It has no other wording yet; or those it has make no difference. */
  why: 'only_one' | 'all_alike';
  /** How often the offer was shown: what a better wording would reach. */
  shown: number;
}

/** Everything there is to tell, in no language yet. */
export interface LearnReport {
  now: Date;
  timeZone: string;
  /** Whether learning is switched on. */
  on: boolean;
  /** When it was last learned; null: not yet. */
  learnedAt: Date | null;
  windowDays: number;
  /** Offers' blocks in all, and whom they were shown to. */
  shown: number;
  open: number;
  people: number;
  yes: number;
  since: Date | null;
  period: 'week' | 'month';
  offers: OfferReport[];
  answers: AnswersThen[];
  exploring: Exploring | null;
  decisions: Decision[];
  /** Agreed to, and not yet in the library. */
  agreed: Agreed[];
  ratios: SegmentSuggestion[];
  next: NextStep[];
}

/** Blocks of an offer, form, text or way below which nothing is said about it. */
export const LEAST_SHOWN = 30;

/** Enough was shown of it that can no longer be answered. One rule for all that is told. */
export const isKnown = ({ shown, open }: { shown: number; open: number }): boolean =>
  shown - open >= LEAST_SHOWN;
