import { describe, expect, test } from 'vitest';
import { HUBSPOT_DEFAULTS, settingsFile } from '../../../src/library/schema.ts';
import { mapOwner } from '../../../src/sync/hubspot/mapping/catalogue.ts';
import { mergedIds } from '../../../src/sync/hubspot/mapping/merged.ts';
import { orderStatus, subscriptionStatus } from '../../../src/sync/hubspot/mapping/parents.ts';
import { type CrmRecord, hubspotMapping } from '../../../src/sync/hubspot/mapping.ts';
import { ProductIndex } from '../../../src/sync/hubspot/product-index.ts';

const mapping = hubspotMapping(HUBSPOT_DEFAULTS);
/** The mapping of settings as people write them. */
const mappingOf = (written: unknown) => hubspotMapping(settingsFile.shape.hubspot.parse(written));

const record = (properties: CrmRecord['properties'], id = '7'): CrmRecord => ({
  id,
  properties,
  createdAt: new Date('2024-05-01T23:30:00Z'),
});

describe('a contact', () => {
  test('becomes a customer', () => {
    const { row, problems } = mapping.contact(
      record({
        email: ' Jana@Kunde.example ',
        firstname: 'Jana',
        lastname: 'Weiß',
        salutation: 'Frau Dr.',
        hs_language: 'de-at',
        country: 'Österreich',
        associatedcompanyid: '55',
        hubspot_owner_id: '3',
        hs_legal_basis: 'Performance of a contract',
        hs_email_optout: 'false',
        hs_email_hard_bounce_reason_enum: '',
        innovation_ratio: '0.25',
        createdate: '2020-01-01T08:00:00Z',
      }),
    );
    expect(problems).toEqual([]);
    expect(row).toEqual({
      id: '7',
      email: 'Jana@Kunde.example',
      salutation: 'frau',
      title: 'Dr.',
      firstName: 'Jana',
      lastName: 'Weiß',
      companyId: '55',
      ownerId: '3',
      language: 'de',
      country: 'AT',
      consent: 'existing_customer',
      optedOut: false,
      bounced: false,
      innovationRatio: 0.25,
      createdAt: '2020-01-01T08:00:00.000Z',
    });
  });

  test('about whom nothing is known becomes one who gets no mail', () => {
    const { row, problems } = mapping.contact(
      record({ email: null, firstname: '  ', hs_language: undefined }),
    );
    expect(problems).toEqual([]);
    expect(row).toMatchObject({
      email: null,
      firstName: null,
      language: 'de',
      consent: 'none',
      companyId: null,
    });
    expect(row.createdAt).toBe('2024-05-01T23:30:00.000Z');
  });

  test('who opted out or bounced is marked so', () => {
    const { row } = mapping.contact(
      record({
        hs_email_optout: 'TRUE',
        hs_email_hard_bounce_reason_enum: 'UNKNOWN_USER',
        associatedcompanyid: '0',
      }),
    );
    expect(row).toMatchObject({ optedOut: true, bounced: true, companyId: null });
  });

  test.each([
    ['hs_email_bad_address', 'true', true],
    ['hs_email_quarantined', 'true', true],
    ['hs_email_quarantined', 'false', false],
    ['hs_email_bounce', '2', false],
    ['hs_email_is_ineligible', 'true', false],
  ])('whose %s is %s counts as bounced: %s', (name, value, bounced) => {
    expect(mapping.contact(record({ [name]: value })).row.bounced).toBe(bounced);
  });

  test('who opted out of the kind of mail that ours is has opted out, once the settings say which that is', () => {
    const contact = record({ hs_email_optout: 'false', hs_email_optout_4711: 'true' });
    expect(mapping.contact(contact).row.optedOut).toBe(false);
    const ours = mappingOf({ subscriptionType: '4711' });
    expect(ours.properties.contacts).toContain('hs_email_optout_4711');
    expect(ours.contact(contact).row.optedOut).toBe(true);
    expect(mappingOf({ subscriptionType: '12' }).contact(contact).row.optedOut).toBe(false);
  });

  test('is read from the properties that the settings name', () => {
    const contacts = {
      innovationRatio: 'neuigkeiten_anteil',
      language: 'sprache',
      salutation: 'anrede',
      title: 'titel',
      country: 'land',
      legalBasis: 'newsletter_ja',
    };
    const ours = mappingOf({ properties: { contacts } });
    expect(ours.properties.contacts).toEqual(expect.arrayContaining(Object.values(contacts)));
    expect(ours.properties.contacts).not.toContain('innovation_ratio');
    const { row } = ours.contact(
      record({
        neuigkeiten_anteil: '0.4',
        innovation_ratio: '0.9',
        sprache: 'en',
        anrede: 'Herr',
        titel: 'Prof Dr',
        land: 'Schweiz',
        newsletter_ja: 'true',
      }),
    );
    expect(row).toMatchObject({
      innovationRatio: 0.4,
      language: 'en',
      salutation: 'herr',
      title: 'Prof. Dr.',
      country: 'CH',
      consent: 'consent',
    });
  });

  test('with a ratio or an address that can not be keeps neither, and the report shows no address', () => {
    const { row, problems } = mapping.contact(
      record({ email: 'jana weiss@kunde.example', innovation_ratio: '30' }),
    );
    expect(row).toMatchObject({ email: null, innovationRatio: null });
    expect(problems).toMatchObject([
      { record: 'customer 7', code: 'email_impossible' },
      { record: 'customer 7', code: 'ratio_out_of_range' },
    ]);
    expect(JSON.stringify(problems)).not.toMatch(/weiss|kunde/);
  });

  test('whose region code says more than the country text is taken by the code', () => {
    expect(
      mapping.contact(record({ country: 'Region Süd', hs_country_region_code: 'CH' })).row,
    ).toMatchObject({
      country: 'CH',
      language: 'de',
    });
  });

  test('tells which ids were merged into it', () => {
    expect(mergedIds(record({ hs_merged_object_ids: '5;6;7' }))).toEqual(['5', '6']);
    expect(mergedIds(record({ hs_merged_object_ids: null }))).toEqual([]);
  });
});

