import type { ObjectType } from './object-types.ts';

export type PropertyType = 'string' | 'number' | 'date' | 'datetime' | 'enumeration' | 'bool';

/** Property names by type, separated by spaces. */
export type Kinds = Partial<Record<PropertyType, string>>;

/**
 * HubSpot's own properties that people may write.
 * `hs_lastmodifieddate` exists on contacts and is always empty, as in HubSpot: who searches contacts by it finds
 * nothing and is told nothing.
 */
export const STANDARD: Record<ObjectType, Kinds> = {
  contacts: {
    string: 'email firstname lastname salutation country company jobtitle phone mobilephone website',
    enumeration: 'hs_language hs_country_region_code hubspot_owner_id hs_legal_basis lifecyclestage',
    number: 'associatedcompanyid',
    datetime: 'hs_lastmodifieddate',
  },
  companies: { string: 'name domain country city phone website', enumeration: 'hubspot_owner_id' },
  products: {
    string: 'name hs_sku description hs_url',
    number: 'price hs_cost_of_goods_sold',
    enumeration: 'recurringbillingfrequency',
  },
  deals: {
    string: 'dealname description',
    number: 'amount',
    enumeration: 'dealstage pipeline deal_currency_code dealtype hubspot_owner_id',
    datetime: 'closedate',
  },
  orders: {
    string:
      'hs_order_name hs_external_order_id hs_external_order_status hs_source_store hs_fulfillment_status hs_payment_status',
    number: 'hs_total_price',
    enumeration: 'hs_currency_code hs_pipeline hs_pipeline_stage hubspot_owner_id',
    datetime: 'hs_external_created_date',
  },
  subscriptions: {
    string: 'hs_name hs_net_payment_terms hs_collection_process',
    number: 'hs_last_payment_amount hs_next_payment_amount',
    enumeration:
      'hs_status hs_currency_code hs_recurring_billing_frequency hs_invoice_creation hubspot_owner_id',
    date: 'hs_recurring_billing_start_date hs_next_payment_due_date',
  },
  line_items: {
    string: 'name hs_sku hs_product_id description hs_recurring_billing_period',
    number: 'quantity price discount hs_discount_percentage',
    enumeration: 'hs_line_item_currency_code recurringbillingfrequency',
    date: 'hs_recurring_billing_start_date',
  },
  notes: { string: 'hs_note_body', enumeration: 'hubspot_owner_id', datetime: 'hs_timestamp' },
  tasks: {
    string: 'hs_task_subject hs_task_body',
    enumeration: 'hs_task_status hs_task_priority hs_task_type hubspot_owner_id',
    datetime: 'hs_timestamp',
  },
};

/** What HubSpot works out itself: nobody may write it. */
export const CALCULATED: Partial<Record<ObjectType, Kinds>> = {
  contacts: {
    string: 'hs_merged_object_ids hs_additional_emails hs_email_domain',
    number: 'hs_email_bounce',
    enumeration: 'hs_email_hard_bounce_reason_enum hs_marketable_status',
    bool: 'hs_email_optout hs_email_bad_address hs_email_quarantined hs_email_is_ineligible',
  },
  companies: { string: 'hs_merged_object_ids' },
  deals: { string: 'hs_merged_object_ids', bool: 'hs_is_closed hs_is_closed_won' },
  line_items: { number: 'amount' },
};

/** What Orvelin Werke has added. */
export const CUSTOM: Partial<Record<ObjectType, Kinds>> = {
  contacts: { number: 'innovation_ratio' },
  companies: { number: 'innovation_ratio' },
  products: { string: 'product_family' },
};

/**
 * What a new record must have; of a list in brackets, one. HubSpot's rules for new records:
 * https://developers.hubspot.com/docs/api-reference/latest/crm/using-object-apis
 */
export const REQUIRED: Partial<Record<ObjectType, readonly (string | readonly string[])[]>> = {
  contacts: [['email', 'firstname', 'lastname']],
  companies: [['name', 'domain']],
  deals: ['dealname', 'dealstage'],
  products: ['name'],
  notes: ['hs_timestamp'],
  tasks: ['hs_timestamp'],
};

/** Values of the enumerations whose values are HubSpot's own; those left out here are open or lie elsewhere. */
export const OPTIONS: Record<string, readonly string[]> = {
  lifecyclestage: [
    'subscriber',
    'lead',
    'marketingqualifiedlead',
    'salesqualifiedlead',
    'opportunity',
    'customer',
    'evangelist',
    'other',
  ],
  hs_legal_basis: [
    'Legitimate interest – prospect/lead',
    'Legitimate interest – existing customer',
    'Legitimate interest – other',
    'Performance of a contract',
    'Freely given consent from contact',
    'Not applicable',
  ],
  dealtype: ['newbusiness', 'existingbusiness'],
  hs_status: ['active', 'past_due', 'canceled', 'expired', 'scheduled', 'paused', 'unpaid'],
  hs_invoice_creation: ['on', 'off'],
  recurringbillingfrequency: ['weekly', 'biweekly', 'monthly', 'quarterly', 'per_six_months', 'annually'],
  hs_recurring_billing_frequency: [
    'weekly',
    'biweekly',
    'monthly',
    'quarterly',
    'per_six_months',
    'annually',
  ],
  hs_task_status: ['NOT_STARTED', 'IN_PROGRESS', 'WAITING', 'COMPLETED', 'DEFERRED'],
  hs_task_priority: ['NONE', 'LOW', 'MEDIUM', 'HIGH'],
  hs_task_type: ['TODO', 'CALL', 'EMAIL', 'LINKED_IN', 'MEETING'],
  ...Object.fromEntries(
    ['deal_currency_code', 'hs_currency_code', 'hs_line_item_currency_code'].map((name) => [
      name,
      Intl.supportedValuesOf('currency'),
    ]),
  ),
};

/** Enumerations that hold several values, separated by semicolons. */
export const SEVERAL = new Set(['hs_legal_basis']);
