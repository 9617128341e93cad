import type { CrmSubscriptions } from '../domain/crm-subscriptions.ts';
import type { Language } from '../domain/customer.ts';
import type { RowOf, SyncObject } from './rows.ts';

/**
 * `full` reads everything and finds what is gone; `incremental` reads what changed since the cursors; `comparison` is
 * a full pass in portions, a night at a time, that finds what slipped through.
 */
export type SyncMode = 'full' | 'incremental' | 'comparison';

/** Where to go on after a batch: plain JSON that only the adapter understands. */
export type Position = Record<string, string | number | boolean | null>;

/** A record that was skipped or corrected. Codes are stable; messages are for people and hold no addresses. */
export interface Problem {
  /** Which record, e.g. `customer 4711` or `purchases.csv line 12`. */
  record: string;
  code: string;
  message: string;
}

interface BatchOf<O extends SyncObject> {
  object: O;
  rows: readonly RowOf[O][];
  /**
   * Ids that exist in the CRM although no row could be made of them: they keep what the database knows, and
   * are not taken for gone.
   */
  unreadable?: readonly string[];
  /** Ids that the CRM says no longer exist (archived, merged away). Not for purchases: use `parents`. */
  gone?: readonly string[];
  /** Purchases only: deals or orders read whole. Purchases of theirs that are not in `rows` are removed. */
  parents?: readonly string[];
  /** Customers only: contacts that live on under another id. Their history and their objections move with them. */
  merged?: readonly Merge[];
  problems?: readonly Problem[];
  /**
   * When the CRM was asked for this (`SyncContext.clock`): it does not undo what was asked for later and came first.
   */
  askedAt?: Date;
  /** Share of the pass that is done with this batch, 0 to 1, as far as the CRM tells how much there is. */
  done?: number;
  /** The list that goes on behind this batch. */
  listing?: Listing | undefined;
  /**
   * Full pass only: with this batch, everything of this object whose id begins with `confirms` has been
   * listed (`''`: everything). Only then may a finished full pass remove what it has not seen.
   */
  confirms?: string;
  /** That none of what is confirmed was listed is what somebody wants, and no mistake to guard against. */
  intended?: boolean;
  /** With this batch everything of this object is delivered, so its cursor may move. */
  completes?: boolean;
  /** Where to go on when the sync dies after this batch. */
  position: Position;
}

export type SyncBatch = { [O in SyncObject]: BatchOf<O> }[SyncObject];

/** What a refresh delivers: the same, but there is nowhere to go on from. */
export type FreshBatch = { [O in SyncObject]: Omit<BatchOf<O>, 'position'> }[SyncObject];

/** How far a list of the CRM has been read, in its own records. */
export interface Listing {
  /** e.g. `deals` */
  what: string;
  read: number;
  of: number;
}

export interface Merge {
  id: string;
  into: string;
}

/** A record in the CRM's own words, e.g. `{type: 'deals', id: '17'}`. */
export interface CrmReference {
  type: string;
  id: string;
}

/** A product as the database knows it, for adapters that must recognise products in purchases. */
export interface KnownProduct {
  id: string;
  sku: string | null;
  name: string;
  archived: boolean;
}

/** What an adapter may ask the database. */
export interface Known {
  /** The database's clock. */
  clock(): Date;
  /** Products in the database, including those of batches already delivered. */
  products(): Promise<KnownProduct[]>;
  /** Which of these customers are in the database and not archived. */
  living(ids: readonly string[]): Promise<Set<string>>;
  /** The deals or orders (`deal-17`) that hold these line items, as the database has it. */
  parentsOf(lines: readonly string[]): Promise<string[]>;
}

export interface SyncContext extends Known {
  mode: SyncMode;
  /** Incremental: look as well for what no search shows, such as archived records. */
  thorough: boolean;
  /** Incremental: everything changed before this is known. */
  since: Readonly<Partial<Record<SyncObject, Date>>>;
  /** Where to go on; null: from the beginning. Always one that `readPosition` accepted. */
  position: Position | null;
  /** When this run (not this attempt) started. */
  startedAt: Date;
  signal: AbortSignal;
}

/**
 * What became of telling an address's objection: `told`, `known` (the CRM had it already), `no_address` (the CRM has no
 * such address), or `refused`, in the CRM's own words. What concerns the whole account is thrown instead.
 */
export type ConsentAnswer =
  | { outcome: 'told' | 'known' | 'no_address' }
  | { outcome: 'refused'; message: string };

/**
 * Tells a CRM with a mailer of its own what people said about mail here. It never signs anybody on, but for taking
 * back what was told. Everything may be said twice.
 * @throws SyncError from every method, when the CRM can't be told anything
 */
export interface ConsentDesk {
  /** What is to be restored if this person takes the objection back; null: the CRM knows of an objection already. */
  before(address: string): Promise<CrmSubscriptions | null>;
  optOut(address: string): Promise<ConsentAnswer>;
  /** Restores what `before` said. */
  takeBack(address: string, before: CrmSubscriptions): Promise<ConsentAnswer>;
  close(): void;
}

