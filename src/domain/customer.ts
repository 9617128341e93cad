/** Languages a mail can be written in. */
export const LANGUAGES = ['de', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/**
 * Why the law lets us write to somebody (UWG §7(2) and §7(3)).
 *
 * - `consent`: the customer agreed to advertising: developments and every offer.
 * - `existing_customer`: the address came from a sale: developments, and offers *similar* to what is owned.
 * - `none`: no mail.
 */
export const CONSENT_BASES = ['consent', 'existing_customer', 'none'] as const;
export type ConsentBasis = (typeof CONSENT_BASES)[number];

/** A CRM contact that can own products; has one e-mail address. `id` is its id in the CRM. */
export interface Customer {
  id: string;
  email: string | null;
  salutation: 'frau' | 'herr' | null;
  /** Academic title as it stands before the name, e.g. "Dr." */
  title: string | null;
  firstName: string | null;
  lastName: string | null;
  /** Name of the company, as text for people. */
  companyName: string | null;
  companyId: string | null;
  language: Language;
  /** ISO 3166-1 alpha-2, e.g. "DE". */
  country: string | null;
  /** The salesperson who looks after this customer. */
  ownerName: string | null;
  ownerEmail: string | null;
  consent: ConsentBasis;
  /** Unsubscribed in the CRM. */
  optedOut: boolean;
  /** The CRM says that mail to this address bounces for good. */
  bounced: boolean;
  /** Innovation ratio set on the contact, 0 to 1; null when nobody set one. */
  contactRatio: number | null;
  /** Innovation ratio set on the contact's company, 0 to 1. */
  companyRatio: number | null;
}

/** A product as the CRM knows it. `id` is its id in the CRM. */
export interface Product {
  id: string;
  sku: string | null;
  name: string;
  family: string | null;
}

/** A product that a customer has kept at least one of: purchases minus returns and cancellations. */
export interface OwnedProduct {
  product: Product;
  /** Pieces kept. */
  quantity: number;
  /** Date of the first purchase still kept, ISO 8601 date. */
  since: string;
  /** Only the customer's own word says so, no purchase. `since` is then when they said it. */
  declared?: boolean;
}
