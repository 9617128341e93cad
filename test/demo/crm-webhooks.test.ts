import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';
import { signed } from '../../src/demo/crm-server/webhook-signature.ts';
import type { WebhookSettings } from '../../src/demo/crm-server/webhooks.ts';

const company = demoCompany({ customers: 300, today: new Date('2026-12-01') });
const contacts = [...company.ids('contacts')].map(String);
const [first = ''] = contacts;
const SECRET = 'the app’s secret';

interface Received {
  headers: Record<string, string | string[] | undefined>;
  body: string;
  events: Record<string, unknown>[];
}
const received: Received[] = [];
let status: number[] = [];
const receiver = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  received.push({ headers: request.headers, body, events: JSON.parse(body) });
  response.writeHead(status.shift() ?? 200).end();
});
const events = () => received.flatMap((one) => one.events);

let crm: DemoCrm;
let url: string;
const listen = (more: Partial<WebhookSettings> = {}) =>
  crm.webhooks.sendTo({ url, secret: SECRET, batchDelayMs: 60_000, retryAfterMs: [1, 1, 1], ...more });

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/hubspot?from=a%2Fb`;
  crm = await startDemoCrm({ company });
});
beforeEach(() => {
  received.length = 0;
  status = [];
  listen();
});
afterAll(async () => {
  await crm.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

test('the signature is the HMAC-SHA256 over method, address, body and time', async () => {
  crm.updateContact(first, { firstname: 'Zoë' });
  await crm.webhooks.drain();
  const [request] = received;
  const timestamp = String(request?.headers['x-hubspot-request-timestamp']);
  const source = `POST${url.replace('%2F', '/')}${request?.body}${timestamp}`;
  expect(request?.headers['x-hubspot-signature-v3']).toBe(
    createHmac('sha256', SECRET).update(source).digest('base64'),
  );
  expect(Math.abs(Date.now() - Number(timestamp))).toBeLessThan(60_000);
});

test('the older signature is the one of HubSpot’s documented example', () => {
  const body =
    '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]';
  const headers = signed('yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy', url, body, 0);
  expect(headers['X-HubSpot-Signature']).toBe(
    '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de',
  );
});

describe('an event for each change', () => {
  test('creation, one property change for each property that changed, deletion, restore', async () => {
    const { id } = crm.addContact({ email: 'neu@example.com', firstname: 'Neu' });
    crm.updateContact(id, { firstname: 'Neu', lastname: 'Neuer' });
    crm.archiveContact(id);
    crm.restore('contacts', id);
    crm.forgetContact(id);
    await crm.webhooks.drain();
    expect(
      events().map(({ subscriptionType, propertyName, propertyValue }) =>
        propertyName === undefined ? subscriptionType : [subscriptionType, propertyName, propertyValue],
      ),
    ).toEqual([
      'contact.creation',
      ['contact.propertyChange', 'email', 'neu@example.com'],
      ['contact.propertyChange', 'firstname', 'Neu'],
      ['contact.propertyChange', 'lastname', 'Neuer'],
      'contact.deletion',
      'contact.restore',
      'contact.privacyDeletion',
    ]);
    expect(events().every(({ objectId }) => objectId === Number(id))).toBe(true);
    expect(events()[0]).toMatchObject({
      eventId: expect.any(Number),
      subscriptionId: expect.any(Number),
      portalId: expect.any(Number),
      appId: expect.any(Number),
      occurredAt: expect.any(Number),
      attemptNumber: 0,
      changeSource: 'CRM',
      changeFlag: 'NEW',
    });
  });

  test('a merge names both, an association change both ends in both directions', async () => {
    const deal = { type: 'deals', id: String([...company.ids('deals')][0]) } as const;
    const contact = { type: 'contacts', id: contacts.at(-1) ?? '' } as const;
    crm.associate(deal, contact);
    crm.dissociate(contact, deal);
    crm.dissociate(contact, deal);
    const [primary = '', other = ''] = contacts.slice(-3);
    const { id } = crm.mergeContacts(primary, other);
    await crm.webhooks.drain();
    const ends = { CONTACT: Number(contact.id), DEAL: Number(deal.id) };
    const change = (from: 'CONTACT' | 'DEAL', to: 'CONTACT' | 'DEAL', associationRemoved: boolean) => ({
      subscriptionType: `${from.toLowerCase()}.associationChange`,
      associationType: `${from}_TO_${to}`,
      fromObjectId: ends[from],
      toObjectId: ends[to],
      associationRemoved,
      isPrimaryAssociation: false,
    });
    expect(events().slice(0, 4)).toMatchObject([
      change('DEAL', 'CONTACT', false),
      change('CONTACT', 'DEAL', false),
      change('CONTACT', 'DEAL', true),
      change('DEAL', 'CONTACT', true),
    ]);
    expect(events().find((event) => event.subscriptionType === 'contact.merge')).toMatchObject({
      primaryObjectId: Number(primary),
      mergedObjectIds: [Number(other)],
      newObjectId: Number(id),
      numberOfPropertiesMoved: expect.any(Number),
    });
  });

  test('orders and subscriptions of an app: only what it subscribed to, orders only in the generic form', async () => {
    const order = String([...company.ids('orders')][0]);
    crm.update('orders', order, { hs_external_order_status: 'cancelled' });
    await crm.webhooks.drain();
    expect(received).toHaveLength(0);
    listen({ form: 'generic' });
    crm.update('orders', order, { hs_external_order_status: 'delivered' });
    await crm.webhooks.drain();
    expect(events()).toMatchObject([
      { subscriptionType: 'object.propertyChange', objectTypeId: '0-123', objectId: Number(order) },
    ]);
    received.length = 0;
    listen({ subscriptions: ['contact.propertyChange:lastname'] });
    crm.updateContact(first, { firstname: 'Nicht', lastname: 'Gemeint' });
    await crm.webhooks.drain();
    expect(events().map(({ propertyName }) => propertyName)).toEqual(['lastname']);
  });
});

describe('delivery', () => {
  test('at most a hundred events a request, tried again until it is answered with 2xx', async () => {
    status = [500, 302];
    crm.updateMany('contacts', contacts.slice(10, 260), { firstname: 'Alle' });
    await crm.webhooks.drain();
    const attempts = (n: number) => received.filter((one) => one.events[0]?.attemptNumber === n);
    expect(attempts(0).map((one) => one.events.length)).toEqual([100, 100, 50]);
    expect(attempts(1)).toHaveLength(2);
    expect(crm.webhooks.delivered.givenUp).toBe(0);
  });

  test('given up after the last try', async () => {
    status = [500, 500, 500, 500];
    crm.updateContact(first, { firstname: 'Umsonst' });
    await crm.webhooks.drain();
    expect(received.map((one) => one.events[0]?.attemptNumber)).toEqual([0, 1, 2, 3]);
    expect(crm.webhooks.delivered.givenUp).toBe(1);
  });

  test('duplicates, losses, unknown events and another order, the same for the same seed', async () => {
    const run = async () => {
      received.length = 0;
      listen({ duplicates: 0.3, lost: 0.2, unknown: 0.2, reorder: true, seed: 'x' });
      crm.updateMany('contacts', contacts.slice(10, 90), { firstname: String(Math.random()) });
      await crm.webhooks.drain();
      return events().map(({ subscriptionType, objectId }) => [subscriptionType, objectId]);
    };
    const seen = await run();
    expect(await run()).toEqual(seen);
    const known = seen.filter(([type]) => type === 'contact.propertyChange').map(([, id]) => id);
    expect(seen.length).toBeGreaterThan(known.length);
    expect(new Set(known).size).toBeLessThan(80);
    expect(known.length).toBeGreaterThan(new Set(known).size);
    expect(known).not.toEqual([...known].sort());
  });
});