test('owners, companies and products', () => {
  expect(mapOwner({ id: '1', firstName: 'Anna', lastName: '' })).toEqual({
    id: '1',
    name: 'Anna',
    email: null,
  });
  expect(mapping.company(record({ name: 'Werk AG', innovation_ratio: 'x' }))).toMatchObject({
    row: { name: 'Werk AG', innovationRatio: null },
    problems: [{ record: 'company 7', code: 'ratio_unreadable' }],
  });
  expect(mapping.product(record({ name: 'AquaDos', hs_sku: 'ORV-AQD', product_family: '' })).row).toEqual({
    id: '7',
    sku: 'ORV-AQD',
    name: 'AquaDos',
    family: null,
  });
  expect(mapping.product(record({ name: '', hs_sku: 'S' }))).toMatchObject({
    row: { name: 'S' },
    problems: [{ code: 'product_without_name' }],
  });
});

describe('a deal or order', () => {
  test('takes its day from when it was closed or made, else from its record', () => {
    expect(mapping.parent('deals', record({ closedate: '2024-03-01T23:30:00Z' }))).toEqual({
      parent: 'deal-7',
      purchasedOn: '2024-03-02',
      status: 'kept',
    });
    expect(
      mapping.parent('deals', record({ closedate: '', createdate: '2024-04-01T00:00:00Z' })).purchasedOn,
    ).toBe('2024-04-01');
    expect(mapping.parent('orders', record({ hs_external_created_date: '2024-01-05' }))).toMatchObject({
      parent: 'order-7',
      purchasedOn: '2024-01-05',
    });
    expect(mapping.parent('orders', record({})).purchasedOn).toBe('2024-05-02');
  });

  test.each<[string | null, string]>([
    ['delivered', 'kept'],
    ['', 'kept'],
    [null, 'kept'],
    ['partially_refunded', 'kept'],
    ['cancelled', 'cancelled'],
    ['Canceled', 'cancelled'],
    ['returned', 'returned'],
    ['REFUNDED', 'returned'],
  ])('status %j → %s', (text, status) => {
    expect(orderStatus(text)).toBe(status);
  });

  test.each<[string | null, string]>([
    ['active', 'kept'],
    ['unpaid', 'kept'],
    ['past_due', 'kept'],
    ['paused', 'kept'],
    ['scheduled', 'kept'],
    [null, 'kept'],
    ['canceled', 'cancelled'],
    ['cancelled', 'cancelled'],
    ['EXPIRED', 'cancelled'],
  ])('subscription status %j → %s', (text, status) => {
    expect(subscriptionStatus(text)).toBe(status);
  });

  test('a subscription is a purchase from the day it starts', () => {
    const subscription = record({ hs_status: 'expired', hs_recurring_billing_start_date: '2025-02-01' });
    expect(mapping.isPurchase('subscriptions', subscription)).toBe(true);
    expect(mapping.parent('subscriptions', subscription)).toEqual({
      parent: 'subscription-7',
      purchasedOn: '2025-02-01',
      status: 'cancelled',
    });
  });

  test('of stages that people named: those, each in its own pipeline, and no others', () => {
    const ours = mappingOf({ wonStages: { default: ['auftrag', 'geliefert'], service: ['fertig'] } });
    expect(ours.properties.deals).toEqual(expect.arrayContaining(['pipeline', 'dealstage']));
    const won = (pipeline: string | null, dealstage: string | null) =>
      ours.isPurchase('deals', record({ pipeline, dealstage, hs_is_closed_won: 'true' }));
    expect(won('default', 'geliefert')).toBe(true);
    expect(won('service', 'fertig')).toBe(true);
    expect(won('default', 'fertig')).toBe(false);
    expect(won('other', 'geliefert')).toBe(false);
    expect(won('constructor', 'name')).toBe(false);
    expect(won(null, null)).toBe(false);
  });

  test('counts when it is won; an order always', () => {
    expect([
      mapping.isPurchase('deals', record({ hs_is_closed_won: 'true' })),
      mapping.isPurchase('deals', record({ hs_is_closed_won: 'false' })),
      mapping.isPurchase('deals', record({})),
      mapping.isPurchase('orders', record({})),
    ]).toEqual([true, false, false, true]);
  });
});