/** What of a conversation a CRM is told: what was said, who wants a call, and what holds of a contact by now. */
export const WRITE_KINDS = ['note', 'task', 'profile'] as const;
export type WriteKind = (typeof WRITE_KINDS)[number];

/** What is written, by kind. Texts are HTML, escaped; times ISO 8601; in a profile, empty takes a value away. */
export interface Writing {
  note: { html: string; at: string };
  task: { subject: string; html: string; dueAt: string; ownerId: string | null };
  profile: Record<ProfileField, string>;
}

/** What a contact's own fields say of the conversation. */
export const PROFILE_FIELDS = [
  'lastAnswer',
  'lastAnswerAt',
  'wants',
  'callRequestedAt',
  'preferences',
  'suggestedRatio',
  'suggestedRatioReason',
  'brief',
] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number];

/** Something to be written about one customer. */
export interface ToWrite<K extends WriteKind> {
  /** Ours; the answer names it. */
  id: number;
  customerId: string;
  /** Stands in the text, and nowhere else: by it a note or task is recognised. */
  mark: string;
  /** It was tried before, and nobody knows what came of it: it is looked for first. */
  tried: boolean;
  /** If it is not found, it is made anew: that was long enough ago to have come to light. */
  anew: boolean;
  body: Writing[K];
}

/**
 * What became of writing one thing: `written`, `gone` (the CRM has no such customer), or `refused`, in the CRM's own
 * words. What is not answered may have been written or not.
 */
export type Written = { id: number } & (
  | { outcome: 'written'; crmId: string }
  | { outcome: 'gone' }
  | { outcome: 'refused'; message: string }
);

/**
 * Asked right before each call that writes, however long that had to wait: which of these things it may write. Another
 * process may have them in hand by now, or their customer was erased.
 * @param longestMs how long the call may take
 */
export type Claim = (ids: readonly number[], longestMs: number) => Promise<ReadonlySet<number>>;

/**
 * Writes what customers said into the CRM: notes and tasks once each, however often they are tried, profiles as they
 * are by now. Answers come as soon as they are known, in any order.
 * @throws SyncError from every method, when the CRM can't be told anything
 */
export interface WriteDesk {
  /** What the settings want. */
  readonly wants: Readonly<Record<WriteKind, boolean>>;
  write<K extends WriteKind>(
    kind: K,
    things: readonly ToWrite<K>[],
    claim: Claim,
  ): AsyncIterable<readonly Written[]>;
  close(): void;
}

/**
 * What a CRM must be able to do. An adapter reads and translates; it does not decide what changed.
 * A batch is applied, with its position, in one transaction, before the next one is asked for.
 */
export interface CrmAdapter {
  /** Stored with every record, e.g. `hubspot`. One installation has one source. */
  readonly source: string;
  /** Where people look into it, if this process brings it along: the demo's. */
  readonly url?: string;
  readonly modes: readonly SyncMode[];
  /** Cursors step back by this much, because the CRM's index of changes lags. */
  readonly overlapMs: number;
  /** The position if it can be gone on from; null: begin anew. */
  readPosition(raw: unknown): Position | null;
  batches(context: SyncContext): AsyncIterable<SyncBatch>;
  /** Reads some records, and what hangs on them, as they are now. */
  refresh?(
    references: readonly CrmReference[],
    context: Known & { signal: AbortSignal },
  ): AsyncIterable<FreshBatch>;
  /**
   * Which of these customers the CRM says it has no more: neither living, nor archived, nor under another id. Only its
   * own word counts, because they are erased for good.
   * @throws SyncError when it can't be asked
   */
  forgotten?(customerIds: readonly string[], signal: AbortSignal): Promise<Set<string>>;
  /** Only for CRMs with a mailer of their own. Null: the settings want it to be told nothing. */
  consent?(signal: AbortSignal): Promise<ConsentDesk | null>;
  /** Only for CRMs that people look into. `language`: theirs, for what the CRM itself shows of fields made for this. */
  writing?(language: Language, signal: AbortSignal): Promise<WriteDesk>;
  /**
   * Looks at a little of everything, for `doctor`, and says all that keeps it from being read, or a part of it.
   * @throws SyncError in words for people, when nothing can be read at all
   */
  check?(signal: AbortSignal): Promise<CrmFinding[]>;
}

/** Something that `check` found. Never a secret. */
export interface CrmFinding {
  about: string;
  /** `wrong`: a sync stops, or reads something wrong. */
  status: 'ok' | 'note' | 'wrong';
  /** In plain words, and what to do when it is not ok. */
  says: string;
}

/**
 * Why a sync stopped, in words for people.
 * `retryable`: the same run may go on later from where it stopped; otherwise somebody must change something.
 * `ofRecords`: what was asked for may be the reason, so other records can perhaps be read; otherwise none can.
 */
export class SyncError extends Error {
  override name = 'SyncError';
  readonly code: string;
  readonly retryable: boolean;
  readonly ofRecords: boolean;
  constructor(
    code: string,
    message: string,
    options: { retryable?: boolean; ofRecords?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.ofRecords = options.ofRecords ?? false;
  }
}
