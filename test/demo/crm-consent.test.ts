import { Client } from '@hubspot/api-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoCompany } from '../../src/demo/company/company.ts';
import { SUBSCRIPTION_TYPES } from '../../src/demo/crm-server/consents.ts';
import { type DemoCrm, startDemoCrm } from '../../src/demo/crm-server/server.ts';

const company = demoCompany({ customers: 30, today: new Date('2026-12-01') });
const [{ id: NEWSLETTER }, { id: EVENTS }] = SUBSCRIPTION_TYPES;
let clock = Date.parse('2026-12-01T12:00:00Z');
let crm: DemoCrm;
let client: Client;
/** A contact of its own for each test. */
let email: string;
let id: string;
let n = 0;

beforeAll(async () => {
  crm = await startDemoCrm({ company, privacy: true, now: () => new Date(clock) });
  client = new Client({ basePath: crm.url, accessToken: 'x', numberOfApiCallRetries: 0 });
});
beforeEach(() => {
  clock += 60_000;
  email = `Kundin.${n++}@example.com`;
  ({ id } = crm.addContact({ email }));
  clock += 60_000;
});
afterAll(() => crm.close());

type Body = { results: Record<string, unknown>[]; status: string } & Record<string, unknown>;
const v4 = async (method: string, path: string, body?: unknown, base = 'v4') => {
  const response = await client.apiRequest({
    method,
    path: `/communication-preferences/${base}${path}`,
    body,
  });
  return { status: response.status, body: (await response.json()) as Body };
};
const contact = () => {
  const record = crm.store.read('contacts', Number(id));
  return { ...record?.properties, updatedAt: record?.updatedAt };
};
const refused = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    ({ code, body }: { code: number; body: { category: string; message: string } }) => ({ code, ...body }),
  );
const PROOF = { legalBasis: 'CONSENT_WITH_NOTICE' as never, legalBasisExplanation: 'Double opt-in' };

describe('v3, by the client', () => {
  test('definitions', async () => {
    const { subscriptionDefinitions } = await client.communicationPreferences.definitionApi.getPage();
    expect(subscriptionDefinitions.map((one) => one.id)).toEqual(
      SUBSCRIPTION_TYPES.map((one) => String(one.id)),
    );
    expect(subscriptionDefinitions[0]?.createdAt).toBeInstanceOf(Date);
  });

  test('subscribe and unsubscribe; who unsubscribed is not subscribed again', async () => {
    const { statusApi } = client.communicationPreferences;
    const change = { emailAddress: email, subscriptionId: String(NEWSLETTER) };
    expect((await statusApi.getEmailStatus(email)).subscriptionStatuses).toMatchObject([
      { status: 'NOT_SUBSCRIBED', sourceOfStatus: 'SUBSCRIPTION_STATUS' },
      {},
      {},
    ]);
    expect(await refused(statusApi.subscribe(change))).toMatchObject({
      code: 400,
      category: 'VALIDATION_ERROR',
    });
    expect(await statusApi.subscribe({ ...change, ...PROOF })).toMatchObject({
      status: 'SUBSCRIBED',
      ...PROOF,
    });
    expect(await refused(statusApi.subscribe({ ...change, ...PROOF }))).toMatchObject({ code: 400 });
    expect(await statusApi.unsubscribe(change)).toMatchObject({ status: 'NOT_SUBSCRIBED' });
    expect(await refused(statusApi.unsubscribe(change))).toMatchObject({ code: 400 });
    expect(await refused(statusApi.subscribe({ ...change, ...PROOF }))).toMatchObject({
      code: 400,
      message: expect.stringContaining('unsubscribed'),
    });
    expect(contact()).toMatchObject({ [`hs_email_optout_${NEWSLETTER}`]: 'true', updatedAt: clock });
    expect(contact()).not.toMatchObject({ hs_email_optout: 'true' });
  });

  test('unknown types and addresses that are none are refused', async () => {
    const { statusApi } = client.communicationPreferences;
    expect(await refused(statusApi.unsubscribe({ emailAddress: email, subscriptionId: '1' }))).toMatchObject({
      code: 400,
      category: 'VALIDATION_ERROR',
    });
    expect(await refused(statusApi.getEmailStatus('no address'))).toMatchObject({ code: 400 });
  });
});