describe('a line item', () => {
  const head = { parent: 'deal-1', purchasedOn: '2024-01-01', status: 'kept' } as const;
  const known = [
    { id: '10', sku: 'ORV-DP10', name: 'Dosierpumpe DP 10', archived: false },
    { id: '9', sku: 'ORV-DP10', name: 'Dosierpumpe DP 10', archived: true },
    { id: '11', sku: null, name: 'AquaDos', archived: false },
  ];
  const map = (properties: CrmRecord['properties'], index = new ProductIndex(known)) => ({
    ...mapping.lineItem(head, record(properties), index),
    adHoc: index.takeAdHoc(),
  });

  test.each<[string, CrmRecord['properties'], string]>([
    ['by id', { hs_product_id: '11', hs_sku: 'ORV-DP10' }, '11'],
    ['by the id of an archived product', { hs_product_id: '9' }, '9'],
    ['by SKU', { hs_product_id: '404', hs_sku: ' orv-dp10 ', name: 'AquaDos' }, '10'],
    ['by name', { hs_sku: 'X', name: 'AquaDos' }, '11'],
  ])('recognises its product %s', (_, properties, id) => {
    expect(map(properties)).toMatchObject({ row: { productId: id }, adHoc: [] });
  });

  test('of a product in no catalogue gets one of its own, always the same', () => {
    expect(map({ hs_sku: 'Sonder-1', name: 'Sonderteil' })).toMatchObject({
      row: { productId: 'sku:sonder-1' },
      adHoc: [{ id: 'sku:sonder-1', sku: 'Sonder-1', name: 'Sonderteil', family: null }],
    });
    expect(map({ name: 'Fracht' }).row?.productId).toBe('name:Fracht');
    const index = new ProductIndex([
      ...known,
      { id: 'sku:sonder-1', sku: 'Sonder-1', name: 'Alt', archived: true },
    ]);
    expect(map({ hs_sku: 'SONDER-1', name: 'Neu' }, index).adHoc).toMatchObject([{ name: 'Alt' }]);
    expect(map({ hs_sku: 'sonder-1', name: 'Neu' }, index).adHoc).toEqual([]);
  });

  test('is read from the properties that the settings name; what came back is returned', () => {
    const lineItems = { quantity: 'stueck', sku: 'artikelnummer', returned: 'rueckgabe' };
    const ours = mappingOf({ properties: { lineItems } });
    expect(ours.properties.line_items).toEqual(expect.arrayContaining(Object.values(lineItems)));
    const read = (rueckgabe: string | null, status: 'kept' | 'cancelled' = 'kept') =>
      ours.lineItem(
        { ...head, status },
        record({ artikelnummer: 'ORV-DP10', stueck: '3', quantity: '9', rueckgabe }),
        new ProductIndex(known),
      ).row;
    expect(read('true')).toMatchObject({ productId: '10', quantity: 3, status: 'returned' });
    expect(read('Ja')?.status).toBe('returned');
    expect(read('false')?.status).toBe('kept');
    expect(read(null)?.status).toBe('kept');
    expect(read('true', 'cancelled')?.status).toBe('cancelled');
  });

  test('keeps returns negative and rounds halves with a note', () => {
    expect(map({ name: 'AquaDos', quantity: '-2' }).row?.quantity).toBe(-2);
    expect(map({ name: 'AquaDos', quantity: '1.5' })).toMatchObject({
      row: { id: 'deal-1-7', quantity: 2 },
      problems: [{ record: 'purchase deal-1-7', code: 'quantity_rounded' }],
    });
  });

  test.each<[CrmRecord['properties'], string]>([
    [{ name: 'AquaDos', quantity: 'many' }, 'quantity_unreadable'],
    [{ quantity: '1' }, 'product_unknown'],
  ])('%j is skipped and reported', (properties, code) => {
    expect(map(properties)).toMatchObject({ id: 'deal-1-7', row: null, problems: [{ code }] });
  });

  test('without any date is skipped and reported', () => {
    const line = mapping.lineItem(
      { ...head, purchasedOn: null },
      record({ name: 'AquaDos' }),
      new ProductIndex(known),
    );
    expect(line).toMatchObject({ row: null, problems: [{ code: 'date_missing' }] });
  });
});
