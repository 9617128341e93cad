import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';

/** Something that happened to an offer, its forms or its pairings. */
export interface Happening {
  what:
    | 'born'
    | 'retired'
    | 'stopped'
    | 'graduate_yes'
    | 'graduate_no'
    | 'rewrite_yes'
    | 'rewrite_no'
    | 'pairing_yes'
    | 'pairing_no';
  at: Date;
  /** Offer; of `rewrite`, the development. */
  contentId: string;
  /** Of a form; else null. */
  variantId: string | null;
  /** Of a pairing; else null. */
  productKey: string | null;
}

/**
 * What happened last, newest first: births by breeding, what was retired and stopped, and what people decided.
 * @param given.offerId of this offer alone
 */
export async function loadHistory(
  db: Database,
  given: { offerId?: string; limit: number },
): Promise<Happening[]> {
  const about = (column: string) =>
    given.offerId === undefined ? sql`true` : sql`${sql.ref(column)} = ${given.offerId}`;
  const { rows } = await sql<Happening>`
    select what, at, "contentId", "variantId", "productKey" from (
      select 'born' as what, born_at as at, offer_id as "contentId", variant_id as "variantId",
        null as "productKey" from variants where origin <> 'founder' and ${about('offer_id')}
      union all
      select state, ended_at, offer_id, variant_id, null from variants
        where ended_at is not null and ${about('offer_id')}
      union all
      select kind || '_' || decision, decided_at, content_id,
        case kind when 'graduate' then variant_id end, null from proposals
        where decided_at is not null and kind <> 'stopped' and ${about('content_id')}
      union all
      select case state when 'agreed' then 'pairing_yes' else 'pairing_no' end, decided_at, offer_id, null, product_key
        from pairings where decided_at is not null and ${about('offer_id')}) happened
    order by at desc, what limit ${given.limit}`.execute(db);
  return rows;
}
