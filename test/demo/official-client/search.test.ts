import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientStand, clientStand, refusal } from './stand.ts';

let stand: ClientStand;
beforeAll(async () => {
  stand = await clientStand();
  for (const [lastname, jobtitle] of [
    ['Zwirner', 'Leitung Produktion Nord'],
    ['Zwirner-Hall', 'Leitung Einkauf'],
    ['Ohnezahl', 'Produktionsleitung'],
  ]) {
    stand.crm.addContact({ lastname: lastname as string, jobtitle: jobtitle as string });
  }
});
afterAll(() => stand.crm.close());

const search = (body: object) => stand.client.crm.contacts.searchApi.doSearch(body as never);
const by = (...filters: object[]) => ({ filterGroups: [{ filters }] });
const names = async (body: object) =>
  (await search({ ...body, properties: ['lastname'] })).results.map(({ properties }) => properties.lastname);

describe('search', () => {
  test('pages by number of results, and the last page has no paging', async () => {
    const first = await search({ limit: 100 });
    expect([first.total, first.results.length, first.paging?.next?.after]).toEqual([123, 100, '100']);
    const { body } = await stand.raw('POST', '/crm/v3/objects/contacts/search', { limit: 100, after: 100 });
    expect(Object.keys(body).sort()).toEqual(['results', 'total']);
    expect(body.results).toHaveLength(23);
    expect(await search({ after: '500' })).toMatchObject({ total: 123, results: [] });
  });

  test('finds words, beginnings of words, and all the words of a query', async () => {
    const job = (operator: string, value: string) => by({ propertyName: 'jobtitle', operator, value });
    expect(await names(job('CONTAINS_TOKEN', 'nord'))).toEqual(['Zwirner']);
    expect(await names(job('CONTAINS_TOKEN', 'Leitung Einkauf'))).toEqual(['Zwirner-Hall']);
    expect(await names(job('CONTAINS_TOKEN', '*duktion nord'))).toEqual(['Zwirner']);
    expect(await names({ query: 'zwirn' })).toEqual(['Zwirner', 'Zwirner-Hall']);
    expect(await names({ query: 'ohnezahl' })).toEqual(['Ohnezahl']);
    const not = await search(job('NOT_CONTAINS_TOKEN', 'nord'));
    expect(not.total).toBe(122);
  });

  test.each<[string, object]>([
    ['an unknown property in a filter', by({ propertyName: 'nope', operator: 'HAS_PROPERTY' })],
    ['an unknown property to sort by', { sorts: ['nope'] }],
    ['an unknown operator', by({ propertyName: 'email', operator: 'LIKE', value: 'x' })],
    ['an operator without its value', by({ propertyName: 'email', operator: 'EQ' })],
    ['BETWEEN without its end', by({ propertyName: 'innovation_ratio', operator: 'BETWEEN', value: '0' })],
    ['IN without values', by({ propertyName: 'email', operator: 'IN', value: 'x' })],
    ['HAS_PROPERTY with a value', by({ propertyName: 'email', operator: 'HAS_PROPERTY', value: 'x' })],
    ['seven filters in a group', by(...Array(7).fill({ propertyName: 'email', operator: 'HAS_PROPERTY' }))],
    ['six groups', { filterGroups: Array(6).fill({ filters: [] }) }],
    [
      'nineteen filters together',
      {
        filterGroups: [5, 5, 5, 4].map((n) => ({
          filters: Array(n).fill({ propertyName: 'email', operator: 'HAS_PROPERTY' }),
        })),
      },
    ],
    ['two sorts', { sorts: ['email', 'lastname'] }],
    ['201 results', { limit: 201 }],
    ['a page past 10,000', { limit: 100, after: '9901' }],
    ['a cursor that is no number', { after: 'abc' }],
    ['a body of more than 3,000 characters', { query: 'x'.repeat(2990) }],
  ])('refuses %s', async (_, body) => {
    const { code, body: error } = await refusal(search(body));
    expect([code, error.category]).toEqual([400, 'VALIDATION_ERROR']);
  });

  test('knows no archived records', async () => {
    const { id } = stand.crm.addContact({ lastname: 'Vergangen' });
    stand.crm.archiveContact(id);
    expect(await names({ query: 'vergangen' })).toEqual([]);
  });
});
