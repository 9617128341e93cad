import type { ObjectType } from './object-types.ts';

/** What `query` looks at: https://developers.hubspot.com/docs/api-reference/latest/crm/search-the-crm */
const SEARCHED: Record<ObjectType, readonly string[]> = {
  contacts: ['firstname', 'lastname', 'email', 'phone', 'hs_additional_emails', 'mobilephone', 'company'],
  companies: ['website', 'phone', 'name', 'domain'],
  deals: ['dealname', 'pipeline', 'dealstage', 'description', 'dealtype'],
  products: ['name', 'description', 'price', 'hs_sku'],
  line_items: [],
  orders: ['hs_order_name', 'hs_external_order_id'],
  subscriptions: ['hs_name'],
  notes: ['hs_note_body'],
  tasks: ['hs_task_body', 'hs_task_subject'],
};

/** Whether a record has all the words of a query, ignoring case. */
export function queryFits(
  type: ObjectType,
  query: string,
): (look: (property: string) => string | null | undefined) => boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return (look) => {
    const text = SEARCHED[type].map((name) => look(name)?.toLowerCase() ?? '').join('\n');
    return words.every((word) => text.includes(word));
  };
}
