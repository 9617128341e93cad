import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientStand, clientStand, refusal } from './stand.ts';

let stand: ClientStand;
beforeAll(async () => {
  stand = await clientStand();
});
afterAll(() => stand.crm.close());

describe('a list', () => {
  test('leads on by cursor and link, and its last page has no paging', async () => {
    const first = (await stand.raw('GET', '/crm/v3/objects/contacts?limit=100&properties=email')).body;
    expect(first.paging.next).toEqual({
      after: first.results.at(-1).id,
      link: `${stand.crm.url}/crm/v3/objects/contacts?limit=100&properties=email&after=${first.paging.next.after}`,
    });
    const link = first.paging.next.link.slice(stand.crm.url.length);
    const last = (await stand.raw('GET', link)).body;
    expect(last.results).toHaveLength(20);
    expect(Object.keys(last)).toEqual(['results']);
  });

  test('keeps to the version it was asked in', async () => {
    const { body } = await stand.raw('GET', '/crm/objects/2026-09/contacts');
    expect(body.results).toHaveLength(10);
    expect(body.paging.next.link).toContain('/crm/objects/2026-09/contacts?after=');
  });

  test('takes at most 100 records, 50 with history, and only its own cursors', async () => {
    const { basicApi } = stand.client.crm.contacts;
    const withHistory = await basicApi.getPage(50, undefined, ['email'], ['lastname']);
    expect(withHistory.results[0]?.propertiesWithHistory?.lastname).toMatchObject([
      { value: expect.any(String), timestamp: expect.any(Date), sourceType: expect.any(String) },
    ]);
    for (const call of [
      () => basicApi.getPage(101),
      () => basicApi.getPage(0),
      () => basicApi.getPage(51, undefined, [], ['email']),
      () => basicApi.getPage(10, 'nonsense'),
    ]) {
      expect(await refusal(call())).toMatchObject({ code: 400, body: { category: 'VALIDATION_ERROR' } });
    }
  });

  test('of an unknown type is refused in the words of HubSpot', async () => {
    const { code, body } = await refusal(stand.client.crm.objects.basicApi.getPage('unicorns'));
    expect([code, body.category, body.message]).toEqual([
      400,
      'VALIDATION_ERROR',
      'Unable to infer object type from: unicorns',
    ]);
  });

  test('by numeric type id or singular is the same', async () => {
    const byName = await stand.raw('GET', '/crm/v3/objects/contacts');
    for (const name of ['0-1', 'contact', 'Contacts']) {
      expect((await stand.raw('GET', `/crm/v3/objects/${name}`)).body.results).toEqual(byName.body.results);
    }
  });
});

