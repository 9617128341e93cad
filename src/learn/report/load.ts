import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { Odds } from '../../domain/composition.ts';
import type { AnswersThen } from './data.ts';

/** Offers' blocks, added up. */
export interface ShownCell {
  offerId: string;
  variantId: string;
  productKey: string;
  /** First day of the week or month. */
  period: string;
  shown: number;
  open: number;
  yes: number;
}

/** When offers were first shown, how often, and to how many people. */
export async function loadReach(
  db: Database,
): Promise<{ since: Date | null; shown: number; people: number }> {
  const { rows } = await sql<{ since: Date | null; shown: number; people: number }>`
    select min(shown_at) as since, count(*)::int as shown, count(distinct customer_id)::int as people
    from shown_blocks where kind = 'experimental'`.execute(db);
  return rows[0] ?? { since: null, shown: 0, people: 0 };
}

/** What the blocks of offers are counted by. */
interface Span {
  period: 'week' | 'month';
  timeZone: string;
  windowDays: number;
  now: Date;
}

/** Blocks of offers by form, product and period. What was answered in time counts as a yes: "yes" and "call me". */
export async function loadShown(db: Database, span: Span): Promise<ShownCell[]> {
  const { rows } = await sql<ShownCell>`
    select b.content_id as "offerId", b.variant_id as "variantId", b.product_key as "productKey",
      ${day(span)} as period, count(*)::int as shown, count(*) filter (where ${isOpen(span)})::int as open,
      count(*) filter (where ${saidYes(span)})::int as yes
    from shown_blocks b left join heard_answers a on a.send_id = b.send_id and a.position = b.position
    where b.kind = 'experimental'
    group by 1, 2, 3, 4 order by 1, 2, 3, 4`.execute(db);
  return rows;
}

/** How often blocks of either kind were answered, of those whose time for it is over. */
export async function loadAnswers(db: Database, span: Span & { since: Date }): Promise<AnswersThen[]> {
  const { rows } = await sql<{ period: string; kind: string; blocks: number; yes: number }>`
    select ${day(span)} as period, b.kind, count(*)::int as blocks,
      count(*) filter (where ${saidYes(span)})::int as yes
    from shown_blocks b left join heard_answers a on a.send_id = b.send_id and a.position = b.position
    where b.shown_at >= ${span.since} and not ${isOpen(span)}
    group by 1, 2 order by 1`.execute(db);
  const found = new Map<string, AnswersThen>();
  for (const { period, kind, blocks, yes } of rows) {
    const then = found.get(period) ?? {
      period,
      experimental: { blocks: 0, yes: 0 },
      proven: { blocks: 0, yes: 0 },
    };
    then[kind === 'experimental' ? 'experimental' : 'proven'] = { blocks, yes };
    found.set(period, then);
  }
  return [...found.values()];
}

/** Choices that were made with the same odds. */
export interface LikeChoices {
  odds: Odds[];
  count: number;
}

/** More of them make nothing more certain, only slower. */
const CHOICES_LOOKED_AT = 5000;

/**
 * The odds with which offers that were shown had been chosen: of all mails, or of an even part of many.
 * @param shown offers' blocks in all
 */
export async function loadChoices(db: Database, shown: number): Promise<LikeChoices[]> {
  const everyNth = Math.max(1, Math.round(shown / CHOICES_LOOKED_AT));
  const { rows } = await sql<LikeChoices>`
    select choice -> 'odds' as odds, count(*)::int as count
    from shown_blocks b
      join sends s on s.id = b.send_id
      cross join lateral jsonb_array_elements(s.composition -> 'choices') choice
    where b.kind = 'experimental' and (choice ->> 'position')::int = b.position
      and ('x' || left(md5(b.send_id::text), 7))::bit(28)::int % ${everyNth}::int = 0
    group by 1`.execute(db);
  return rows;
}

const day = ({ period, timeZone }: Span) =>
  sql`to_char(date_trunc(${period}::text, b.shown_at at time zone ${timeZone}::text), 'YYYY-MM-DD')`;

const isOpen = ({ now, windowDays }: Span) =>
  sql`(b.shown_at > ${now}::timestamptz - make_interval(days => ${windowDays}::int))`;

const saidYes = ({ windowDays }: Span) =>
  sql`(a.answer in ('yes', 'call') and a.answered_at < b.shown_at + make_interval(days => ${windowDays}::int))`;
