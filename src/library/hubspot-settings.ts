import { z } from 'zod';

/** A property's internal name in HubSpot. */
const property = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,99}$/, 'write the internal name of a HubSpot property, e.g. innovation_ratio');

/** How HubSpot is read, and which of its properties say what (docs/hubspot.md). */
export const hubspotSettings = z.strictObject({
  /** Changes are looked for this often. */
  pollSeconds: z.int().min(20).max(3600).default(60),
  /** Share of the account's calls a day that Spielbein may use, so that other integrations are not starved. */
  dailyShare: z.number().min(0.01).max(1).default(0.5),
  /** A slow comparison with everything in the CRM is spread over so many nights; 0 switches it off. */
  comparisonNights: z.int().min(0).max(90).default(10),
  /** Whether orders and commerce subscriptions count as purchases, where the account has them. */
  orders: z.boolean().default(true),
  subscriptions: z.boolean().default(true),
  /** Stages that count as won, by pipeline (internal ids). Nothing set: HubSpot's own mark of a won deal. */
  wonStages: z.record(z.string().trim().min(1), z.array(z.string().trim().min(1)).min(1)).default({}),
  /** Which of HubSpot's subscription types these mails belong to (its number). Unset: all marketing mail. */
  subscriptionType: z
    .string()
    .regex(/^\d+$/, 'write the number of the subscription type, in quotes')
    .optional(),
  /** Whoever unsubscribes here is unsubscribed in HubSpot, too. */
  tellUnsubscribes: z.boolean().default(true),
  /** What HubSpot is told of the conversation with a contact. */
  writeBack: z
    .strictObject({
      /** A note for each answer, with what was said. */
      notes: z.boolean().default(true),
      /** A task for the contact's owner when somebody asks for a call. */
      tasks: z.boolean().default(true),
      /** Properties of the contact: last answer, wishes, the suggested innovation ratio. */
      properties: z.boolean().default(true),
    })
    .prefault({}),
  properties: z
    .strictObject({
      contacts: z
        .strictObject({
          innovationRatio: property.default('innovation_ratio'),
          language: property.default('hs_language'),
          salutation: property.default('salutation'),
          /** Academic title; unset: it stands in the salutation ("Frau Dr."). */
          title: property.optional(),
          country: property.default('country'),
          /** On what ground people are written to: HubSpot's legal bases, or a check box for consent. */
          legalBasis: property.default('hs_legal_basis'),
        })
        .prefault({}),
      companies: z.strictObject({ innovationRatio: property.default('innovation_ratio') }).prefault({}),
      products: z
        .strictObject({ sku: property.default('hs_sku'), family: property.default('product_family') })
        .prefault({}),
      deals: z.strictObject({ date: property.default('closedate') }).prefault({}),
      orders: z
        .strictObject({
          date: property.default('hs_external_created_date'),
          status: property.default('hs_external_order_status'),
        })
        .prefault({}),
      subscriptions: z
        .strictObject({
          date: property.default('hs_recurring_billing_start_date'),
          status: property.default('hs_status'),
        })
        .prefault({}),
      /** `returned` holds yes or true when the piece came back; most accounts write a negative quantity instead. */
      lineItems: z
        .strictObject({
          quantity: property.default('quantity'),
          sku: property.default('hs_sku'),
          returned: property.optional(),
        })
        .prefault({}),
    })
    .prefault({}),
});
