import { Client } from '@hubspot/api-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';

const company = demoCompany({ customers: 250, today: new Date('2026-12-01T10:30:00Z') });
const idOf = (place: number) => String([...company.ids('contacts')][place]);
let clock = new Date('2026-12-01T12:00:00Z');
let crm: DemoCrm;

/** The real client, on v3/v4 paths or moved to the date-versioned ones. */
const clientOf = (dated: boolean) =>
  new Client({
    basePath: crm.url,
    accessToken: 'any',
    numberOfApiCallRetries: 0,
    middleware: dated
      ? [
          {
            pre: async (context) => {
              const request = context as { getUrl(): string; setUrl(url: string): void };
              const url = new URL(request.getUrl());
              url.pathname = url.pathname.replace(/^\/crm\/v[34]\/(\w+)/, '/crm/$1/2026-09');
              request.setUrl(url.href);
              return request;
            },
            post: async (response) => response,
          },
        ]
      : [],
  });

beforeAll(async () => {
  crm = await startDemoCrm({ company, now: () => clock, associationPageSize: 2 });
});
afterAll(() => crm.close());

describe.each([
  ['v3 and v4 paths', false],
  ['date-versioned paths', true],
])('the client reads by %s', (_, dated) => {
  test('lists in pages to the end', async () => {
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await clientOf(dated).crm.contacts.basicApi.getPage(100, after, ['email', 'nonsense']);
      ids.push(...page.results.map(({ id }) => id));
      expect(Object.keys(page.results[0]?.properties ?? {}).sort()).toEqual([
        'createdate',
        'email',
        'hs_object_id',
        'lastmodifieddate',
      ]);
      after = page.paging?.next?.after;
    } while (after);
    expect(ids).toEqual([...company.ids('contacts')].map(String));
  });

  test('reads in batches and tells what is missing', async () => {
    const answer = await clientOf(dated).crm.lineItems.batchApi.read({
      properties: ['name', 'quantity'],
      propertiesWithHistory: [],
      inputs: [{ id: String([...company.ids('line_items')][0]) }, { id: '1' }],
    });
    expect(answer.results).toHaveLength(1);
    expect(answer).toMatchObject({ numErrors: 1, errors: [{ category: 'OBJECT_NOT_FOUND' }] });
  });

  test('reads associations, with paging and those that have none', async () => {
    const ids = [...company.ids('contacts')];
    const many = ids.find((id) => company.associated('contacts', id, 'deals').length > 2) as number;
    const none = ids.find((id) => company.associated('contacts', id, 'deals').length === 0) as number;
    const { batchApi } = clientOf(dated).crm.associations.v4;
    const inputs = [{ id: String(many) }, { id: String(none) }];
    const first = await batchApi.getPage('contacts', 'deals', { inputs });
    expect(first).toMatchObject({
      numErrors: 1,
      errors: [
        { subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND', context: { fromObjectId: [String(none)] } },
      ],
    });
    const [result] = first.results;
    expect(result?._from.id).toBe(String(many));
    expect(typeof result?.to[0]?.toObjectId).toBe('number');
    const after = result?.paging?.next?.after as string;
    const second = await batchApi.getPage('contacts', 'deals', { inputs: [{ id: String(many), after }] });
    const read = [...(result?.to ?? []), ...(second.results[0]?.to ?? [])].map(({ toObjectId }) =>
      Number(toObjectId),
    );
    expect(read).toEqual(company.associated('contacts', many, 'deals').slice(0, 4));
  });

  test('searches, reads owners, properties and pipelines', async () => {
    const { crm: api } = clientOf(dated);
    const found = await api.deals.searchApi.doSearch({
      filterGroups: [
        { filters: [{ propertyName: 'hs_is_closed_won', operator: 'EQ' as never, value: 'false' }] },
      ],
      properties: ['dealname'],
      limit: 200,
      sorts: ['hs_object_id'],
    });
    const lost = [...company.ids('deals')].filter(
      (id) => company.get('deals', id)?.properties.hs_is_closed_won === 'false',
    );
    expect(found.total).toBe(lost.length);
    expect(found.results.map(({ id }) => Number(id))).toEqual(lost.slice(0, 200));
    expect((await api.owners.ownersApi.getPage()).results).toHaveLength(8);
    const names = (await api.properties.coreApi.getAll('contacts')).results.map(({ name }) => name);
    expect(names).toContain('innovation_ratio');
    expect((await api.pipelines.pipelinesApi.getAll('deals')).results).toHaveLength(2);
  });
});

