import { z } from 'zod';
import { CONSENT_BASES, LANGUAGES } from '../domain/customer.ts';

/**
 * One record of each kind, in Spielbein's words: what every CRM adapter delivers and what the database takes.
 * Adapters clean and parse; these schemas are the border that nothing wrong gets across.
 */

/** Ids are the CRM's own. Long ones are refused rather than cut, so that two records never become one. */
const id = z.string().min(1, 'must not be empty').max(500, 'at most 500 characters');
const text = z.string().max(1000, 'at most 1,000 characters').nullable();
/** Stored as numeric(5,4). */
const ratio = z.number().min(0).max(1).nullable();

/** More pieces in one line than this is a typing error, and sums of it must fit an integer column. */
export const MAX_QUANTITY = 1_000_000;

export const ownerRow = z.strictObject({ id, name: text, email: text });

export const companyRow = z.strictObject({ id, name: text, innovationRatio: ratio });

export const productRow = z.strictObject({
  id,
  sku: text,
  name: z.string().min(1, 'must not be empty').max(1000, 'at most 1,000 characters'),
  family: text,
});

export const customerRow = z.strictObject({
  id,
  email: z.string().max(320, 'at most 320 characters').nullable(),
  salutation: z.enum(['frau', 'herr']).nullable(),
  title: text,
  firstName: text,
  lastName: text,
  companyId: text,
  ownerId: text,
  language: z.enum(LANGUAGES),
  /** ISO 3166-1 alpha-2. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable(),
  consent: z.enum(CONSENT_BASES),
  optedOut: z.boolean(),
  bounced: z.boolean(),
  innovationRatio: ratio,
  /** ISO 8601 with time zone. */
  createdAt: z.iso.datetime({ offset: true }).nullable(),
});

export const purchaseRow = z.strictObject({
  /** `<parent>-<line>`: everything before the last hyphen is what was read as a whole (a deal, an order). */
  id,
  customerId: id,
  productId: id,
  /** Negative for a return. */
  quantity: z.int().min(-MAX_QUANTITY).max(MAX_QUANTITY),
  purchasedOn: z.iso.date(),
  status: z.enum(['kept', 'returned', 'cancelled']),
});

export type OwnerRow = z.infer<typeof ownerRow>;
export type CompanyRow = z.infer<typeof companyRow>;
export type ProductRow = z.infer<typeof productRow>;
export type CustomerRow = z.infer<typeof customerRow>;
export type PurchaseRow = z.infer<typeof purchaseRow>;

export interface RowOf {
  owners: OwnerRow;
  companies: CompanyRow;
  products: ProductRow;
  customers: CustomerRow;
  purchases: PurchaseRow;
}

export const ROW_SCHEMAS = {
  owners: ownerRow,
  companies: companyRow,
  products: productRow,
  customers: customerRow,
  purchases: purchaseRow,
} satisfies { [O in keyof RowOf]: z.ZodType<RowOf[O]> };

/** In the order in which they are read: what others point at comes first. */
export const SYNC_OBJECTS = ['owners', 'companies', 'products', 'customers', 'purchases'] as const;
export type SyncObject = (typeof SYNC_OBJECTS)[number];

/** What a purchase was read with as a whole: its deal or order. Same rule as SQL's `purchase_parent`. */
export function purchaseParent(purchaseId: string): string {
  const at = purchaseId.lastIndexOf('-');
  return at < 0 ? purchaseId : purchaseId.slice(0, at);
}
