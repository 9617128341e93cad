import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { Block, BlockKind, Composition, RatioAccount, SkipReason } from '../domain/composition.ts';
import type { Answer, Frequency, MachineSign, Topic } from '../domain/conversation.ts';
import type { CrmSubscriptions } from '../domain/crm-subscriptions.ts';
import type { ConsentBasis, Language } from '../domain/customer.ts';
import type { ProposalKind, VariantOrigin, VariantState } from '../domain/learning.ts';
import type { Act, Role } from '../domain/person.ts';
import type {
  CampaignAudience,
  CampaignState,
  InDoubtPolicy,
  MailEventKind,
  SendState,
  SuppressionReason,
} from '../domain/send.ts';

type Timestamp = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** numeric(5,4): pg returns text; the pool parses it (see connect.ts). */
type Ratio = number | null;

/** The tables of `migrations/`, as Kysely sees them. `bigint` columns arrive as numbers (see connect.ts). */
export interface Tables {
  installation: { key: string; value: string };
  companies: {
    id: string;
    source: string;
    name: string | null;
    innovation_ratio: Ratio;
    archived_at: NullableTimestamp;
  };
  owners: { id: string; source: string; name: string | null; email: string | null };
  products: {
    id: string;
    source: string;
    sku: string | null;
    name: string;
    family: string | null;
    archived_at: NullableTimestamp;
  };
  customers: {
    id: string;
    source: string;
    email: string | null;
    email_key: GeneratedAlways<string | null>;
    salutation: 'frau' | 'herr' | null;
    title: string | null;
    first_name: string | null;
    last_name: string | null;
    company_id: string | null;
    owner_id: string | null;
    language: Language;
    country: string | null;
    consent: ConsentBasis;
    opted_out: boolean;
    bounced: boolean;
    innovation_ratio: Ratio;
    created_at: NullableTimestamp;
    archived_at: NullableTimestamp;
  };
  purchases: {
    id: string;
    customer_id: string;
    source: string;
    product_id: string;
    quantity: number;
    /** ISO 8601 date; pg's date parser is off (see connect.ts). */
    purchased_on: string;
    status: 'kept' | 'returned' | 'cancelled';
  };
  owned_products: {
    customer_id: string;
    product_id: string;
    quantity: number;
    since: string;
    declared: boolean;
  };
  crm_limits: {
    bucket: 'general' | 'search';
    max_calls: number;
    window_ms: number;
    paused_until: Timestamp;
    daily: number | null;
    daily_remaining: number | null;
    told_at: NullableTimestamp;
  };
  crm_calls: { id: Generated<number>; bucket: string; ended_at: NullableTimestamp; lost_at: Timestamp };
  crm_hours: { hour: Timestamp; calls: number };
  crm_events: {
    id: Generated<number>;
    received_at: Timestamp;
    occurred_at: NullableTimestamp;
    kind: string;
    records: JSONColumnType<{ type: string; id: string }[], string, string>;
    dedupe_key: string;
    due_at: Timestamp;
    together: Generated<number>;
    tries: Generated<number>;
    handled_at: NullableTimestamp;
    outcome: string | null;
  };
  crm_reads: { object: string; id: string; asked_at: Timestamp };
  customer_merges: { id: string; into_id: string; merged_at: Timestamp };
  sync_runs: {
    id: GeneratedAlways<number>;
    source: string;
    mode: 'full' | 'incremental' | 'comparison';
    started_at: Timestamp;
    finished_at: NullableTimestamp;
    progress: JSONColumnType<Record<string, unknown>>;
    counts: JSONColumnType<Record<string, unknown>>;
    error: string | null;
  };
  sync_cursors: { source: string; object: string; synced_until: Timestamp };
  sync_seen: { run_id: number; object: string; id: string };
  suppressions: {
    /** Filled from `email_key` by a trigger; given only for addresses that are known by their hash alone. */
    email_hash: Generated<string>;
    email_key: string | null;
    reason: SuppressionReason;
    detail: string | null;
    created_at: Timestamp;
    crm_told_at: NullableTimestamp;
    crm_outcome: 'told' | 'known' | 'no_address' | 'withheld' | null;
    crm_before: JSONColumnType<CrmSubscriptions> | null;
    crm_try_at: Generated<Date>;
    crm_tries: Generated<number>;
  };
  crm_take_backs: { email_key: string; before: JSONColumnType<CrmSubscriptions>; taken_back_at: Timestamp };
  mail_events: {
    id: GeneratedAlways<number>;
    send_id: number | null;
    campaign_id: string | null;
    kind: MailEventKind;
    email_key: string | null;
    status: string | null;
    detail: string | null;
    source: string;
    occurred_at: Timestamp;
    recorded_at: Timestamp;
    dedupe_key: string | null;
  };
  unread_reports: {
    id: GeneratedAlways<number>;
    source: string;
    received_at: Timestamp;
    problem: string;
    raw: Buffer;
    sha256: GeneratedAlways<Buffer>;
    mentions: Generated<string[]>;
    handled_at: NullableTimestamp;
  };
  webhook_tokens: { token: string; report: string; taken_at: Timestamp };
  domain_backoff: {
    domain: string;
    strikes: number;
    since: Timestamp;
    resume_at: Timestamp;
    reply: string | null;
  };
  send_rates: { scope: string; tokens: number; refilled_at: Timestamp; asked_until: Timestamp };
  daily_volume: { day: string; reserved: Generated<number> };
  content_files: { hash: string; body: Buffer };
  content_versions: { id: string; files: JSONColumnType<Record<string, string>>; created_at: Timestamp };
  erasures: { customer_hash: string; erased_at: Timestamp };
  reports: { day: string; sent_at: Timestamp };
  campaigns: {
    id: string;
    name: string;
    kind: 'adhoc' | 'nightly';
    audience: JSONColumnType<CampaignAudience>;
    state: Generated<CampaignState>;
    attention: string | null;
    candidates: number | null;
    planned: number | null;
    excluded: JSONColumnType<Partial<Record<SkipReason, number>>>;
    planned_up_to: string | null;
    starts_at: NullableTimestamp;
    spread_hours: Generated<number>;
    in_doubt_policy: Generated<InDoubtPolicy>;
    content_version: string | null;
    watched_since: NullableTimestamp;
    made_by: string | null;
    revision: Generated<number>;
    approval_asked_by: string | null;
    approval_asked_key: string | null;
    approval_asked_at: NullableTimestamp;
    approved_by: string | null;
    approved_at: NullableTimestamp;
    approved_version: string | null;
    created_at: Timestamp;
    started_at: NullableTimestamp;
    finished_at: NullableTimestamp;
  };
  sends: {
    id: GeneratedAlways<number>;
    campaign_id: string;
    customer_id: string;
    chunk: number;
    state: Generated<SendState>;
    reason: string | null;
    detail: string | null;
    email_key: string | null;
    message_id: string | null;
    subject: string | null;
    composition: JSONColumnType<Composition> | null;
    attempts: Generated<number>;
    due_at: Timestamp;
    worker: number | null;
    planned_at: Timestamp;
    sending_at: NullableTimestamp;
    settled_at: NullableTimestamp;
    smtp_response: string | null;
    tried_at: NullableTimestamp;
    held_at: NullableTimestamp;
    smtp_status: string | null;
    /** The id it was made under, when its customer has another mail in the campaign since records were merged. */
    former_id: string | null;
    /** Where in the odds of its first offer it draws, in [0, 1); null: from the seed. */
    draw: number | null;
  };
  shown_blocks: {
    send_id: number;
    position: number;
    customer_id: string;
    campaign_id: string;
    kind: BlockKind;
    content_id: string;
    variant_id: string;
    product_key: string;
    probability: number;
    shown_at: Timestamp;
    model_id: number | null;
  };
  ratio_accounts: {
    customer_id: string;
    wanted: Generated<number>;
    given: Generated<number>;
    forgiven: Generated<number>;
  };
  answers: {
    id: GeneratedAlways<number>;
    send_id: number;
    position: number;
    customer_id: string;
    content_id: string;
    answer: Answer;
    answered_at: Timestamp;
    doubted_at: NullableTimestamp;
    confirmed: Generated<boolean>;
    visit_id: number | null;
    crm_entry_id: number | null;
  };
  visits: {
    id: GeneratedAlways<number>;
    send_id: number;
    link: 'answer' | 'click' | 'unsubscribe' | 'preferences';
    position: number | null;
    answer: Answer | null;
    posted: Generated<boolean>;
    user_agent: string | null;
    machine: MachineSign | null;
    confirmed: Generated<boolean>;
    ticket: string | null;
    denied: Generated<boolean>;
    changed: 'stopped' | 'restored' | null;
    visited_at: Timestamp;
  };
  heard_answers: {
    id: number;
    send_id: number;
    position: number;
    customer_id: string;
    content_id: string;
    answer: Answer;
    answered_at: Date;
  };
  statements: {
    id: GeneratedAlways<number>;
    customer_id: string;
    send_id: number | null;
    position: number | null;
    content_id: string | null;
    question_id: string;
    question: string;
    choice: string | null;
    choice_words: string | null;
    words: string | null;
    said_by: 'customer' | 'salesperson';
    said_at: Timestamp;
    /** ISO 8601 date. */
    not_before: string | null;
    not_used: Generated<string[]>;
    crm_entry_id: number | null;
    visit_id: number | null;
    doubted_at: NullableTimestamp;
  };
  preferences: {
    customer_id: string;
    language: Language | null;
    frequency: Frequency | null;
    topics_off: Generated<Topic[]>;
    ratio_wish: number | null;
    /** ISO 8601 date. */
    paused_until: string | null;
    changed_at: Timestamp;
  };
  product_use: { customer_id: string; product_id: string; used: boolean; said_on: string };
  crm_entries: {
    id: GeneratedAlways<number>;
    customer_id: string;
    kind: 'note' | 'task' | 'profile';
    send_id: number | null;
    position: number | null;
    created_at: Timestamp;
    due_at: Timestamp;
    begun_at: NullableTimestamp;
    asked_at: NullableTimestamp;
    body: JSONColumnType<Record<string, unknown>> | null;
    tries: Generated<number>;
    settled_at: NullableTimestamp;
    outcome: 'written' | 'nothing' | 'gone' | 'refused' | 'not_wanted' | null;
    crm_id: string | null;
    refusal: string | null;
  };
  held_out: {
    campaign_id: string;
    customer_id: string;
    chunk: number;
    due_at: Timestamp;
    decided_at: NullableTimestamp;
    reason: SkipReason | null;
    blocks: JSONColumnType<Pick<Block, 'kind' | 'contentId' | 'productKey'>[]> | null;
    account: JSONColumnType<RatioAccount> | null;
  };
  variants: {
    offer_id: string;
    variant_id: string;
    state: Generated<VariantState>;
    origin: VariantOrigin;
    parents: Generated<string[]>;
    born_at: Timestamp;
    number: GeneratedAlways<number>;
    ended_at: NullableTimestamp;
    end_reason: string | null;
    end_detail: string | null;
    tested_since: NullableTimestamp;
    test_number: number | null;
  };
  pairings: {
    offer_id: string;
    product_key: string;
    state: 'proposed' | 'agreed' | 'refused';
    is_similar: Generated<boolean>;
    evidence: JSONColumnType<Record<string, unknown>>;
    proposed_at: Timestamp;
    decided_at: NullableTimestamp;
  };
  proposals: {
    id: GeneratedAlways<number>;
    kind: ProposalKind;
    content_id: string;
    variant_id: Generated<string>;
    evidence: JSONColumnType<Record<string, unknown>>;
    made_at: Timestamp;
    decided_at: NullableTimestamp;
    decision: 'yes' | 'no' | null;
  };
  ratio_suggestions: {
    customer_id: string;
    ratio: number;
    suggested: number;
    probability: number;
    times: number;
    made_at: Timestamp;
    settled_at: NullableTimestamp;
  };
  models: {
    id: GeneratedAlways<number>;
    made_at: Timestamp;
    summary: JSONColumnType<Record<string, unknown>>;
    seen: JSONColumnType<Record<string, number>>;
  };
  accounts: {
    id: GeneratedAlways<number>;
    email: string;
    email_key: GeneratedAlways<string>;
    name: string;
    role: Role;
    password_hash: string | null;
    sso_subject: string | null;
    role_by_sso: Generated<boolean>;
    session_round: Generated<number>;
    created_at: Generated<Date>;
    closed_at: NullableTimestamp;
  };
  ended_sessions: {
    id: Buffer;
    until: Timestamp;
  };
  audit_log: {
    id: GeneratedAlways<number>;
    at: Timestamp;
    who: string;
    account_id: number | null;
    action: Act;
    subject: string | null;
    detail: JSONColumnType<Record<string, unknown>>;
  };
  api_tokens: {
    id: GeneratedAlways<number>;
    name: string;
    token_hash: Buffer;
    scopes: string[];
    made_by: string;
    made_at: Timestamp;
    expires_at: Timestamp;
    last_used_at: NullableTimestamp;
    revoked_at: NullableTimestamp;
  };
  dry_runs: {
    id: GeneratedAlways<number>;
    campaign_id: string;
    made_at: Timestamp;
    made_by: string;
    updated_at: Generated<Date>;
    finished_at: NullableTimestamp;
    version: Generated<string>;
    summary: JSONColumnType<Record<string, unknown>>;
    error: string | null;
  };
  dry_run_customers: {
    run_id: number;
    customer_id: string;
    reason: SkipReason | null;
    blocks: JSONColumnType<Pick<Block, 'kind' | 'contentId' | 'variantId' | 'productKey'>[]> | null;
  };
  library_edits: {
    id: GeneratedAlways<number>;
    folder: 'library' | 'templates';
    file: string;
    before_hash: string | null;
    after_hash: string | null;
    who: string;
    at: Timestamp;
  };
  mailbox: {
    id: GeneratedAlways<number>;
    received_at: Timestamp;
    mail_from: string;
    rcpt_to: string[];
    message_id: string | null;
    header_from: string | null;
    header_to: string | null;
    subject: string | null;
    raw: Buffer;
  };
}
