import type { Database } from '../../db/connect.ts';
import { ProposalError } from '../proof/proposal-error.ts';

/**
 * A person's word on a proposed pairing. No may also be said later, of one that was agreed to: it ends then. What was
 * refused stays refused.
 *
 * @param given.similar whether it is similar in the sense of UWG §7(3): only then may customers who have not consented
 *   hear of it
 * @param given.waiting it was shown as waiting: then nothing else is decided, so that nobody takes back unknowingly what
 *   somebody else has agreed to meanwhile
 * @throws ProposalError when there is no such proposal, or it was decided before
 */
export async function decidePairing(
  db: Database,
  given: {
    offerId: string;
    productKey: string;
    yes: boolean;
    similar: boolean;
    waiting?: boolean;
    now: Date;
  },
): Promise<void> {
  const { offerId, productKey, yes, similar, waiting = false, now } = given;
  const decided = await db
    .updateTable('pairings')
    .set({ state: yes ? 'agreed' : 'refused', is_similar: yes && similar, decided_at: now })
    .where('offer_id', '=', offerId)
    .where('product_key', '=', productKey)
    .where('state', 'in', yes || waiting ? ['proposed'] : ['proposed', 'agreed'])
    .returning('offer_id')
    .executeTakeFirst();
  if (decided) return;
  const before = await db
    .selectFrom('pairings')
    .select('state')
    .where('offer_id', '=', offerId)
    .where('product_key', '=', productKey)
    .executeTakeFirst();
  if (!before)
    throw new ProposalError(
      'unknown',
      `Nobody has proposed "${offerId}" for owners of "${productKey}". See what waits with: spielbein learn report`,
    );
  throw new ProposalError(
    'decided',
    `"${offerId}" for owners of "${productKey}" was ${before.state === 'agreed' ? 'agreed to' : 'refused'} before.`,
  );
}
