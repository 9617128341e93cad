import { sql } from 'kysely';
import { ownedKeys } from '../../../compose/compose.ts';
import { loadFacts } from '../../../compose/load-facts.ts';
import { ratioFor } from '../../../compose/ratio.ts';
import type { Database } from '../../../db/connect.ts';
import type { Answer, Preferences } from '../../../domain/conversation.ts';
import type { Language } from '../../../domain/customer.ts';
import { BASE } from '../../../domain/genes.ts';
import type { SuggestedRatio } from '../../../domain/suggested-ratio.ts';
import type { Library, ProductMatcher } from '../../../library/library.ts';
import { loadSuggestedRatios, stillSuggested } from '../../suggested-ratios.ts';
import type { ToldBlock } from './about.ts';

/** How far back what somebody asked for counts, in days. */
const WANTS_DAYS = 180;
/** Of so many answers and statements at most, newest first. */
const MOST = 30;

/** Something that a customer said, newest first. */
export interface Said {
  /** ISO 8601. */
  at: string;
  /** To a block; null: in answer to a question alone. */
  answer: Answer | null;
  question: string | null;
  choice: string | null;
  words: string | null;
  block: ToldBlock | null;
  language: Language;
}

/** What a contact's own fields are made of. */
export interface ProfileFacts {
  customerId: string;
  /** The last answer to any block. */
  lastAnswer: Said | null;
  /** When they last asked for a call, as far as they still do. ISO 8601. */
  callRequestedAt: string | null;
  /** What they said in the last 180 days that asks for something: yes, call, and their words to the same blocks. */
  wants: Said[];
  preferences: Preferences;
  /** The innovation ratio that holds now, 0 to 1. */
  ratio: number;
  /** What their answers suggest instead; null: nothing clear, or they said themselves what they wish. */
  suggestion: SuggestedRatio | null;
}

/**
 * What holds of these customers by now. Those whom the CRM has no more are missing.
 * @param ids customers
 */
export async function loadProfileFacts(
  db: Database,
  ids: readonly string[],
  given: { library: Library; matchProduct: ProductMatcher; now: Date },
): Promise<Map<string, ProfileFacts>> {
  const { library, matchProduct, now } = given;
  const { rules } = library.settings;
  const facts = await loadFacts(db, [...ids], { now, rules });
  const said = await loadSaid(db, ids, now);
  const suggested = await loadSuggestedRatios(db, ids);
  const profiles = new Map<string, ProfileFacts>();
  for (const [customerId, known] of facts) {
    if (known.archived) continue;
    const { customer, preferences } = known;
    const segments = ownedKeys(known, matchProduct).flatMap(
      ({ key }) => library.products.get(key)?.innovationRatio ?? [],
    );
    const { value: ratio } = ratioFor({
      contact: customer.contactRatio,
      company: customer.companyRatio,
      segments,
      fallback: rules.defaultRatio,
    });
    const { last, call, wants } = said.get(customerId) ?? { last: null, call: null, wants: [] };
    profiles.set(customerId, {
      customerId,
      lastAnswer: last,
      callRequestedAt: call,
      wants,
      preferences,
      ratio,
      suggestion: stillSuggested(suggested.get(customerId), { ratio, wish: preferences.ratioWish }),
    });
  }
  return profiles;
}

interface Row {
  id: string;
  last: Said | null;
  call: string | null;
  wants: Said[];
}

async function loadSaid(db: Database, ids: readonly string[], now: Date): Promise<Map<string, Row>> {
  const since = new Date(now.getTime() - WANTS_DAYS * 86_400_000);
  const block = (send: string, position: string) => sql`
    left join sends s on s.id = ${sql.ref(`${send}`)}
    left join shown_blocks sb on sb.send_id = s.id and sb.position = ${sql.ref(position)}
    left join lateral (select s.composition -> 'blocks' -> ${sql.ref(position)}::int as block) composed on true
    left join products p on p.id = coalesce(sb.product_key, composed.block ->> 'productKey')`;
  const shown = sql`
    case when coalesce(sb.content_id, composed.block ->> 'contentId') is not null then jsonb_build_object(
      'kind', coalesce(sb.kind, composed.block ->> 'kind'),
      'contentId', coalesce(sb.content_id, composed.block ->> 'contentId'),
      'variantId', coalesce(sb.variant_id, composed.block ->> 'variantId', ${BASE}),
      'productKey', coalesce(sb.product_key, composed.block ->> 'productKey'), 'crmName', p.name) end`;
  const answers = sql`
    select h.answered_at as at, h.answer, jsonb_build_object('at', h.answered_at, 'answer', h.answer,
      'question', null, 'choice', null, 'words', null, 'block', ${shown},
      'language', coalesce(s.composition ->> 'language', c.language)) as said
    from heard_answers h ${block('h.send_id', 'h.position')}
    where h.customer_id = c.id`;
  const { rows } = await sql<Row>`
    select c.id,
      (select said from (${answers}) a order by at desc limit 1) as last,
      (select max(h.answered_at) from heard_answers h where h.customer_id = c.id and h.answer = 'call') as call,
      coalesce((
        select jsonb_agg(said order by at desc) from (
          select at, said from (
            select at, said from (${answers}) a where answer in ('yes', 'call')
            union all
            select t.said_at as at, jsonb_build_object('at', t.said_at, 'answer', null, 'question', t.question,
              'choice', t.choice_words, 'words', t.words, 'block', ${shown},
              'language', coalesce(s.composition ->> 'language', c.language)) as said
            from statements t ${block('t.send_id', 't.position')}
            -- a reason for a no is nothing that they want, and what sales noted is in the notes
            where t.customer_id = c.id and t.said_by = 'customer' and t.doubted_at is null and exists (
              select from heard_answers h
              where h.send_id = t.send_id and h.position = t.position and h.answer in ('yes', 'call'))
          ) everything where at > ${since} order by at desc limit ${MOST}
        ) latest), '[]') as wants
    from customers c where c.id = any(${[...ids]})`.execute(db);
  return new Map(
    rows.map((row) => [
      row.id,
      { ...row, call: row.call === null ? null : new Date(row.call).toISOString() },
    ]),
  );
}
