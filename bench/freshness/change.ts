import { setTimeout as sleep } from 'node:timers/promises';
import type { Installation } from './installation.ts';

/** Milliseconds between two looks into the database. */
const LOOK_MS = 2;

/** Makes one change in the CRM, and waits until the database has it. @returns how long that took, in milliseconds */
export async function changeAndWait(
  { crm, sql }: Pick<Installation, 'crm' | 'sql'>,
  contactId: string,
  n: number,
  longestMs: number,
): Promise<number> {
  const begun = performance.now();
  const seen = KINDS[n % KINDS.length]?.(crm, contactId);
  if (!seen) throw new Error('There is no such change.');
  for (;;) {
    const { rows } = await sql.query(seen.query, seen.values);
    const waited = performance.now() - begun;
    if (rows.length > 0) return waited;
    if (waited > longestMs) throw new Error(`Waited ${longestMs / 1000} s in vain for: ${seen.query}`);
    await sleep(longestMs > 60_000 ? 50 : LOOK_MS);
  }
}

interface Seen {
  /** Has a row as soon as the change has arrived. */
  query: string;
  values: string[];
}

/** What decides about mails: a purchase by a deal or an order, an objection, another ratio. */
const KINDS: ((crm: Installation['crm'], contactId: string) => Seen)[] = [
  (crm, contactId) => purchase(crm.addPurchase({ contactId, sku: 'ORV-LX300' }), 'deal'),
  (crm, contactId) => {
    crm.updateContact(contactId, { hs_email_optout: 'true' });
    return { query: 'select from customers where id = $1 and opted_out', values: [contactId] };
  },
  (crm, contactId) => purchase(crm.addPurchase({ contactId, sku: 'ORV-TW6', via: 'order' }), 'order'),
  (crm, contactId) => {
    crm.updateContact(contactId, { innovation_ratio: '0.77' });
    return { query: 'select from customers where id = $1 and innovation_ratio = 0.77', values: [contactId] };
  },
];

function purchase({ tradeId, lineItemId }: { tradeId: string; lineItemId: string }, via: string): Seen {
  return { query: 'select from purchases where id = $1', values: [`${via}-${tradeId}-${lineItemId}`] };
}