describe.each(['v4', '2026-09'])('%s', (base) => {
  const one = (path = '') => `/statuses/${encodeURIComponent(email)}${path}`;

  test('definitions and states of one address', async () => {
    expect((await v4('GET', '/definitions', undefined, base)).body).toMatchObject({
      status: 'COMPLETE',
      results: [{ id: String(NEWSLETTER), name: 'Newsletter' }, {}, {}],
    });
    expect((await v4('GET', one('?channel=EMAIL'), undefined, base)).body.results).toMatchObject(
      SUBSCRIPTION_TYPES.map((type) => ({
        channel: 'EMAIL',
        subscriptionId: type.id,
        status: 'NOT_SPECIFIED',
        subscriberIdString: email,
      })),
    );
    expect((await v4('GET', one(), undefined, base)).status).toBe(400);
  });

  test('unsubscribing from all sets the contact’s opt-outs, and subscribing again takes it back', async () => {
    const all = one('/unsubscribe-all?channel=EMAIL&verbose=true');
    const set = (statusState: string, more = {}) =>
      v4('POST', one(), { channel: 'EMAIL', subscriptionId: NEWSLETTER, statusState, ...more }, base);
    const wide = async () => (await v4('GET', all, undefined, base)).body.results[0]?.status;
    // nothing is told of who has not opted out
    expect(await wide()).toBeUndefined();
    expect((await set('UNSUBSCRIBED')).body.results[0]).toMatchObject({
      setStatusSuccessReason: 'REQUESTED_CHANGE_OCCURRED',
    });
    expect((await v4('POST', all, undefined, base)).body.results).toMatchObject(
      Array(3).fill({ status: 'UNSUBSCRIBED', setStatusSuccessReason: 'UNSUBSCRIBE_FROM_ALL_OCCURRED' }),
    );
    expect(await wide()).toBe('UNSUBSCRIBED');
    expect(contact()).toMatchObject({
      hs_email_optout: 'true',
      [`hs_email_optout_${EVENTS}`]: 'true',
      updatedAt: clock,
    });
    expect((await v4('POST', all, undefined, base)).body.results[0]).toMatchObject({
      setStatusSuccessReason: 'NO_STATUS_CHANGE',
    });
    expect((await set('SUBSCRIBED')).status).toBe(400);
    expect((await set('SUBSCRIBED', PROOF)).body.results).toMatchObject([
      {
        status: 'SUBSCRIBED',
        setStatusSuccessReason: 'RESUBSCRIBE_OCCURRED',
        legalBasis: 'CONSENT_WITH_NOTICE',
      },
    ]);
    expect(contact()).toMatchObject({
      hs_email_optout: 'false',
      [`hs_email_optout_${NEWSLETTER}`]: 'false',
      [`hs_email_optout_${EVENTS}`]: 'true',
    });
    expect((await set('SUBSCRIBED', PROOF)).body.results[0]).toMatchObject({
      setStatusSuccessReason: 'NO_STATUS_CHANGE',
    });
    expect((await set('GONE')).status).toBe(400);
  });

  test('without `verbose` the answer is empty', async () => {
    const path = one('/unsubscribe-all?channel=EMAIL');
    expect((await v4('POST', path, undefined, base)).body.results).toEqual([]);
    expect(contact()).toMatchObject({ hs_email_optout: 'true' });
  });
});

describe('v4 in batches', () => {
  test('write tells which could not be; read and unsubscribe work for addresses without a contact', async () => {
    const stranger = `nobody.${n}@example.com`;
    const input = (subscriberIdString: string, subscriptionId: number = NEWSLETTER) => ({
      subscriberIdString,
      subscriptionId,
      channel: 'EMAIL',
      statusState: 'UNSUBSCRIBED',
    });
    const written = await v4('POST', '/statuses/batch/write', {
      inputs: [input(email), input(stranger), input(email, 1), input('none')],
    });
    expect(written.status).toBe(207);
    expect(written.body).toMatchObject({ numErrors: 2, results: [{}, { subscriberIdString: stranger }] });
    const read = await v4('POST', '/statuses/batch/read?channel=EMAIL', { inputs: [email, stranger] });
    expect(read.body.results).toMatchObject(
      [email, stranger].map((subscriberIdString) => ({
        subscriberIdString,
        statuses: [{ status: 'UNSUBSCRIBED' }, { status: 'NOT_SPECIFIED' }, {}],
      })),
    );
    await v4('POST', '/statuses/batch/unsubscribe-all?channel=EMAIL', { inputs: [stranger] });
    const wide = await v4('POST', '/statuses/batch/unsubscribe-all/read?channel=EMAIL', {
      inputs: [stranger, email],
    });
    expect(wide.body.results).toMatchObject([
      { wideStatuses: [{ status: 'UNSUBSCRIBED', wideStatusType: 'PORTAL_WIDE' }] },
      { wideStatuses: [] },
    ]);
    const many = Array.from({ length: 101 }, (_, place) => `a${place}@example.com`);
    expect((await v4('POST', '/statuses/batch/read?channel=EMAIL', { inputs: many })).status).toBe(400);
  });
});

test('opt-outs are read-only for who writes contacts', async () => {
  for (const name of ['hs_email_optout', `hs_email_optout_${NEWSLETTER}`]) {
    const call = client.crm.contacts.basicApi.update(id, { properties: { [name]: 'true' } });
    expect(await refused(call)).toMatchObject({
      code: 400,
      message: expect.stringContaining('READ_ONLY_VALUE'),
    });
  }
});
