import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ClientStand, clientStand, refusal } from './stand.ts';

let stand: ClientStand;
/** A contact of its own for each test, and two companies. */
let contact: string;
let one: string;
let two: string;

beforeAll(async () => {
  stand = await clientStand();
});
beforeEach(async () => {
  const { contacts, companies } = stand.client.crm;
  contact = (await contacts.basicApi.create({ properties: { lastname: 'Neu' } })).id;
  one = (await companies.basicApi.create({ properties: { name: 'Eins' } })).id;
  two = (await companies.basicApi.create({ properties: { name: 'Zwei' } })).id;
});
afterAll(() => stand.crm.close());

const v4 = () => stand.client.crm.associations.v4.basicApi;
const primary = async () =>
  (await stand.client.crm.contacts.basicApi.getById(contact, ['associatedcompanyid'])).properties
    .associatedcompanyid;
const companiesOf = async () =>
  (await v4().getPage('contacts', contact, 'companies')).results.map(({ toObjectId }) => String(toObjectId));
const write = (associatedcompanyid: string) =>
  stand.client.crm.contacts.basicApi.update(contact, { properties: { associatedcompanyid } });

test('the first company that a contact is associated with becomes the primary one, until it goes', async () => {
  await v4().createDefault('contacts', contact, 'companies', one);
  await v4().createDefault('companies', two, 'contacts', contact);
  expect(await primary()).toBe(one);
  await v4().archive('companies', one, 'contacts', contact);
  expect([await primary(), await companiesOf()]).toEqual([null, [two]]);
});

test('writing the primary company associates it, taking it away ends the association', async () => {
  await write(one);
  expect(await companiesOf()).toEqual([one]);
  await write(two);
  expect(await companiesOf()).toEqual([one, two]);
  await write('');
  expect([await primary(), await companiesOf()]).toEqual([null, [one]]);
  expect((await refusal(write('9'))).body.errors[0].context).toEqual({
    propertyName: ['associatedcompanyid'],
  });
});

test('the label of the primary company makes another one it', async () => {
  await v4().createDefault('contacts', contact, 'companies', one);
  const labelled = { associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId: 1 };
  await v4().create('contacts', contact, 'companies', two, [labelled]);
  expect([await primary(), await companiesOf()]).toEqual([two, [one, two]]);
});

test('it follows a merge of companies, and the contact’s own', async () => {
  await write(two);
  const merged = await stand.client.crm.companies.basicApi.merge({
    primaryObjectId: one,
    objectIdToMerge: two,
  });
  expect([await primary(), await companiesOf()]).toEqual([merged.id, [merged.id]]);
  const other = await stand.client.crm.contacts.basicApi.create({ properties: { lastname: 'Andere' } });
  contact = (
    await stand.client.crm.contacts.basicApi.merge({ primaryObjectId: other.id, objectIdToMerge: contact })
  ).id;
  expect([await primary(), await companiesOf()]).toEqual([merged.id, [merged.id]]);
});
