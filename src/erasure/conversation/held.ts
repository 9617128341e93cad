import { type RawBuilder, sql } from 'kysely';
import type { Block, SkipReason } from '../../domain/composition.ts';
import type { Answer, MachineSign, Preferences } from '../../domain/conversation.ts';
import type { LinkKind } from '../../links/token.ts';
import type { Belongs } from '../traces.ts';

/** Why an answer does not count: programs were opening links at that moment, or something else was said later. */
export type WhyNot = 'doubted' | 'replaced';
export type EntryKind = 'note' | 'task' | 'profile';
export type EntryOutcome = 'written' | 'nothing' | 'gone' | 'refused' | 'not_wanted';

/** What a person said and did, and what came of it. Keys are those of the document. */
export interface ConversationHeld {
  answers: { mail: number; position: number; answer: Answer; at: Date; whyNot: WhyNot | null }[];
  /** Links that were opened, and forms that were sent; `position` of the block, where it is about one. */
  visits: {
    mail: number;
    link: LinkKind;
    position: number | null;
    answer: Answer | null;
    posted: boolean;
    at: Date;
    /** What shows that no person did it. */
    program: MachineSign | null;
    browser: string | null;
  }[];
  statements: {
    record: string;
    mail: number | null;
    position: number | null;
    content: string | null;
    question: string;
    choice: string | null;
    words: string | null;
    saidBy: 'customer' | 'salesperson';
    at: Date;
    /** ISO 8601 date. */
    notBefore: string | null;
    whyNot: 'doubted' | null;
  }[];
  preferences: (Preferences & { record: string; changedAt: Date })[];
  corrections: { record: string; product: string; used: boolean; saidOn: string }[];
  crmEntries: {
    record: string;
    kind: EntryKind;
    mail: number | null;
    position: number | null;
    createdAt: Date;
    begunAt: Date | null;
    settledAt: Date | null;
    outcome: EntryOutcome | null;
    /** The CRM's id of it, and its words when it refused. */
    crmId: string | null;
    refusal: string | null;
    /** What is being written; afterwards, only what the next entry must know. */
    body: Record<string, unknown> | null;
  }[];
  heldOut: {
    record: string;
    campaign: string;
    dueAt: Date;
    /** When it was decided what it would have been; null: not yet. */
    decidedAt: Date | null;
    /** Why it would not have gone out after all. */
    reason: SkipReason | null;
    blocks: Pick<Block, 'kind' | 'contentId' | 'productKey'>[] | null;
  }[];
}

/** @param rows runs a query in the transaction that everything is read in */
export async function readConversation(
  rows: <T>(query: RawBuilder<T>) => Promise<T[]>,
  belongs: Belongs,
): Promise<ConversationHeld> {
  return {
    answers: await rows(sql<ConversationHeld['answers'][number]>`
      select a.send_id as mail, a.position, a.answer, a.answered_at as at,
        case when a.doubted_at is not null then 'doubted' when h.id is null then 'replaced' end as "whyNot"
      from (select * from answers where ${belongs.byCustomer}) a
      left join heard_answers h on h.id = a.id
      order by a.answered_at, a.id`),
    visits: await rows(sql<ConversationHeld['visits'][number]>`
      select send_id as mail, link, position, answer, posted, visited_at as at, machine as program,
        user_agent as browser
      from visits where ${belongs.visits} order by visited_at, id`),
    statements: await rows(sql<ConversationHeld['statements'][number]>`
      select customer_id as record, send_id as mail, position, content_id as content, question,
        choice_words as choice, words, said_by as "saidBy", said_at as at, not_before as "notBefore",
        case when doubted_at is not null then 'doubted' end as "whyNot"
      from statements where ${belongs.byCustomer} order by said_at, id`),
    preferences: await rows(sql<ConversationHeld['preferences'][number]>`
      select customer_id as record, language, frequency, topics_off as "topicsOff", ratio_wish as "ratioWish",
        paused_until as "pausedUntil", changed_at as "changedAt"
      from preferences where ${belongs.byCustomer} order by customer_id`),
    corrections: await rows(sql<ConversationHeld['corrections'][number]>`
      select u.customer_id as record, coalesce(p.name, u.product_id) as product, u.used, u.said_on as "saidOn"
      from (select * from product_use where ${belongs.byCustomer}) u
      left join products p on p.id = u.product_id
      order by u.said_on, u.customer_id, u.product_id`),
    crmEntries: await rows(sql<ConversationHeld['crmEntries'][number]>`
      select customer_id as record, kind, send_id as mail, position, created_at as "createdAt",
        begun_at as "begunAt", settled_at as "settledAt", outcome, crm_id as "crmId", refusal, body
      from crm_entries where ${belongs.byCustomer} order by created_at, id`),
    heldOut: await rows(sql<ConversationHeld['heldOut'][number]>`
      select h.customer_id as record, c.name as campaign, h.due_at as "dueAt",
        h.decided_at as "decidedAt", h.reason, h.blocks
      from (select * from held_out where ${belongs.byCustomer}) h
      join campaigns c on c.id = h.campaign_id
      order by h.due_at, h.campaign_id`),
  };
}
