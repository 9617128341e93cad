import { describe, expect, test } from 'vitest';
import { apiOf, record } from './api-stand.ts';
import type { Answer } from './http-stand.ts';

describe('batch reads', () => {
  const notFound = (...ids: string[]) => ({
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    message: 'Could not get some objects',
    context: { ids },
  });
  const broken = (...ids: string[]) => ({ ...notFound(...ids), category: 'INTERNAL_ERROR' });
  const partly = (results: unknown[], ...errors: unknown[]): Answer => ({
    status: 207,
    body: { status: 'COMPLETE', results, numErrors: errors.length, errors },
  });
  const read = async (
    ids: string[],
    answer: (line: string, body: string, number: number) => Answer,
    type: 'contacts' | 'line_items' = 'line_items',
  ) => {
    const { api, stand } = await apiOf(answer);
    const { records, unreadable } = await api.read(type, ids);
    return { ids: records.map(({ id }) => id), unreadable, requests: stand.requests.map(({ body }) => body) };
  };

  test('leave out what no longer exists: one error names any number of ids', async () => {
    const { ids, unreadable } = await read(['1', '2', '3'], () => partly([record('1')], notFound('2', '3')));
    expect(ids).toEqual(['1']);
    expect(unreadable).toEqual([]);
  });

  test.each<[string, Answer]>([
    ['that is short', { body: { status: 'COMPLETE', results: [record('1')] } }],
    ['that has nothing', { body: { status: 'COMPLETE', results: [] } }],
    ['that has more to come', { body: { status: 'PROCESSING', results: [record('1'), record('2')] } }],
    ['that was broken off', { body: { status: 'CANCELED', results: [record('1'), record('2')] } }],
    ['whose errors name nothing', partly([record('1')], { ...notFound(), context: undefined })],
    ['whose errors name something else', partly([record('1')], notFound('9'))],
  ])('an answer %s is none, and nothing is gone for it', async (_, answer) => {
    const { api, stand } = await apiOf(() => answer);
    await expect(api.read('contacts', ['1', '2'])).rejects.toMatchObject({ code: 'not_hubspot' });
    expect(stand.requests).toHaveLength(3);
  });

  test('a short answer is asked for again', async () => {
    const { ids } = await read(['1', '2'], (_, __, number) => ({
      body: { status: 'COMPLETE', results: number === 1 ? [] : [record('1'), record('2')] },
    }));
    expect(ids).toEqual(['1', '2']);
  });

  test('a record under another id stands for one that was merged into it', async () => {
    const both = [record('9', { hs_merged_object_ids: '2;3' })];
    expect((await read(['9', '2', '3'], () => partly(both))).ids).toEqual(['9']);
    // it does not tell which
    expect((await read(['1', '2'], () => partly([record('1'), record('9')]))).ids).toEqual(['1', '9']);
    // one stands for one
    const { api } = await apiOf(() => partly([record('9')]));
    await expect(api.read('line_items', ['1', '2'])).rejects.toMatchObject({ code: 'not_hubspot' });
    // and this one tells whom it stands for
    const { api: other } = await apiOf(() => partly(both));
    await expect(other.read('contacts', ['1', '2', '3'])).rejects.toMatchObject({ code: 'not_hubspot' });
  });

  test('what could not be read is neither gone nor in the way of the others', async () => {
    const { ids, unreadable, requests } = await read(['1', '2', '3'], (_, body) =>
      partly(
        body.includes('"1"') ? [record('1')] : [],
        broken('2'),
        ...(body.includes('"3"') ? [notFound('3', '2')] : []),
      ),
    );
    expect(ids).toEqual(['1']);
    expect(unreadable).toEqual([{ id: '2', why: 'INTERNAL_ERROR' }]);
    expect(requests.map((body) => JSON.parse(body).inputs)).toEqual([
      [{ id: '1' }, { id: '2' }, { id: '3' }],
      [{ id: '2' }],
    ]);
  });

  test('a fault of one record that passes leaves nothing behind', async () => {
    const { ids, unreadable } = await read(['1', '2'], (_, __, number) =>
      number === 1
        ? partly([record('1')], broken('2'))
        : { body: { status: 'COMPLETE', results: [record('2')] } },
    );
    expect(ids).toEqual(['1', '2']);
    expect(unreadable).toEqual([]);
  });
});

