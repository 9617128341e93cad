import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import type { BlockKind } from '../../../domain/composition.ts';
import { type Answer, NO_PREFERENCES, type Preferences } from '../../../domain/conversation.ts';
import type { Language } from '../../../domain/customer.ts';
import { BASE } from '../../../domain/genes.ts';
import type { ToldBlock } from './about.ts';

export interface SaidWords {
  question: string;
  /** What was chosen, in words. */
  choice: string | null;
  /** Their own words. */
  words: string | null;
  saidBy: 'customer' | 'salesperson';
  /** ISO 8601. */
  at: string;
}

/** What one note or task tells of. */
export interface EntryFacts {
  id: number;
  customer: {
    id: string;
    /** "Dr. Kim Muster"; empty when the CRM knows no name. */
    name: string;
    company: string | null;
    ownerId: string | null;
  };
  /** The block it is about; null: the customer as a whole, or a block that nobody knows any more. */
  block: ToldBlock | null;
  mail: { subject: string | null; sentAt: Date | null; language: Language };
  /** What this entry tells of answers: the last of those it claimed. */
  answer: { answer: Answer; at: string } | null;
  /** What an earlier entry told to the same block. */
  before: Answer | null;
  /** What the customer says to the block by now. */
  heard: { answer: Answer; at: string } | null;
  /** Those that a note claimed; for a task, what the customer has said to the block by now. The oldest first. */
  statements: SaidWords[];
  preferences: Preferences;
  /** Where the customer corrected what they are known to have. */
  corrections: { id: string; sku: string | null; name: string; family: string | null; used: boolean }[];
  /** Marks of the wishes that an earlier note told (`sayingHash`). */
  told: string[];
}

interface Row extends Omit<EntryFacts, 'customer' | 'block' | 'mail' | 'preferences'> {
  customer_id: string;
  name: string;
  company: string | null;
  owner_id: string | null;
  kind: BlockKind | null;
  content_id: string | null;
  variant_id: string | null;
  product_key: string | null;
  crm_name: string | null;
  subject: string | null;
  sending_at: Date | null;
  mail_language: Language | null;
  language: Language;
  wishes: Preferences | null;
}

/**
 * What notes and tasks tell of, in one query. Entries of customers whom the CRM has no more are missing.
 * @param ids entries
 */
export async function loadEntryFacts(db: Database, ids: readonly number[]): Promise<EntryFacts[]> {
  const { rows } = await sql<Row>`
    select e.id, c.id as customer_id, concat_ws(' ', c.title, c.first_name, c.last_name) as name, c.owner_id,
      co.name as company, c.language,
      coalesce(sb.kind, composed.block ->> 'kind') as kind,
      coalesce(sb.content_id, composed.block ->> 'contentId') as content_id,
      coalesce(sb.variant_id, composed.block ->> 'variantId') as variant_id,
      coalesce(sb.product_key, composed.block ->> 'productKey') as product_key,
      p.name as crm_name, s.subject, s.sending_at, s.composition ->> 'language' as mail_language,
      (select jsonb_build_object('answer', a.answer, 'at', a.answered_at) from answers a
        where a.crm_entry_id = e.id and a.doubted_at is null order by a.id desc limit 1) as answer,
      (select a.answer from answers a
        where a.send_id = e.send_id and a.position = e.position and a.crm_entry_id < e.id and a.doubted_at is null
        order by a.id desc limit 1) as before,
      (select jsonb_build_object('answer', h.answer, 'at', h.answered_at) from heard_answers h
        where h.send_id = e.send_id and h.position = e.position) as heard,
      coalesce((
        select jsonb_agg(jsonb_build_object('question', t.question, 'choice', t.choice_words, 'words', t.words,
          'saidBy', t.said_by, 'at', t.said_at) order by t.id)
        from statements t
        where t.customer_id = e.customer_id and t.doubted_at is null and case when e.kind <> 'task' then t.crm_entry_id = e.id
          else t.said_by = 'customer' and t.send_id = e.send_id and t.position = e.position end), '[]') as statements,
      case when w.customer_id is not null then jsonb_build_object('language', w.language, 'frequency', w.frequency,
        'topicsOff', w.topics_off, 'ratioWish', w.ratio_wish, 'pausedUntil', w.paused_until) end as wishes,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', u.product_id, 'sku', up.sku, 'name', up.name, 'family', up.family,
          'used', u.used) order by u.used, up.name)
        from product_use u join products up on up.id = u.product_id
        where u.customer_id = c.id and e.send_id is null), '[]') as corrections,
      coalesce((
        select earlier.body -> 'told' from crm_entries earlier
        where earlier.customer_id = e.customer_id and earlier.kind = 'note' and earlier.send_id is null
          and earlier.id < e.id and earlier.body ? 'told' and e.send_id is null
        order by earlier.id desc limit 1), '[]') as told
    from crm_entries e
    join customers c on c.id = e.customer_id and c.archived_at is null
    left join companies co on co.id = c.company_id and co.archived_at is null
    left join sends s on s.id = e.send_id
    left join shown_blocks sb on sb.send_id = e.send_id and sb.position = e.position
    left join lateral (select s.composition -> 'blocks' -> e.position::int as block) composed on true
    left join products p on p.id = coalesce(sb.product_key, composed.block ->> 'productKey')
    left join preferences w on w.customer_id = c.id and e.send_id is null
    where e.id = any(${ids})
    order by e.id`.execute(db);
  return rows.map(
    ({
      customer_id: id,
      name,
      company,
      owner_id: ownerId,
      kind,
      content_id: contentId,
      variant_id: variantId,
      product_key: productKey,
      crm_name: crmName,
      subject,
      sending_at: sentAt,
      mail_language: mailLanguage,
      language,
      wishes,
      ...facts
    }) => ({
      ...facts,
      customer: { id, name, company, ownerId },
      block:
        kind === null || contentId === null || productKey === null
          ? null
          : { kind, contentId, variantId: variantId ?? BASE, productKey, crmName },
      mail: { subject, sentAt, language: mailLanguage ?? language },
      preferences: wishes ?? NO_PREFERENCES,
    }),
  );
}
