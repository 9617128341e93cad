import type { CustomerFacts } from '../compose/facts.ts';
import type { OwnedKey } from '../compose/proven.ts';
import type { BlockKind } from '../domain/composition.ts';
import type { Answer } from '../domain/conversation.ts';
import type { SuggestedRatio } from '../domain/suggested-ratio.ts';
import type { Gap } from '../library/question-schema.ts';

/** One thing that a mail told this customer, and what they last answered. Days are ISO 8601 dates. */
export interface Told {
  sendId: number;
  position: number;
  campaignId: string;
  kind: BlockKind;
  contentId: string;
  /** Which form of an offer. */
  variantId: string;
  productKey: string;
  on: string;
  answer: Answer | null;
  answeredOn: string | null;
}

/** What the customer said to a question, themselves or through a salesperson. */
export interface Said {
  /** The block of a mail that it followed; null: none. */
  sendId: number | null;
  position: number | null;
  questionId: string;
  question: string;
  choice: string | null;
  words: string | null;
  by: 'customer' | 'salesperson';
  on: string;
}

/** Of the others who own `from`, so many own `to` as well. Products by library key. */
export interface Affinity {
  from: string;
  to: string;
  owners: number;
  also: number;
}

/** Everything a brief rests on: what decisions about mails rest on, and the conversation so far. */
export interface BriefFacts {
  known: CustomerFacts;
  /** ISO 8601 date in the library's time zone. */
  today: string;
  owned: OwnedKey[];
  /** Library keys of products whose purchases are known, but which the customer says are not in use. */
  notUsed: { key: string; on: string }[];
  /** Names of products that only the CRM knows, by id. */
  names: ReadonlyMap<string, string>;
  gaps: ReadonlySet<Gap>;
  /** Of the last twelve months, newest first. */
  told: Told[];
  /** The same, of statements. */
  said: Said[];
  /** When a person last opened a link of one of our mails. */
  lastVisit: Date | null;
  affinities: Affinity[];
  /** Another innovation ratio, as their answers suggested it when it was last looked at. */
  suggestedRatio: SuggestedRatio | undefined;
}
