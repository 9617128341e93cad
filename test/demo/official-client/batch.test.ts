import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientStand, clientStand, refusal } from './stand.ts';

let stand: ClientStand;
beforeAll(async () => {
  stand = await clientStand();
});
afterAll(() => stand.crm.close());

const api = () => stand.client.crm.contacts.batchApi;
const read = (ids: string[], more = {}) => ({
  properties: ['email'],
  propertiesWithHistory: [],
  inputs: ids.map((id) => ({ id })),
  ...more,
});

describe('batch read', () => {
  test('tells what is missing in a 207, and gives the rest', async () => {
    const ids = [...stand.contacts.slice(0, 3), '9', 'abc'];
    const { status, body } = await stand.raw('POST', '/crm/v3/objects/contacts/batch/read', read(ids));
    expect(status).toBe(207);
    expect(body).toEqual({
      status: 'COMPLETE',
      results: expect.any(Array),
      numErrors: 1,
      errors: [
        {
          status: 'error',
          category: 'OBJECT_NOT_FOUND',
          message: expect.any(String),
          context: { ids: ['9', 'abc'] },
          errors: [],
          links: {},
        },
      ],
      startedAt: expect.any(String),
      completedAt: expect.any(String),
    });
    expect(body.results).toHaveLength(3);
    const { status: all, body: whole } = await stand.raw(
      'POST',
      '/crm/v3/objects/contacts/batch/read',
      read(ids.slice(0, 3)),
    );
    expect([all, Object.keys(whole).sort()]).toEqual([
      200,
      ['completedAt', 'results', 'startedAt', 'status'],
    ]);
  });

  test('takes at most 100 ids, each once, and 50 with history', async () => {
    const many = Array.from({ length: 101 }, (_, n) => String(n + 1));
    const refused = [
      read(many),
      read([]),
      read(['7', '8', '7']),
      read(many.slice(50), { propertiesWithHistory: ['email'] }),
      read(['Meier'], { idProperty: 'lastname' }),
    ];
    for (const body of refused) {
      expect(await refusal(api().read(body))).toMatchObject({
        code: 400,
        body: { category: 'VALIDATION_ERROR' },
      });
    }
    const twice = await refusal(api().read(read(['7', '8', '7'])));
    expect(twice.body.context).toEqual({ ids: ['7'] });
  });

  test('finds contacts by address, and archived ones only if told so', async () => {
    const made = await stand.client.crm.contacts.basicApi.create({
      properties: { email: 'b1@kunde.example' },
    });
    const found = await api().read(read(['B1@kunde.example'], { idProperty: 'email' }));
    expect(found.results.map(({ id }) => id)).toEqual([made.id]);
    await stand.client.crm.contacts.basicApi.archive(made.id);
    expect(await api().read(read([made.id]))).toMatchObject({ results: [], numErrors: 1 });
    expect((await api().read(read([made.id]), true)).results).toMatchObject([{ archived: true }]);
  });
});

describe('batch writing', () => {
  test('updates what is there, names what is not, and gives trace ids back', async () => {
    const [first = '', second = ''] = stand.contacts;
    const properties = { innovation_ratio: '0.4' };
    const inputs = [first, '9', second].map((id) => ({ id, properties, objectWriteTraceId: `t${id}` }));
    const answer = await api().update({ inputs });
    expect(answer.results.map(({ id, objectWriteTraceId }) => [id, objectWriteTraceId])).toEqual([
      [first, `t${first}`],
      [second, `t${second}`],
    ]);
    expect(answer).toMatchObject({ numErrors: 1, errors: [{ context: { ids: ['9'] } }] });
  });

  test('one wrong property refuses the whole batch, and nothing is written', async () => {
    const [first = '', second = ''] = stand.contacts.slice(5);
    const inputs = [
      { id: first, properties: { jobtitle: 'Neu' } },
      { id: second, properties: { nonsense: '1' } },
    ];
    const { code, body } = await refusal(api().update({ inputs }));
    expect([code, body.errors[0].code]).toEqual([400, 'PROPERTY_DOESNT_EXIST']);
    const contact = await stand.client.crm.contacts.basicApi.getById(first, ['jobtitle']);
    expect(contact.properties.jobtitle).not.toBe('Neu');
  });

  test('creates all or none, or with trace ids tells one by one', async () => {
    const of = (email: string, trace?: string) => ({
      properties: { email },
      associations: [],
      ...(trace === undefined ? {} : { objectWriteTraceId: trace }),
    });
    await api().create({ inputs: [of('c1@kunde.example'), of('c2@kunde.example')] });
    const refused = await refusal(api().create({ inputs: [of('c3@kunde.example'), of('c1@kunde.example')] }));
    expect([refused.code, refused.body.category]).toEqual([409, 'CONFLICT']);
    const mixed = await api().create({ inputs: [of('c3@kunde.example', 'a'), of('c1@kunde.example', 'b')] });
    expect(mixed.results).toMatchObject([{ objectWriteTraceId: 'a' }]);
    expect(mixed).toMatchObject({
      numErrors: 1,
      errors: [{ category: 'CONFLICT', context: { objectWriteTraceId: ['b'] } }],
    });
  });

  test('upserts by address: changes who is there, makes who is not', async () => {
    const inputs = ['c1@kunde.example', 'u1@kunde.example'].map((id) => ({
      id,
      idProperty: 'email',
      properties: { jobtitle: 'Labor' },
    }));
    const answer = await api().upsert({ inputs });
    expect(answer.results.map(({ _new }) => _new)).toEqual([false, true]);
    const again = await api().upsert({ inputs });
    expect(again.results.map(({ _new }) => _new)).toEqual([false, false]);
  });

  test('archives', async () => {
    const made = await stand.client.crm.contacts.basicApi.create({ properties: { lastname: 'Weg' } });
    await api().archive({ inputs: [{ id: made.id }] });
    expect((await refusal(stand.client.crm.contacts.basicApi.getById(made.id))).code).toBe(404);
  });
});
