import type { HubSpotType } from './mapping.ts';

/** What a token must be allowed to read, and what Spielbein can't do without it. */
export const READ_SCOPES: Record<HubSpotType | 'owners', { scope: string; without: string }> = {
  contacts: { scope: 'crm.objects.contacts.read', without: 'there is nobody to write to' },
  companies: {
    scope: 'crm.objects.companies.read',
    without: 'no mail knows its company, nor the company’s innovation ratio',
  },
  products: { scope: 'crm.objects.products.read', without: 'nobody knows what is sold' },
  deals: { scope: 'crm.objects.deals.read', without: 'won deals don’t count as purchases' },
  line_items: {
    scope: 'crm.objects.line_items.read',
    without: 'nobody knows what was bought, so nobody gets a mail',
  },
  orders: { scope: 'crm.objects.orders.read', without: 'orders don’t count as purchases' },
  subscriptions: {
    scope: 'crm.objects.subscriptions.read',
    without: 'subscriptions don’t count as purchases',
  },
  owners: { scope: 'crm.objects.owners.read', without: 'no mail knows its salesperson' },
};

/** For reading the subscription types and telling HubSpot who unsubscribed. */
export const CONSENT_SCOPE = 'communication_preferences.read_write';
