import type { Language } from './customer.ts';

/** A block is either Standbein (`proven`: a development) or Spielbein (`experimental`: an offer). */
export type BlockKind = 'proven' | 'experimental';

/** One development or offer in one mail, and why it is there. */
export interface Block {
  kind: BlockKind;
  /** Library id of the development or offer. */
  contentId: string;
  /** Which form of an offer; `base` for a development or an offer without variants. */
  variantId: string;
  /** Library key (or CRM id) of the owned product this block is tied to. */
  productKey: string;
  /** Probability with which this was chosen of all that fitted (`Composition.choices`); 1 for developments. */
  probability: number;
  reason: TakenReason;
}

/** Why a block was taken. Stable codes: shown alike in CLI, console, logs and tests. */
export type TakenReason = 'unseen_development' | 'experiment_due' | 'experiment_catch_up';

/** Why a development or offer was left out of one mail. Stable codes. */
export type LeftReason =
  | 'already_seen'
  | 'not_in_campaign'
  | 'not_yet_published'
  | 'expired'
  | 'no_text_in_language'
  | 'lower_rank'
  | 'displaced_by_experiment'
  | 'already_owned'
  | 'declined'
  | 'already_answered'
  | 'worn_out'
  | 'no_bridge'
  | 'no_variant'
  | 'consent_needed'
  | 'topic_off'
  | 'only_important'
  | 'asked_for_later'
  | 'not_chosen';

/** Why a customer gets no mail at all. Stable codes. */
export type SkipReason =
  | 'no_address'
  | 'no_legal_basis'
  | 'opted_out'
  | 'suppressed'
  | 'bounced'
  | 'archived'
  | 'merged'
  | 'holdout'
  | 'owns_nothing'
  | 'not_in_segment'
  | 'nothing_new'
  | 'capped_recently'
  | 'capped_period'
  | 'paused'
  | 'wished_seldom'
  | 'duplicate_address'
  | 'in_flight';

export interface LeftOut {
  contentId: string;
  kind: BlockKind;
  reason: LeftReason;
}

/** Where a customer's innovation ratio came from, in order of precedence. */
export type RatioSource = 'wish' | 'contact' | 'company' | 'segment' | 'default';

/**
 * A customer's innovation account, in whole numbers so that years of mails add up exactly.
 * `wanted` is Σ ratio × blocks shown, in 1/10,000 blocks; `given` counts experimental blocks shown;
 * `forgiven` is the part of `wanted` (same unit) that could not be served and was let go beyond the bound.
 */
export interface RatioAccount {
  wanted: number;
  given: number;
  forgiven: number;
}

/** One form of one offer, tied to one owned product: what a policy chooses among. */
export interface Candidate {
  offerId: string;
  /** Library key (or CRM id) of the owned product. */
  productKey: string;
  variantId: string;
}

/** A candidate and the probability with which it is chosen. */
export type Odds = Candidate & { probability: number };

/** How an experimental block was chosen: what else there was, and with which probabilities. */
export interface Choice {
  /** Of the block in the mail, from 0. */
  position: number;
  /** Name of the policy, and the model it went by; null: it needs none. */
  policy: string;
  modelId: number | null;
  /** All candidates; the probabilities add up to 1. */
  odds: Odds[];
}

/** The decision for one customer: what to say, in what order, why, and what was left out and why. */
export interface Composition {
  /** In reading order: proven first. */
  blocks: Block[];
  left: LeftOut[];
  language: Language;
  ratio: { value: number; source: RatioSource };
  /** Experimental blocks that the ratio called for in this mail (shown may be fewer: see `left`). */
  experimentsDue: number;
  account: { before: RatioAccount; after: RatioAccount };
  /** Of each experimental block; missing in what was composed before anything was learned. */
  choices?: Choice[];
  /** Seed of every random draw of this decision: with the same facts it can be replayed. */
  seed: string;
}

export type Decision =
  | { send: true; composition: Composition }
  | {
      send: false;
      reason: SkipReason;
      left: LeftOut[];
      /** Only for `holdout`: the mail that is left out, for measuring the effect. */
      heldOut?: Composition;
    };
