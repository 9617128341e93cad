import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientStand, clientStand, refusal } from './stand.ts';

let stand: ClientStand;
beforeAll(async () => {
  stand = await clientStand();
});
afterAll(() => stand.crm.close());

const properties = () => stand.client.crm.properties;
const group = { name: 'spielbein', label: 'Spielbein' };
const property = (name: string, more = {}) => ({
  name,
  label: name,
  type: 'string',
  fieldType: 'text',
  groupName: 'contactinformation',
  ...more,
});
const create = (body: object) => properties().coreApi.create('contacts', body as never);

describe('properties', () => {
  test('say what they are: options, who defined them, whether they can be written', async () => {
    const { results } = await properties().coreApi.getAll('contacts');
    const by = new Map(results.map((each) => [each.name, each]));
    expect(by.get('hs_legal_basis')).toMatchObject({
      type: 'enumeration',
      fieldType: 'checkbox',
      hubspotDefined: true,
    });
    expect(by.get('hs_legal_basis')?.options.length).toBeGreaterThan(3);
    expect(by.get('hs_email_optout')?.modificationMetadata).toMatchObject({
      readOnlyValue: true,
      archivable: false,
    });
    expect(by.get('innovation_ratio')).toMatchObject({ hubspotDefined: false, calculated: false });
    expect(by.get('email')?.hasUniqueValue).toBe(true);
    for (const name of [
      'hs_additional_emails',
      'hs_merged_object_ids',
      'hs_email_bounce',
      'hs_email_quarantined',
    ]) {
      expect(by.has(name)).toBe(true);
    }
  });

  test('are added, read, changed and archived; then nobody can write them', async () => {
    await properties().groupsApi.create('contacts', group);
    expect((await properties().groupsApi.getByName('contacts', 'spielbein')).label).toBe('Spielbein');
    const options = [
      { label: 'Yes', value: 'yes', hidden: false },
      { label: 'No', value: 'no', hidden: false },
    ];
    const kind = { type: 'enumeration', fieldType: 'select', groupName: 'spielbein', options };
    const made = await create(property('spielbein_answer', kind));
    expect(made).toMatchObject({ name: 'spielbein_answer', hubspotDefined: false, archived: false });
    const [id = ''] = stand.contacts;
    const write = (value: string) =>
      stand.client.crm.contacts.basicApi.update(id, { properties: { spielbein_answer: value } });
    expect((await write('yes')).properties.spielbein_answer).toBe('yes');
    expect((await refusal(write('maybe'))).body.errors[0].code).toBe('INVALID_OPTION');
    const changed = await properties().coreApi.update('contacts', 'spielbein_answer', { label: 'Answer' });
    expect(changed.label).toBe('Answer');
    expect((await refusal(properties().groupsApi.archive('contacts', 'spielbein'))).code).toBe(400);
    await properties().coreApi.archive('contacts', 'spielbein_answer');
    expect((await refusal(write('no'))).body.errors[0].code).toBe('PROPERTY_DOESNT_EXIST');
    expect((await refusal(properties().coreApi.getByName('contacts', 'spielbein_answer'))).code).toBe(404);
    const archived = await properties().coreApi.getByName('contacts', 'spielbein_answer', true);
    expect(archived.archived).toBe(true);
    await properties().groupsApi.archive('contacts', 'spielbein');
  });

  test('a name is taken once', async () => {
    await create(property('spielbein_once'));
    const twice = await refusal(create(property('spielbein_once')));
    expect([twice.code, twice.body.category]).toEqual([409, 'OBJECT_ALREADY_EXISTS']);
    const again = { name: 'contactinformation', label: 'X' };
    expect((await refusal(properties().groupsApi.create('contacts', again))).code).toBe(409);
    const batch = { inputs: [property('spielbein_once'), property('spielbein_two')] as never };
    const answer = await properties().batchApi.create('contacts', batch);
    expect(answer).toMatchObject({
      results: [{ name: 'spielbein_two' }],
      numErrors: 1,
      errors: [{ category: 'OBJECT_ALREADY_EXISTS' }],
    });
  });

  test.each<[string, object]>([
    ['a name with capitals', property('Spielbein')],
    ['a group that does not exist', property('a1', { groupName: 'nowhere' })],
    ['a field that does not suit the type', property('a2', { type: 'number', fieldType: 'text' })],
    ['an enumeration without options', property('a3', { type: 'enumeration', fieldType: 'select' })],
    ['a boolean without its two options', property('a4', { type: 'bool', fieldType: 'booleancheckbox' })],
  ])('%s is refused', async (_, body) => {
    const { code, body: error } = await refusal(create(body));
    expect([code, error.category]).toEqual([400, 'VALIDATION_ERROR']);
  });

  test('a property with unique values identifies records, and no two have the same value', async () => {
    await create(property('customer_number', { hasUniqueValue: true }));
    const { basicApi, batchApi } = stand.client.crm.contacts;
    const [first = '', second = ''] = stand.contacts;
    await basicApi.update(first, { properties: { customer_number: 'K-1' } });
    const found = await basicApi.getById('K-1', [], undefined, undefined, false, 'customer_number');
    expect(found.id).toBe(first);
    const same = basicApi.update(second, { properties: { customer_number: 'K-1' } });
    expect((await refusal(same)).code).toBe(409);
    const inputs = [{ id: 'K-2', idProperty: 'customer_number', properties: { lastname: 'Neu' } }];
    expect((await batchApi.upsert({ inputs })).results).toMatchObject([
      { _new: true, properties: { customer_number: 'K-2' } },
    ]);
  });

  test('several are read at once, missing ones named', async () => {
    const inputs = [{ name: 'email' }, { name: 'nope' }];
    const answer = await properties().batchApi.read('contacts', { archived: false, inputs } as never);
    expect(answer).toMatchObject({ results: [{ name: 'email' }], numErrors: 1 });
  });
});