describe('associations', () => {
  test('of up to a thousand records come in one call; none is no error; ids are text', async () => {
    const { api, stand } = await apiOf(() => ({
      status: 207,
      body: {
        status: 'COMPLETE',
        results: [
          { from: { id: '2' }, to: [{ toObjectId: 90071992547, associationTypes: [] }, { toObjectId: 5 }] },
        ],
        numErrors: 1,
        errors: [
          {
            status: 'error',
            category: 'OBJECT_NOT_FOUND',
            subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
            message: 'No contact is associated with deal 1.',
            context: { fromObjectId: ['1'], fromObjectType: ['deal'], toObjectType: ['contact'] },
          },
        ],
      },
    }));
    const found = await api.associations('deals', 'contacts', ['1', '2']);
    expect([...found]).toEqual([['2', ['90071992547', '5']]]);
    expect(stand.requests.map(({ line }) => line)).toEqual([
      'POST /crm/v4/associations/deals/contacts/batch/read',
    ]);
  });

  test('on several pages are followed', async () => {
    const { api } = await apiOf((_, body) => {
      const { inputs } = JSON.parse(body) as { inputs: { id: string; after?: string }[] };
      return {
        body: {
          results: inputs.map(({ id, after }) => ({
            from: { id },
            to: [{ toObjectId: Number(after ?? 0) + 1 }],
            ...(Number(after ?? 0) < Number(id)
              ? { paging: { next: { after: String(Number(after ?? 0) + 1) } } }
              : {}),
          })),
        },
      };
    });
    const found = await api.associations('deals', 'line_items', ['1', '3']);
    expect([...found]).toEqual([
      ['1', ['1', '2']],
      ['3', ['1', '2', '3', '4']],
    ]);
  });

  test('that could not be read are never taken for none', async () => {
    const { api } = await apiOf(() => ({
      status: 207,
      body: { results: [], errors: [{ status: 'error', category: 'INTERNAL_ERROR', message: 'x' }] },
    }));
    await expect(api.associations('deals', 'contacts', ['1'])).rejects.toMatchObject({ code: 'not_hubspot' });
  });
});

describe('associations that are not whole', () => {
  const links = (...ids: string[]) =>
    ids.map((id) => ({ from: { id }, to: [{ toObjectId: Number(id) + 100 }] }));
  const inputsOf = (body: string) =>
    (JSON.parse(body) as { inputs: { id: string }[] }).inputs.map(({ id }) => id);

  test.each<[string, Answer]>([
    ['nothing', { body: { status: 'COMPLETE', results: [] } }],
    ['nothing finished', { body: { status: 'PROCESSING', results: links('1', '2') } }],
  ])('%s is never taken for none', async (_, answer) => {
    const { api, stand } = await apiOf(() => answer);
    await expect(api.associations('deals', 'line_items', ['1', '2'])).rejects.toMatchObject({
      code: 'not_hubspot',
    });
    expect(stand.requests).toHaveLength(3);
  });

  test('what an answer leaves out is asked for by itself', async () => {
    const { api, stand } = await apiOf((_, body) => ({
      body: { status: 'COMPLETE', results: links(...inputsOf(body).slice(0, 2)) },
    }));
    const found = await api.associations('deals', 'line_items', ['1', '2', '3']);
    expect([...found.keys()]).toEqual(['1', '2', '3']);
    expect(stand.requests.map(({ body }) => inputsOf(body))).toEqual([['1', '2', '3'], ['3']]);
  });

  test('what is left out for good ends it', async () => {
    const { api } = await apiOf((_, body) => ({
      body: { status: 'COMPLETE', results: links(...inputsOf(body).filter((id) => id !== '3')) },
    }));
    await expect(api.associations('deals', 'line_items', ['1', '2', '3'])).rejects.toMatchObject({
      code: 'not_hubspot',
    });
  });

  test('pages that go round in a circle of two are found out', async () => {
    const { api } = await apiOf((_, body) => {
      const { after } = (JSON.parse(body) as { inputs: { after?: string }[] }).inputs[0] ?? {};
      const next = after === 'a' ? 'b' : 'a';
      return {
        body: {
          status: 'COMPLETE',
          results: [{ from: { id: '1' }, to: [{ toObjectId: 5 }], paging: { next: { after: next } } }],
        },
      };
    });
    await expect(api.associations('deals', 'line_items', ['1'])).rejects.toMatchObject({
      code: 'not_hubspot',
    });
  });
});
