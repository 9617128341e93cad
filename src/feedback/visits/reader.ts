import type { Database } from '../../db/connect.ts';

/** Pseudonyms that erasure leaves behind (erasure/erase.ts). */
const ERASED = /^erased-[0-9a-f]{8}-/;

/**
 * Whether there is still somebody to whom a send's mail went: `erased`, when nothing of them is left; `unknown`, when
 * the ledger has no such send.
 */
export async function readerOf(db: Database, sendId: number): Promise<'there' | 'erased' | 'unknown'> {
  const send = await db
    .selectFrom('sends')
    .select(['customer_id', 'email_key'])
    .where('id', '=', sendId)
    .executeTakeFirst();
  if (!send) return 'unknown';
  return isErased(send) ? 'erased' : 'there';
}

/** A CRM's id may begin like a pseudonym; a mail without an address as well belongs to nobody. */
export const isErased = (send: { customer_id: string; email_key: string | null }): boolean =>
  send.email_key === null && ERASED.test(send.customer_id);
