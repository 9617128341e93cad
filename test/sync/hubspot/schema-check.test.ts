import { describe, expect, test } from 'vitest';
import { HUBSPOT_DEFAULTS, settingsFile } from '../../../src/library/schema.ts';
import { type AccountSchema, checkSchema } from '../../../src/sync/hubspot/schema-check.ts';
import { planSetup } from '../../../src/sync/hubspot/setup-plan.ts';
import { USUAL } from './account-stand.ts';

const settingsOf = (written: unknown) => settingsFile.shape.hubspot.parse(written);

/** An account that has all that is usual, with changes; `null` takes a property away. */
function account(changes: Record<string, Record<string, string | null>> = {}): AccountSchema {
  const properties = Object.fromEntries(
    Object.entries(USUAL).map(([type, usual]) => [
      type,
      Object.entries({ ...usual, ...changes[type] }).flatMap(([name, kind]) =>
        kind === null ? [] : [{ name, type: kind }],
      ),
    ]),
  );
  return { properties, archived: {} };
}

describe('an account', () => {
  test('that has all that is usual fits the defaults', () => {
    expect(checkSchema(HUBSPOT_DEFAULTS, account())).toEqual([]);
  });

  test('without a property that nobody chose is told so, and goes on', () => {
    const findings = checkSchema(HUBSPOT_DEFAULTS, account({ companies: { innovation_ratio: null } }));
    expect(findings).toMatchObject([
      { code: 'crm_property_missing', about: 'companies.innovation_ratio', fatal: false },
    ]);
    expect(findings[0]?.message).toMatch(/companies.*innovation_ratio.*share of new things.*hubspot setup/);
  });

  test('without one that somebody chose is a mistake: type, name, purpose and place are said', () => {
    const settings = settingsOf({ properties: { deals: { date: 'lieferdatum' } } });
    const [finding, ...more] = checkSchema(settings, account());
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'crm_property_missing', about: 'deals.lieferdatum', fatal: true });
    expect(finding?.message).toMatch(
      /deals.*lieferdatum.*when something was bought.*hubspot\.properties\.deals\.date/,
    );
    expect(finding?.message).not.toContain('hubspot setup');
  });

  test('is not told to make what HubSpot keeps to itself: names beginning with hs_', () => {
    const named = settingsOf({
      subscriptionType: '4711',
      properties: { deals: { date: 'hs_liefertag' }, products: { family: 'hs_familie' } },
    });
    const findings = checkSchema(named, account({ line_items: { quantity: null, hs_sku: 'bool' } }));
    const says = new Map(findings.map(({ about, message }) => [about, message]));
    const own = [
      'deals.hs_liefertag',
      'products.hs_familie',
      'contacts.hs_email_optout_4711',
      'line_items.hs_sku',
    ];
    for (const about of own) expect(says.get(about), about).not.toMatch(/ make|setup/);
    expect(says.get('line_items.quantity')).toMatch(/or make the property in HubSpot/);
    expect(planSetup(named, account(), 'de').make).toEqual([]);
  });

  test.each([
    ['contacts', 'innovation_ratio', 'string', 'number'],
    ['line_items', 'quantity', 'string', 'number'],
    ['deals', 'closedate', 'string', 'date or datetime'],
  ])('whose %s.%s is a %s is told that it must be %s', (type, name, kind, wanted) => {
    expect(checkSchema(HUBSPOT_DEFAULTS, account({ [type]: { [name]: kind } }))).toMatchObject([
      { code: 'crm_property_type', about: `${type}.${name}`, message: expect.stringContaining(wanted) },
    ]);
  });

  test.each(['bool', 'enumeration'])('takes a %s for what came back', (kind) => {
    const settings = settingsOf({ properties: { lineItems: { returned: 'rueckgabe' } } });
    expect(checkSchema(settings, account({ line_items: { rueckgabe: kind } }))).toEqual([]);
    expect(checkSchema(settings, account({ line_items: { rueckgabe: 'number' } }))).toMatchObject([
      { code: 'crm_property_type', fatal: true },
    ]);
  });

  test('where a property is archived is told to restore it', () => {
    const { properties } = account({ products: { product_family: null } });
    const archived = { products: [{ name: 'product_family', type: 'string' }] };
    expect(checkSchema(HUBSPOT_DEFAULTS, { properties, archived })).toMatchObject([
      { code: 'crm_property_archived', message: expect.stringContaining('Restore') },
    ]);
  });

  test('that does not know the subscription type has no opt-outs of it', () => {
    const settings = settingsOf({ subscriptionType: '4711' });
    expect(checkSchema(settings, account())).toMatchObject([
      { about: 'contacts.hs_email_optout_4711', fatal: true },
    ]);
    expect(checkSchema(settings, account({ contacts: { hs_email_optout_4711: 'bool' } }))).toEqual([]);
  });

  test('need not have what is switched off, or could not be read', () => {
    const { properties, archived } = account();
    const { orders: _, subscriptions: __, ...some } = properties;
    expect(checkSchema(HUBSPOT_DEFAULTS, { properties: some, archived })).toEqual([]);
    const off = settingsOf({ orders: false, subscriptions: false });
    expect(checkSchema(off, { properties: { ...some, orders: [], subscriptions: [] }, archived })).toEqual(
      [],
    );
  });

  test('names its pipelines and stages when the settings name others', () => {
    const pipelines = [
      {
        id: 'default',
        label: 'Vertrieb',
        stages: [
          { id: 'closedwon', label: 'Gewonnen' },
          { id: '77', label: 'Geliefert' },
        ],
      },
    ];
    const found = (wonStages: Record<string, string[]>) =>
      checkSchema(settingsOf({ wonStages }), { ...account(), pipelines });
    expect(found({ default: ['closedwon', '77'] })).toEqual([]);
    expect(found({ default: ['won'], service: ['closedwon'] })).toMatchObject([
      {
        code: 'crm_pipeline_unknown',
        fatal: true,
        about: 'stage won',
        message: expect.stringContaining('closedwon (Gewonnen), 77 (Geliefert)'),
      },
      {
        code: 'crm_pipeline_unknown',
        about: 'pipeline service',
        message: expect.stringContaining('default (Vertrieb)'),
      },
    ]);
  });
});

