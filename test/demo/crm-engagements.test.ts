import { Client } from '@hubspot/api-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';

const company = demoCompany({ customers: 20, today: new Date('2026-12-01') });
const contact = String([...company.ids('contacts')][0]);
const deal = String([...company.ids('deals')][0]);
const owner = company.owners[0]?.id ?? '';
const at = '2026-12-01T09:00:00.000Z';
let crm: DemoCrm;
let api: Client['crm'];
beforeAll(async () => {
  crm = await startDemoCrm({ company });
  api = new Client({ basePath: crm.url, accessToken: 'x', numberOfApiCallRetries: 0 }).crm;
});
afterAll(() => crm.close());

const to = (id: string, associationTypeId: number) => ({
  to: { id },
  types: [{ associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId }],
});
const refused = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    ({ code, body }: { code: number; body: { category: string; message: string } }) => ({ code, ...body }),
  );

describe('notes, by the client', () => {
  const properties = { hs_timestamp: at, hs_note_body: 'Möchte Informationen zum X-Produkt.' };

  test('are made with their contact and deal, and read again', async () => {
    const { id } = await api.objects.notes.basicApi.create({
      properties: { ...properties, hubspot_owner_id: owner },
      associations: [to(contact, 202), to(deal, 214)],
    });
    const read = await api.objects.notes.basicApi.getById(id, ['hs_note_body', 'hs_timestamp'], undefined, [
      'contacts',
      'deals',
    ]);
    expect(read.properties).toMatchObject(properties);
    expect(read.associations?.contacts?.results).toMatchObject([{ id: contact }]);
    const { results } = await api.associations.v4.basicApi.getPage('contacts', contact, 'notes');
    expect(results).toMatchObject([{ associationTypes: [{ typeId: 201 }] }]);
    expect(String(results[0]?.toObjectId)).toBe(id);
  });

  test.each([
    ['without a time', { hs_note_body: 'x' }, []],
    ['too long', { ...properties, hs_note_body: 'x'.repeat(65_537) }, []],
    ['with an owner nobody knows', { ...properties, hubspot_owner_id: '1' }, []],
    ['with a property that does not exist', { ...properties, hs_note_colour: 'red' }, []],
    ['for a contact that does not exist', properties, [to('1', 202)]],
    ['with the association type of another pair', properties, [to(contact, 19)]],
  ])('%s are refused', async (_, given, associations) => {
    const before = crm.store.changedIds('notes').length;
    const call = api.objects.notes.basicApi.create({ properties: given as never, associations });
    expect(await refused(call)).toMatchObject({ code: 400, category: 'VALIDATION_ERROR' });
    expect(crm.store.changedIds('notes')).toHaveLength(before);
  });
});

describe('tasks, by the client', () => {
  const properties = {
    hs_timestamp: at,
    hs_task_subject: 'Rückruf',
    hs_task_status: 'NOT_STARTED',
    hs_task_priority: 'HIGH',
    hs_task_type: 'CALL',
    hubspot_owner_id: owner,
  };

  test('are made in a batch with their contacts', async () => {
    const made = await api.objects.tasks.batchApi.create({
      inputs: [{ properties, associations: [to(contact, 204)] }],
    });
    expect(made.results).toMatchObject([{ properties }]);
    const ids = crm.store.edges.of('contacts', Number(contact), 'tasks').map(String);
    expect(ids).toEqual(made.results.map(({ id }) => id));
  });

  test.each([['hs_task_status'], ['hs_task_priority'], ['hs_task_type']])(
    '%s takes only its own values',
    async (name) => {
      const call = api.objects.tasks.basicApi.create({
        properties: { ...properties, [name]: 'SOMETIMES' },
        associations: [],
      });
      expect(await refused(call)).toMatchObject({
        code: 400,
        message: expect.stringContaining('INVALID_OPTION'),
      });
    },
  );
});
