import type { Database } from '../../db/connect.ts';
import type { VariantOrigin, VariantState } from '../../domain/learning.ts';

/** A form of an offer that is or was tried. */
export interface StoredForm {
  offerId: string;
  variantId: string;
  state: VariantState;
  origin: VariantOrigin;
  /** Forms it was bred from, by their ids. */
  parents: string[];
  bornAt: Date;
  endedAt: Date | null;
  /** Stable code. */
  endReason: string | null;
}

/** All of them, oldest first. */
export async function loadForms(db: Database): Promise<StoredForm[]> {
  return await db
    .selectFrom('variants')
    .select([
      'offer_id as offerId',
      'variant_id as variantId',
      'state',
      'origin',
      'parents',
      'born_at as bornAt',
      'ended_at as endedAt',
      'end_reason as endReason',
    ])
    .orderBy('number')
    .execute();
}