describe('setup', () => {
  const bare = account({
    contacts: { innovation_ratio: null },
    companies: { innovation_ratio: null },
    products: { product_family: null },
  });

  test('makes what Spielbein brings to an account, named as the settings name it', () => {
    const settings = settingsOf({
      properties: { contacts: { innovationRatio: 'neues' }, lineItems: { returned: 'rueckgabe' } },
    });
    const plan = planSetup(settings, bare, 'de');
    expect(plan.make.map(({ type, body }) => [type, body.name, body.type, body.label])).toEqual([
      ['contacts', 'neues', 'number', 'Innovationsquote'],
      ['companies', 'innovation_ratio', 'number', 'Innovationsquote'],
      ['products', 'product_family', 'string', 'Produktfamilie'],
      ['line_items', 'rueckgabe', 'bool', 'Zurückgegeben'],
    ]);
    expect(plan.make.at(-1)?.body.options?.map(({ label, value }) => [label, value])).toEqual([
      ['Ja', 'true'],
      ['Nein', 'false'],
    ]);
    expect(plan).toMatchObject({ present: [], trouble: [] });
    expect(planSetup(settings, bare, 'en').make[0]?.body.label).toBe('Innovation ratio');
  });

  test('leaves what exists alone, and says what only people can put right', () => {
    const { properties } = account({
      contacts: { innovation_ratio: 'string' },
      products: { product_family: null },
    });
    const plan = planSetup(
      settingsOf({ properties: { deals: { date: 'lieferdatum' } } }),
      { properties, archived: { products: [{ name: 'product_family', type: 'string' }] } },
      'de',
    );
    expect(plan.make).toEqual([]);
    expect(plan.present).toEqual([
      { type: 'contacts', name: 'innovation_ratio' },
      { type: 'companies', name: 'innovation_ratio' },
    ]);
    expect(plan.trouble.map(({ code, about }) => [code, about])).toEqual([
      ['crm_property_type', 'contacts.innovation_ratio'],
      ['crm_property_archived', 'products.product_family'],
      ['crm_property_missing', 'deals.lieferdatum'],
    ]);
  });
});