describe('single records', () => {
  test('properties may be separated by commas, associations come along', async () => {
    const deal = [...company.ids('deals')][0] as number;
    const response = await fetch(
      `${crm.url}/crm/v3/objects/deals/${deal}?properties=dealname,amount&associations=line_items`,
      {
        headers: { authorization: 'Bearer x' },
      },
    );
    expect(response.headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000');
    expect(await response.json()).toMatchObject({
      properties: { dealname: expect.any(String), amount: expect.any(String) },
      associations: { 'line items': { results: [{ type: 'deal_to_line_item' }] } },
    });
  });

  test('a contact is found by address in any case, an unknown one is a 404', async () => {
    const { basicApi } = clientOf(false).crm.contacts;
    const email = company.get('contacts', Number(idOf(100)))?.properties.email as string;
    const contact = await basicApi.getById(
      email.toUpperCase(),
      ['email'],
      undefined,
      undefined,
      false,
      'email',
    );
    expect(contact.properties.email?.toLowerCase()).toBe(email.toLowerCase());
    const missing = basicApi.getById('9', [], undefined, undefined, false);
    await expect(missing).rejects.toMatchObject({ code: 404, body: { category: 'OBJECT_NOT_FOUND' } });
  });

  test('changes are checked, kept, and bump the time of the last change', async () => {
    const { basicApi, batchApi } = clientOf(false).crm.contacts;
    const id = idOf(70);
    clock = new Date('2026-12-01T12:01:00Z');
    await basicApi.update(id, { properties: { innovation_ratio: '0.5' } });
    const read = await basicApi.getById(id, ['innovation_ratio']);
    expect(read.properties).toMatchObject({ innovation_ratio: '0.5', lastmodifieddate: clock.toISOString() });
    for (const properties of [{ no_such: '1' }, { innovation_ratio: 'lots' }, { hs_object_id: '1' }]) {
      const refused = basicApi.update(id, { properties: properties as Record<string, string> });
      await expect(refused).rejects.toMatchObject({ code: 400, body: { category: 'VALIDATION_ERROR' } });
    }
    const batch = await batchApi.update({
      inputs: [
        { id, properties: { innovation_ratio: '' } },
        { id: '9', properties: {} },
      ],
    });
    expect(batch).toMatchObject({ numErrors: 1, results: [{ properties: { innovation_ratio: null } }] });
  });

  test('archived records leave the list and stand in the archived one', async () => {
    const { basicApi } = clientOf(false).crm.contacts;
    const id = idOf(71);
    await basicApi.archive(id);
    await expect(basicApi.getById(id)).rejects.toMatchObject({ code: 404 });
    const archived = await basicApi.getPage(100, undefined, ['email'], undefined, undefined, true);
    expect(archived.results).toMatchObject([{ id, archived: true, archivedAt: expect.any(Date) }]);
  });

  test('notes and contacts can be created with associations', async () => {
    const { crm: api } = clientOf(false);
    const { id } = await api.contacts.basicApi.create({ properties: { email: 'neu@kunde.example' } });
    const types = [{ associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 202 }];
    const note = await api.objects.basicApi.create('notes', {
      properties: { hs_note_body: 'Bitte anrufen', hs_timestamp: clock.toISOString() },
      associations: [{ to: { id }, types }],
    });
    const found = await api.associations.v4.batchApi.getPage('contacts', 'notes', { inputs: [{ id }] });
    expect(String(found.results[0]?.to[0]?.toObjectId)).toBe(note.id);
    const again = api.contacts.basicApi.create({ properties: { email: 'NEU@kunde.example' } });
    await expect(again).rejects.toMatchObject({ code: 409 });
  });

  test('a property can be added once', async () => {
    const { coreApi, groupsApi } = clientOf(false).crm.properties;
    await groupsApi.create('contacts', { name: 'spielbein', label: 'Spielbein' });
    const property = {
      name: 'spielbein_answer',
      label: 'Answer',
      type: 'string',
      fieldType: 'text',
      groupName: 'spielbein',
    };
    await coreApi.create('contacts', property as never);
    await expect(coreApi.create('contacts', property as never)).rejects.toMatchObject({
      code: 409,
      body: { category: 'OBJECT_ALREADY_EXISTS' },
    });
    await clientOf(false).crm.contacts.basicApi.update(idOf(72), { properties: { spielbein_answer: 'yes' } });
  });
});

describe('what people do in the CRM', () => {
  test('a purchase can be read back along the associations', async () => {
    const contactId = idOf(80);
    const { tradeId, lineItemId } = crm.addPurchase({
      contactId,
      sku: 'ORV-AQD',
      quantity: 3,
      on: new Date('2026-11-30'),
    });
    const { crm: api } = clientOf(false);
    const deal = await api.deals.basicApi.getById(tradeId, ['hs_is_closed_won', 'closedate'], undefined, [
      'line_items',
      'contacts',
    ]);
    expect(deal.properties).toMatchObject({
      hs_is_closed_won: 'true',
      closedate: '2026-11-30T00:00:00.000Z',
    });
    expect(deal.associations?.contacts?.results[0]?.id).toBe(contactId);
    expect(deal.associations?.['line items']?.results[0]?.id).toBe(lineItemId);
  });

  test('a merge makes a new record: both old ids lead to it, and it has the purchases of both', async () => {
    const [winner, loser] = [idOf(90), idOf(92)];
    const before = [winner, loser].flatMap((id) => company.associated('contacts', Number(id), 'deals'));
    const { id } = crm.mergeContacts(winner, loser);
    const { crm: api } = clientOf(false);
    for (const old of [winner, loser]) {
      const read = await api.contacts.basicApi.getById(old, ['hs_merged_object_ids']);
      expect(read).toMatchObject({ id, properties: { hs_merged_object_ids: `${winner};${loser}` } });
    }
    const page = await api.contacts.basicApi.getPage(100, String(Number(winner) - 1));
    expect(page.results.map((contact) => contact.id)).not.toContain(winner);
    expect(page.results.map((contact) => contact.id)).not.toContain(loser);
    expect(crm.store.edges.of('contacts', Number(id), 'deals')).toEqual(expect.arrayContaining(before));
  });

  test('a forgotten contact leaves no trace', async () => {
    crm.forgetContact(idOf(95));
    const { basicApi } = clientOf(false).crm.contacts;
    await expect(basicApi.getById(idOf(95))).rejects.toMatchObject({ code: 404 });
    const archived = await basicApi.getPage(100, undefined, [], undefined, undefined, true);
    expect(archived.results.map(({ id }) => id)).not.toContain(idOf(95));
  });
});
