import type { Database } from '../db/connect.ts';
import type { Block } from '../domain/composition.ts';
import type { Language } from '../domain/customer.ts';
import { BASE } from '../domain/genes.ts';

/** The block that a link in a mail is about. */
export interface ShownBlock {
  customerId: string;
  campaignId: string;
  kind: Block['kind'];
  contentId: string;
  /** Which form of an offer. */
  variantId: string;
  productKey: string;
  /** The language the mail was written in. */
  language: Language;
}

/**
 * What stood at `position` of a send's mail: as it was shown, or, while the send is not settled (its mail may
 * have arrived all the same), as it was composed. Null when the ledger knows no such send or block.
 */
export async function findBlock(db: Database, sendId: number, position: number): Promise<ShownBlock | null> {
  const row = await db
    .selectFrom('sends')
    .leftJoin('shown_blocks', (join) =>
      join.onRef('shown_blocks.send_id', '=', 'sends.id').on('shown_blocks.position', '=', position),
    )
    .leftJoin('customers', 'customers.id', 'sends.customer_id')
    .select([
      'sends.customer_id',
      'sends.campaign_id',
      'sends.composition',
      'customers.language',
      'shown_blocks.kind',
      'shown_blocks.content_id',
      'shown_blocks.variant_id',
      'shown_blocks.product_key',
    ])
    .where('sends.id', '=', sendId)
    .executeTakeFirst();
  if (!row) return null;
  const composed = row.composition?.blocks[position];
  const kind = row.kind ?? composed?.kind;
  const contentId = row.content_id ?? composed?.contentId;
  const productKey = row.product_key ?? composed?.productKey;
  if (kind === undefined || contentId === undefined || productKey === undefined) return null;
  return {
    customerId: row.customer_id,
    campaignId: row.campaign_id,
    kind,
    contentId,
    variantId: row.variant_id ?? composed?.variantId ?? BASE,
    productKey,
    language: row.composition?.language ?? row.language ?? 'de',
  };
}
