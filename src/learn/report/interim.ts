import type { Database } from '../../db/connect.ts';
import { ProposalError } from '../proof/proposal-error.ts';

export async function decidePairing(
  db: Database,
  given: { offerId: string; productKey: string; yes: boolean; similar: boolean; now: Date },
): Promise<void> {
  const { offerId, productKey, yes, similar, now } = given;
  const { numUpdatedRows } = await db
    .updateTable('pairings')
    .set({ state: yes ? 'agreed' : 'refused', is_similar: yes && similar, decided_at: now })
    .where('offer_id', '=', offerId)
    .where('product_key', '=', productKey)
    .where('state', '=', 'proposed')
    .executeTakeFirst();
  if (numUpdatedRows === 0n)
    throw new ProposalError(`No pairing ${offerId}/${productKey} waits for an answer.`);
}
