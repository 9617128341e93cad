import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoCompany } from '../../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../../src/demo/crm-server/server.ts';
import { settingsFile } from '../../../src/library/schema.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import { hubspotSetup } from '../../../src/sync/hubspot/setup.ts';
import { runSync } from '../../../src/sync/sync.ts';
import { testDatabase } from '../../stands/database.ts';

/** An account that names and does things in its own way, read through the whole sync. */
const { db } = await testDatabase();
const company = demoCompany({ customers: 20, today: new Date() });
const [contact = 0] = [...company.ids('contacts')];
let crm: DemoCrm;
beforeAll(async () => {
  crm = await startDemoCrm({ company });
});
afterAll(() => crm.close());

const sync = (written: unknown) =>
  runSync({
    db,
    crm: hubspotCrm({
      accessToken: 'demo',
      baseUrl: crm.url,
      settings: async () => settingsFile.shape.hubspot.parse(written),
    }),
    mode: 'full',
  });

/** Asks the demo CRM as another program would. */
async function post(path: string, body: object): Promise<{ id: string }> {
  const answer = await fetch(`${crm.url}${path}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer demo', 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { id: string };
}

/** A deal, order or subscription of the contact's, with one line. @returns its id and the line's, joined */
async function bought(type: string, properties: object, line: object): Promise<string> {
  const { id } = await post(`/crm/v3/objects/${type}`, { properties });
  const item = await post('/crm/v3/objects/line_items', {
    properties: { name: 'Wartungsvertrag', quantity: '1', ...line },
  });
  for (const [to, other] of [
    ['contacts', String(contact)],
    ['line_items', item.id],
  ]) {
    const path = `/crm/v4/objects/${type}/${id}/associations/default/${to}/${other}`;
    const answer = await fetch(`${crm.url}${path}`, {
      method: 'PUT',
      headers: { Authorization: 'Bearer demo' },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
  return `${id}-${item.id}`;
}

const statusOf = async (id: string) =>
  (await db.selectFrom('purchases').select('status').where('id', '=', id).executeTakeFirst())?.status;

test('subscriptions, stages, returns and renamed properties come through; what is switched off goes', async () => {
  const written = {
    wonStages: { default: ['closedwon'] },
    properties: { lineItems: { returned: 'rueckgabe' } },
  };
  const setup = hubspotSetup(
    { accessToken: 'demo', baseUrl: crm.url },
    settingsFile.shape.hubspot.parse(written),
    AbortSignal.timeout(20_000),
  );
  expect(await setup.make(await setup.plan('de'))).toEqual([
    { type: 'line_items', name: 'rueckgabe', outcome: 'made' },
  ]);
  expect((await setup.plan('de')).make).toEqual([]);
  setup.close();

  const runs = await bought('subscriptions', { hs_name: 'Wartung', hs_status: 'active' }, {});
  const ended = await bought('subscriptions', { hs_name: 'Miete', hs_status: 'expired' }, {});
  const won = { pipeline: 'default', dealstage: 'closedwon', dealname: 'A' };
  const kept = await bought('deals', won, {});
  const back = await bought('deals', won, { rueckgabe: 'true' });
  const elsewhere = await bought('deals', { ...won, pipeline: '48213377', dealstage: '104417230' }, {});

  await sync(written);
  expect(await statusOf(`subscription-${runs}`)).toBe('kept');
  expect(await statusOf(`subscription-${ended}`)).toBe('cancelled');
  expect(await statusOf(`deal-${kept}`)).toBe('kept');
  expect(await statusOf(`deal-${back}`)).toBe('returned');
  expect(await statusOf(`deal-${elsewhere}`)).toBeUndefined();

  await sync({ ...written, subscriptions: false });
  expect(await statusOf(`subscription-${runs}`)).toBeUndefined();
  expect(await statusOf(`deal-${kept}`)).toBe('kept');
});