describe('pipelines and owners', () => {
  test('stages are strings through and through', async () => {
    const { pipelinesApi, pipelineStagesApi } = stand.client.crm.pipelines;
    const pipeline = await pipelinesApi.getById('deals', 'default');
    const won = await pipelineStagesApi.getById('deals', 'default', 'closedwon');
    expect(won).toMatchObject({ metadata: { isClosed: 'true', probability: '1.0' }, archived: false });
    expect((await pipelineStagesApi.getAll('deals', 'default')).results).toEqual(pipeline.stages);
    expect((await refusal(pipelinesApi.getById('deals', 'nope'))).code).toBe(404);
    expect((await refusal(pipelineStagesApi.getById('deals', 'default', 'nope'))).code).toBe(404);
  });

  test('owners are found by id and user id, by address, and page by page', async () => {
    const { ownersApi } = stand.client.crm.owners;
    const first = await ownersApi.getPage(undefined, undefined, 5);
    const second = await ownersApi.getPage(undefined, first.paging?.next?.after, 5);
    const all = [...first.results, ...second.results];
    expect([all.length, second.paging]).toEqual([8, undefined]);
    const [owner] = all;
    expect(await ownersApi.getById(Number(owner?.id))).toEqual(owner);
    expect(await ownersApi.getById(owner?.userId as number, 'userId')).toEqual(owner);
    expect((await ownersApi.getPage(owner?.email)).results).toEqual([owner]);
    expect((await ownersApi.getPage(undefined, undefined, 100, true)).results).toEqual([]);
    expect((await refusal(ownersApi.getById(1))).code).toBe(404);
    expect((await refusal(ownersApi.getPage(undefined, undefined, 501))).code).toBe(400);
  });
});

describe('subscriptions', () => {
  test('exist once somebody makes one, with its contact and line item', async () => {
    const { objects, lineItems, associations } = stand.client.crm;
    expect((await objects.basicApi.getPage('subscriptions')).results).toEqual([]);
    const line = await lineItems.basicApi.create({
      properties: { name: 'Wartung', quantity: '1', price: '90' },
    });
    const [contact = ''] = stand.contacts;
    const kind = (associationTypeId: number) => [
      { associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId },
    ];
    const { id } = await objects.basicApi.create('subscriptions', {
      properties: { hs_name: 'Wartung', hs_status: 'active', hs_recurring_billing_start_date: '2026-12-01' },
      associations: [
        { to: { id: contact }, types: kind(295) },
        { to: { id: line.id }, types: kind(301) },
      ],
    });
    const read = await objects.basicApi.getById('0-69', id, ['hs_status'], undefined, [
      'contacts',
      'line_items',
    ]);
    expect(read.properties.hs_status).toBe('active');
    expect(read.associations).toMatchObject({
      contacts: { results: [{ id: contact, type: 'subscription_to_contact' }] },
      'line items': { results: [{ id: line.id }] },
    });
    const back = await associations.v4.batchApi.getPage('line_items', 'subscriptions', {
      inputs: [{ id: line.id }],
    });
    expect(back.results[0]?.to[0]?.associationTypes[0]?.typeId).toBe(302);
  });
});
