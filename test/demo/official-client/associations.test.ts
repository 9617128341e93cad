import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ClientStand, clientStand, refusal } from './stand.ts';

let stand: ClientStand;
let clock = Date.parse('2026-12-02T10:00:00Z');
/** A contact and two deals of its own for each test, none associated. */
let contact: string;
let deals: [string, string];

beforeAll(async () => {
  stand = await clientStand({ now: () => new Date(clock), associationPageSize: 2 });
});
beforeEach(async () => {
  const { crm } = stand.client;
  clock += 60_000;
  contact = (await crm.contacts.basicApi.create({ properties: { lastname: 'Neu' } })).id;
  const deal = () => crm.deals.basicApi.create({ properties: { dealname: 'D', dealstage: 'contractsent' } });
  deals = [(await deal()).id, (await deal()).id];
  clock += 60_000;
});
afterAll(() => stand.crm.close());

const v4 = () => stand.client.crm.associations.v4;
const dealsOf = async (id: string) => {
  const page = await v4().basicApi.getPage('contacts', id, 'deals');
  return page.results.map(({ toObjectId }) => String(toObjectId));
};

describe('associations v4', () => {
  test('on the wire: ids of others are numbers, those of the record are texts, labels null', async () => {
    await v4().basicApi.createDefault('contacts', contact, 'deals', deals[0]);
    const body = { inputs: [{ id: contact }, { id: '9' }] };
    const { status, body: answer } = await stand.raw(
      'POST',
      '/crm/v4/associations/contacts/deals/batch/read',
      body,
    );
    expect(status).toBe(207);
    expect(answer).toMatchObject({
      status: 'COMPLETE',
      results: [
        {
          from: { id: contact },
          to: [
            {
              toObjectId: Number(deals[0]),
              associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId: 4, label: null }],
            },
          ],
        },
      ],
      numErrors: 1,
      errors: [
        {
          subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
          context: { fromObjectId: ['9'], fromObjectType: ['contact'], toObjectType: ['deal'] },
        },
      ],
    });
  });

  test('each record has pages of its own in a batch', async () => {
    const inputs = [
      ...deals,
      (
        await stand.client.crm.deals.basicApi.create({
          properties: { dealname: 'E', dealstage: 'contractsent' },
        })
      ).id,
    ].map((id) => ({ _from: { id: contact }, to: { id } }));
    const made = await v4().batchApi.createDefault('contacts', 'deals', { inputs });
    expect(made.results).toHaveLength(6);
    const first = await v4().batchApi.getPage('contacts', 'deals', { inputs: [{ id: contact }] });
    const after = first.results[0]?.paging?.next?.after as string;
    const second = await v4().batchApi.getPage('contacts', 'deals', { inputs: [{ id: contact, after }] });
    expect([first.results[0]?.to.length, second.results[0]?.to.length]).toEqual([2, 1]);
    expect(second.results[0]?.paging).toBeUndefined();
    const page = await stand.raw('GET', `/crm/v4/objects/contacts/${contact}/associations/deals?limit=2`);
    expect(page.body.paging.next).toMatchObject({ after, link: expect.stringContaining('limit=2') });
  });

  test('are made with and without a label, and removed, and move no time', async () => {
    const { batchApi, basicApi } = v4();
    const types = [{ associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 4 }];
    const made = await stand.raw(
      'PUT',
      `/crm/v4/objects/contacts/${contact}/associations/deals/${deals[0]}`,
      types,
    );
    expect([made.status, made.body]).toEqual([
      201,
      {
        fromObjectTypeId: '0-1',
        fromObjectId: Number(contact),
        toObjectTypeId: '0-3',
        toObjectId: Number(deals[0]),
        labels: [],
      },
    ]);
    await batchApi.create('contacts', 'deals', {
      inputs: [{ _from: { id: contact }, to: { id: deals[1] }, types }],
    });
    expect(await dealsOf(contact)).toEqual([...deals].sort());
    await basicApi.archive('contacts', contact, 'deals', deals[0]);
    await batchApi.archive('contacts', 'deals', {
      inputs: [{ _from: { id: contact }, to: [{ id: deals[1] }] }],
    });
    expect(await dealsOf(contact)).toEqual([]);
    const { updatedAt } = await stand.client.crm.contacts.basicApi.getById(contact);
    expect(updatedAt.getTime()).toBe(clock - 60_000);
  });

  test('are refused for more than 1,000 records, unknown types, kinds, ends and cursors', async () => {
    const { batchApi, basicApi } = v4();
    const many = Array.from({ length: 1001 }, (_, n) => ({ id: String(n + 1) }));
    const kind = [{ associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 19 }];
    const refused: [number, () => Promise<unknown>][] = [
      [400, () => batchApi.getPage('contacts', 'deals', { inputs: many })],
      [400, () => batchApi.getPage('contacts', 'unicorns', { inputs: [{ id: contact }] })],
      [400, () => batchApi.getPage('contacts', 'line_items', { inputs: [{ id: contact }] })],
      [400, () => batchApi.getPage('contacts', 'deals', { inputs: [{ id: contact, after: 'x' }] })],
      [400, () => basicApi.create('contacts', contact, 'deals', deals[0], kind)],
      [404, () => basicApi.createDefault('contacts', contact, 'deals', '9')],
      [404, () => basicApi.getPage('contacts', '9', 'deals')],
    ];
    for (const [status, call] of refused) expect((await refusal(call())).code).toBe(status);
  });

  test('to companies have the primary kind, too, and kinds can be listed', async () => {
    const labels = await v4().schema.definitionsApi.getAll('contacts', 'companies');
    expect(labels.results.map(({ typeId }) => typeId)).toEqual([1, 279]);
  });

  test('are still read the v3 way', async () => {
    await v4().basicApi.createDefault('contacts', contact, 'deals', deals[0]);
    const answer = await stand.client.crm.associations.batchApi.read('contacts', 'deals', {
      inputs: [{ id: contact }],
    });
    expect(answer.results[0]?.to).toEqual([{ id: deals[0], type: 'contact_to_deal' }]);
  });

  test('by dated paths as the reference lists them: no list of one record since 2026-09', async () => {
    await v4().basicApi.createDefault('contacts', contact, 'deals', deals[0]);
    const list = (version: string) =>
      stand.raw('GET', `/crm/objects/${version}/contacts/${contact}/associations/deals`);
    expect([(await list('2026-03')).status, (await list('2026-09')).status]).toEqual([200, 404]);
    const path = `/crm/objects/2026-09/contacts/${contact}/associations/default/deals/${deals[1]}`;
    expect((await stand.raw('PUT', path)).status).toBe(200);
    const batch = { inputs: [{ id: contact }] };
    const read = await stand.raw('POST', '/crm/associations/2026-09/contacts/deals/batch/read', batch);
    expect(read.body.results[0].to).toHaveLength(2);
  });
});
