import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { HUBSPOT_DEFAULTS } from '../../../src/library/schema.ts';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';

interface Asked {
  method: string | undefined;
  url: string | undefined;
  body: unknown;
}

const asked: Asked[] = [];
let answers: { status: number; body: unknown }[] = [];
/** Answers what it is told to: for what the demo CRM would never say. */
const server = createServer(async (request, response) => {
  let text = '';
  for await (const piece of request) text += piece;
  const { method, url } = request;
  asked.push({ method, url, body: text === '' ? null : JSON.parse(text) });
  const { status, body } = answers.shift() ?? { status: 200, body: { status: 'COMPLETE', results: [] } };
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function deskWith(
  settings: { subscriptionType?: string; tellUnsubscribes?: boolean },
  apiVersion = 'v3',
) {
  const crm = hubspotCrm({
    accessToken: 'test',
    baseUrl,
    apiVersion,
    patience: 0,
    settings: async () => ({ ...HUBSPOT_DEFAULTS, ...settings }),
  });
  return (await crm.consent?.(new AbortController().signal)) ?? null;
}
const desk = async (...given: Parameters<typeof deskWith>) => {
  const open = await deskWith(...given);
  if (!open) throw new Error('HubSpot is to be told nothing.');
  return open;
};

const ADDRESS = 'kim+a/b@kunde.example';
const PATH = '/statuses/kim%2Ba%2Fb%40kunde.example';
const V4 = `/communication-preferences/v4${PATH}`;
const statuses = (...results: unknown[]) => ({ status: 200, body: { status: 'COMPLETE', results } });

beforeEach(() => {
  asked.length = 0;
  answers = [];
});

describe('HubSpot is told', () => {
  it('nothing when the settings do not want it', async () => {
    expect(await deskWith({ tellUnsubscribes: false })).toBeNull();
  });

  it('that an address wants no marketing mail at all', async () => {
    answers = [statuses({ subscriptionId: 7, status: 'UNSUBSCRIBED' })];
    const answer = await (await desk({})).optOut(ADDRESS);
    expect(answer).toEqual({ outcome: 'told' });
    expect(asked).toEqual([
      { method: 'POST', url: `${V4}/unsubscribe-all?channel=EMAIL&verbose=true`, body: null },
    ]);
  });

  it('that it wants none of one kind, with the basis that accounts under the GDPR ask for', async () => {
    await (await desk({ subscriptionType: '7' })).optOut(ADDRESS);
    expect(asked).toMatchObject([
      {
        method: 'POST',
        url: V4,
        body: {
          channel: 'EMAIL',
          statusState: 'UNSUBSCRIBED',
          subscriptionId: 7,
          legalBasis: 'LEGITIMATE_INTEREST_CLIENT',
          legalBasisExplanation: expect.any(String),
        },
      },
    ]);
  });

  it('in the dated API as well', async () => {
    await (await desk({}, '2026-09')).optOut(ADDRESS);
    await (await desk({ subscriptionType: '7' }, '2026-09')).before(ADDRESS);
    expect(asked.map(({ url }) => url)).toEqual([
      `/communication-preferences/2026-09${PATH}/unsubscribe-all?channel=EMAIL&verbose=true`,
      `/communication-preferences/2026-09${PATH}?channel=EMAIL`,
    ]);
  });

  it('again after a passing fault', async () => {
    answers = [{ status: 502, body: { status: 'error', message: 'Bad gateway' } }];
    expect(await (await desk({})).optOut(ADDRESS)).toEqual({ outcome: 'told' });
    expect(asked).toHaveLength(2);
  });

  it('and a missing scope is named', async () => {
    answers = [
      {
        status: 403,
        body: {
          status: 'error',
          category: 'MISSING_SCOPES',
          message: 'This app hasn’t been granted all required scopes to make this call.',
          errors: [{ context: { requiredGranularScopes: ['communication_preferences.read_write'] } }],
        },
      },
    ];
    await expect((await desk({})).optOut(ADDRESS)).rejects.toMatchObject({
      code: 'crm_scope_missing',
      message: expect.stringContaining('communication_preferences.read_write'),
    });
  });
});

describe('a subscription type that HubSpot does not know', () => {
  const unknown = { status: 'error', message: 'No such subscription.', category: 'VALIDATION_ERROR' };

  it('keeps it from being told anything, and the settings are named if they name one', async () => {
    answers = [{ status: 400, body: unknown }];
    await expect((await desk({ subscriptionType: '7' })).optOut(ADDRESS)).rejects.toMatchObject({
      code: 'crm_subscription_unknown',
      message: expect.stringContaining('hubspot.subscriptionType'),
    });
    answers = [{ status: 400, body: unknown }];
    await expect((await desk({})).optOut(ADDRESS)).rejects.toMatchObject({
      code: 'crm_subscription_unknown',
      message: expect.not.stringContaining('subscriptionType'),
    });
  });
});

describe('taking it back', () => {
  it('restores what was subscribed, and nothing else', async () => {
    answers = [
      statuses(
        { subscriptionId: 7, status: 'SUBSCRIBED', legalBasis: 'CONSENT_WITH_NOTICE' },
        { subscriptionId: 8, status: 'NOT_SPECIFIED' },
        { subscriptionId: 9, status: 'UNSUBSCRIBED' },
        { subscriptionId: '10', status: 'SUBSCRIBED', legalBasis: null },
      ),
    ];
    const all = await desk({});
    const before = await all.before(ADDRESS);
    expect(before).toEqual([
      { id: '7', subscribed: true, basis: 'CONSENT_WITH_NOTICE' },
      { id: '10', subscribed: true, basis: null },
    ]);
    await all.takeBack(ADDRESS, before ?? []);
    expect(asked.slice(1)).toMatchObject([
      { url: V4, body: { subscriptionId: 7, statusState: 'SUBSCRIBED', legalBasis: 'CONSENT_WITH_NOTICE' } },
      {
        url: V4,
        body: { subscriptionId: 10, statusState: 'SUBSCRIBED', legalBasis: 'LEGITIMATE_INTEREST_CLIENT' },
      },
    ]);
  });

  it('is not possible where nothing was subscribed by name', async () => {
    expect(await (await desk({})).takeBack(ADDRESS, [])).toMatchObject({ outcome: 'refused' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['SUBSCRIBED', [{ id: '7', subscribed: true, basis: null }]],
    // whoever bought something gets mail without having subscribed
    ['NOT_SPECIFIED', [{ id: '7', subscribed: false, basis: null }]],
    ['UNSUBSCRIBED', null],
  ])('of one kind restores it when it was %s', async (status, before) => {
    answers = [statuses({ subscriptionId: 8, status: 'SUBSCRIBED' }, { subscriptionId: 7, status })];
    expect(await (await desk({ subscriptionType: '7' })).before(ADDRESS)).toEqual(before);
  });

  it('subscribes nobody who was not subscribed', async () => {
    answers = [statuses({ subscriptionId: 7, status: 'NOT_SPECIFIED' })];
    const own = await desk({ subscriptionType: '7' });
    const before = await own.before(ADDRESS);
    answers = [statuses({ subscriptionId: 7, status: 'NOT_SPECIFIED' })];
    expect(await own.takeBack(ADDRESS, before ?? [])).toEqual({ outcome: 'told' });
    expect(asked.at(-1)).toMatchObject({ body: { subscriptionId: 7, statusState: 'NOT_SPECIFIED' } });
    // HubSpot may not want to forget an unsubscription: then it stays
    answers = [
      statuses({ subscriptionId: 7, status: 'UNSUBSCRIBED', setStatusSuccessReason: 'NO_STATUS_CHANGE' }),
    ];
    expect(await own.takeBack(ADDRESS, before ?? [])).toMatchObject({ outcome: 'refused' });
    expect(asked).toHaveLength(3);
  });

  it('of a type that is gone is refused, and restores the others', async () => {
    const gone = {
      status: 400,
      body: { status: 'error', category: 'VALIDATION_ERROR', message: 'Subscription 7 does not exist.' },
    };
    answers = [gone, statuses({ subscriptionId: 10, status: 'SUBSCRIBED' })];
    const answer = await (await desk({})).takeBack(ADDRESS, [
      { id: '7', subscribed: true, basis: null },
      { id: '10', subscribed: true, basis: null },
    ]);
    expect(answer).toEqual({ outcome: 'refused', message: 'Subscription 7 does not exist.' });
    expect(asked).toMatchObject([{ body: { subscriptionId: 7 } }, { body: { subscriptionId: 10 } }]);
  });

  it('does not take an answer in another form for an empty one', async () => {
    answers = [{ status: 200, body: { results: [{ id: 7 }] } }];
    await expect((await desk({})).before(ADDRESS)).rejects.toMatchObject({ code: 'not_hubspot' });
  });
});