describe('what is written', () => {
  test('comes back with all it has, where it can be found', async () => {
    const answer = await stand.raw('POST', '/crm/v3/objects/companies', { properties: { name: 'Neu' } });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/crm/v3/objects/companies/${answer.body.id}`);
    expect(answer.body).toMatchObject({ properties: { name: 'Neu' }, archived: false });
  });

  test.each([
    ['contacts', { nonsense: '1' }, 'PROPERTY_DOESNT_EXIST'],
    ['contacts', { hs_email_optout: 'true' }, 'READ_ONLY_VALUE'],
    ['contacts', { hs_object_id: '1' }, 'READ_ONLY_VALUE'],
    ['contacts', { innovation_ratio: 'much' }, 'INVALID_NUMBER'],
    ['contacts', { email: 'nobody' }, 'INVALID_EMAIL'],
    ['contacts', { hs_legal_basis: 'Because' }, 'INVALID_OPTION'],
    ['contacts', { hubspot_owner_id: '1' }, 'INVALID_OPTION'],
    ['deals', { dealstage: 'dreaming' }, 'INVALID_OPTION'],
    ['deals', { closedate: 'tomorrow' }, 'INVALID_DATE'],
    ['line_items', { hs_recurring_billing_start_date: '2026-12-01T10:00:00Z' }, 'INVALID_DATE'],
  ])('to %s: %o is refused with %s', async (type, properties, code) => {
    const [name] = Object.keys(properties);
    const { code: status, body } = await refusal(
      stand.client.crm.objects.basicApi.create(type, { properties: properties as never }),
    );
    expect([status, body.category]).toEqual([400, 'VALIDATION_ERROR']);
    expect(body.errors).toMatchObject([{ code, context: { propertyName: [name] } }]);
    expect(JSON.parse(body.message.slice(body.message.indexOf('[')))).toMatchObject([
      { isValid: false, error: code, name },
    ]);
  });

  test('needs what a record must have', async () => {
    const { basicApi } = stand.client.crm.objects;
    const deal = await refusal(basicApi.create('deals', { properties: { amount: '1' } }));
    expect(deal).toMatchObject({ code: 400, body: { context: { properties: ['dealname', 'dealstage'] } } });
    expect((await refusal(basicApi.create('contacts', { properties: { jobtitle: 'X' } }))).code).toBe(400);
  });

  test('an address belongs to one contact', async () => {
    const { basicApi } = stand.client.crm.contacts;
    const { id } = await basicApi.create({ properties: { email: 'eine@kunde.example' } });
    const again = await refusal(basicApi.create({ properties: { email: 'Eine@kunde.example' } }));
    expect(again.code).toBe(409);
    expect(again.body).toMatchObject({
      category: 'CONFLICT',
      message: `Contact already exists. Existing ID: ${id}`,
    });
    const other = await basicApi.create({ properties: { email: 'andere@kunde.example' } });
    const taking = basicApi.update(other.id, { properties: { email: 'eine@kunde.example' } });
    expect((await refusal(taking)).code).toBe(409);
    await basicApi.update(id, { properties: { email: 'eine@kunde.example' } });
  });

  test('dates are ISO, a stage says whether a deal is won', async () => {
    const { basicApi } = stand.client.crm.deals;
    const properties = { dealname: 'D', dealstage: 'closedwon', closedate: String(Date.UTC(2026, 10, 1)) };
    const { id } = await basicApi.create({ properties });
    const deal = await basicApi.getById(id, ['closedate', 'hs_is_closed_won']);
    expect(deal.properties).toMatchObject({
      closedate: '2026-11-01T00:00:00.000Z',
      hs_is_closed_won: 'true',
    });
    await basicApi.update(id, { properties: { dealstage: 'closedlost' } });
    const lost = await basicApi.getById(id, ['hs_is_closed', 'hs_is_closed_won']);
    expect(lost.properties).toMatchObject({ hs_is_closed: 'true', hs_is_closed_won: 'false' });
  });
});

describe('what is not there', () => {
  test('is a 404 that names the id, whether unknown, archived or no number', async () => {
    const { basicApi } = stand.client.crm.contacts;
    const { id } = await basicApi.create({ properties: { lastname: 'Kurz' } });
    await basicApi.archive(id);
    for (const gone of ['9', id, 'abc']) {
      const { code, body } = await refusal(basicApi.getById(gone));
      expect([code, body.category, body.context]).toEqual([404, 'OBJECT_NOT_FOUND', { id: [gone] }]);
    }
    const archived = await basicApi.getById(id, ['lastname'], undefined, undefined, true);
    expect(archived).toMatchObject({ archived: true, archivedAt: expect.any(Date) });
    await basicApi.archive(id);
  });

  test('only unique properties identify a record', async () => {
    const { basicApi } = stand.client.crm.contacts;
    const call = basicApi.getById('Meier', [], undefined, undefined, false, 'lastname');
    expect((await refusal(call)).code).toBe(400);
  });
});

describe('merging', () => {
  test('both ids vanish without being archived and lead to a new record', async () => {
    const { crm } = stand.client;
    const winner = await crm.contacts.basicApi.create({ properties: { email: 'sie@kunde.example' } });
    const loser = await crm.contacts.basicApi.create({
      properties: { email: 'sie@privat.example', jobtitle: 'Labor' },
    });
    const body = { primaryObjectId: winner.id, objectIdToMerge: loser.id };
    const merged = await crm.contacts.basicApi.merge(body);
    expect([winner.id, loser.id]).not.toContain(merged.id);
    expect(merged).toMatchObject({
      createdAt: winner.createdAt,
      properties: {
        email: 'sie@kunde.example',
        hs_additional_emails: 'sie@privat.example',
        hs_merged_object_ids: `${winner.id};${loser.id}`,
        jobtitle: 'Labor',
      },
    });
    const archived = await crm.contacts.basicApi.getPage(100, undefined, [], [], [], true);
    expect(archived.results.map(({ id }) => id)).not.toContain(loser.id);
    expect(archived.results.map(({ id }) => id)).not.toContain(winner.id);
    for (const { id } of [winner, loser]) {
      const batch = { properties: ['email'], propertiesWithHistory: [], inputs: [{ id }] };
      expect((await crm.contacts.batchApi.read(batch)).results.map((one) => one.id)).toEqual([merged.id]);
    }
    const byOther = await crm.contacts.basicApi.getById(
      'sie@privat.example',
      [],
      undefined,
      undefined,
      false,
      'email',
    );
    expect(byOther.id).toBe(merged.id);
    expect((await refusal(crm.contacts.basicApi.merge(body))).code).toBe(400);
    const unknown = crm.contacts.basicApi.merge({ ...body, objectIdToMerge: '9' });
    expect((await refusal(unknown)).code).toBe(404);
  });

  test('what was merged before goes along: its ids lead to the newest record, with all associations', async () => {
    const { contacts } = stand.client.crm;
    const [one, two, three] = await Promise.all(
      ['1', '2', '3'].map((lastname) => contacts.basicApi.create({ properties: { lastname } })),
    );
    const [a = '', b = '', c = ''] = [one?.id, two?.id, three?.id];
    const deal = await stand.client.crm.deals.basicApi.create({
      properties: { dealname: 'D', dealstage: 'contractsent' },
      associations: [
        { to: { id: b }, types: [{ associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 3 }] },
      ],
    });
    const first = await contacts.basicApi.merge({ primaryObjectId: a, objectIdToMerge: b });
    const last = await contacts.basicApi.merge({ primaryObjectId: c, objectIdToMerge: first.id });
    for (const id of [a, b, c, first.id]) {
      const read = await contacts.basicApi.getById(id, ['lastname', 'hs_merged_object_ids'], [], ['deals']);
      expect(read.id).toBe(last.id);
      expect(read.properties.lastname).toBe('3');
      expect(new Set(read.properties.hs_merged_object_ids?.split(';'))).toEqual(new Set([a, b, c, first.id]));
      expect(read.associations?.deals?.results.map((each) => each.id)).toEqual([deal.id]);
    }
  });

  test('where accounts merge as they used to, the primary record lives on under its id', async () => {
    const old = await clientStand({ mergesMakeNew: false });
    try {
      const [winner = '', loser = ''] = old.contacts;
      const { basicApi } = old.client.crm.contacts;
      const merged = await basicApi.merge({ primaryObjectId: winner, objectIdToMerge: loser });
      expect(merged).toMatchObject({ id: winner, properties: { hs_merged_object_ids: loser } });
      expect((await basicApi.getById(loser)).id).toBe(winner);
    } finally {
      await old.crm.close();
    }
  });

  test('deals and companies merge, line items do not', async () => {
    const [one, two] = ['A', 'B'].map((dealname) =>
      stand.client.crm.deals.basicApi.create({ properties: { dealname, dealstage: 'contractsent' } }),
    );
    const [primary, other] = [await one, await two];
    const merged = await stand.client.crm.deals.basicApi.merge({
      primaryObjectId: primary?.id as string,
      objectIdToMerge: other?.id as string,
    });
    expect(merged.properties.dealname).toBe('A');
    const { status } = await stand.raw('POST', '/crm/v3/objects/line_items/merge', {
      primaryObjectId: '1',
      objectIdToMerge: '2',
    });
    expect(status).toBe(400);
  });

  test('what is deleted for privacy leaves no trace', async () => {
    const { basicApi } = stand.client.crm.contacts;
    const { id } = await basicApi.create({ properties: { email: 'weg@kunde.example' } });
    await basicApi.purge({ objectId: 'weg@kunde.example', idProperty: 'email' });
    expect((await refusal(basicApi.getById(id))).code).toBe(404);
    const archived = await basicApi.getPage(100, undefined, [], [], [], true);
    expect(archived.results.map((each) => each.id)).not.toContain(id);
  });
});
