import { createHmac } from 'node:crypto';
import { Signature } from '@hubspot/api-client';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../../stands/database.ts';
import { webStand } from '../stand.ts';

const { db } = await testDatabase();
const SECRET = 'the client secret of the app';
const PUBLIC_URL = 'https://news.orvelin.test/mail';
const PATH = '/webhooks/hubspot';

beforeEach(async () => {
  await db.deleteFrom('crm_events').execute();
});

/** An event as HubSpot posts it. */
const event = (more: Record<string, unknown> = {}) => ({
  eventId: 100,
  subscriptionId: 12,
  portalId: 33,
  appId: 1160452,
  occurredAt: 1791795600000,
  subscriptionType: 'contact.propertyChange',
  attemptNumber: 0,
  objectId: 123,
  propertyName: 'firstname',
  propertyValue: 'Friederike-Charlotte',
  changeSource: 'CRM',
  ...more,
});

const signatureOf = (secret: string, uri: string, body: string, timestamp: number | string) =>
  createHmac('sha256', secret).update(`POST${uri}${body}${timestamp}`).digest('base64');

async function server(given: { publicUrl?: string } = {}) {
  let announced = 0;
  const stand = await webStand(db, {
    publicUrl: given.publicUrl ?? PUBLIC_URL,
    hubspotSecret: SECRET,
    crmEventsWait: () => void announced++,
  });
  const base = await stand.app.listen({ host: '127.0.0.1', port: 0 });
  const post = async (
    content: unknown,
    forged: {
      path?: string;
      uri?: string;
      secret?: string;
      timestamp?: number | string;
      signature?: string;
      headers?: Record<string, string>;
    } = {},
  ) => {
    const body = typeof content === 'string' ? content : JSON.stringify(content);
    const path = forged.path ?? PATH;
    const timestamp = forged.timestamp ?? stand.clock.now().getTime();
    const uri = forged.uri ?? `${given.publicUrl ?? PUBLIC_URL}${path}`;
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-hubspot-signature-v3':
          forged.signature ?? signatureOf(forged.secret ?? SECRET, uri, body, timestamp),
        'x-hubspot-request-timestamp': String(timestamp),
        ...forged.headers,
      },
      body,
    });
    await response.text();
    return response.status;
  };
  return { ...stand, base, post, announced: () => announced };
}

const stored = () =>
  db
    .selectFrom('crm_events')
    .select(['kind', 'records', 'outcome', 'handled_at'])
    .orderBy('kind')
    .orderBy('id')
    .execute();

test('what is not configured does not exist', async () => {
  const { app } = await webStand(db);
  const response = await app.inject({ method: 'POST', url: PATH, payload: '[]' });
  expect(response.statusCode).toBe(404);
});

describe('a signed request', () => {
  test('is stored at once, without what the property holds, and a worker is told', async () => {
    const { post, announced, logged } = await server();
    expect(
      await post([event(), event({ eventId: 101, subscriptionType: 'deal.creation', objectId: 7 })]),
    ).toBe(200);
    expect(await stored()).toEqual([
      {
        kind: 'contact.propertyChange',
        records: [{ type: 'contacts', id: '123' }],
        outcome: null,
        handled_at: null,
      },
      { kind: 'deal.creation', records: [{ type: 'deals', id: '7' }], outcome: null, handled_at: null },
    ]);
    expect(announced()).toBe(1);
    const { rows } = await sql<{ all: string }>`select crm_events::text as all from crm_events`.execute(db);
    expect(JSON.stringify([rows, logged])).not.toContain('Friederike');
  });

  test('that comes again changes nothing, whichever try it is', async () => {
    const { post, announced } = await server();
    expect(await post([event(), event()])).toBe(200);
    expect(await post([event({ attemptNumber: 3 })])).toBe(200);
    expect(await stored()).toHaveLength(1);
    expect(announced()).toBe(1);
  });

  test('of many at the same time is taken by all of them, once', async () => {
    const { post } = await server();
    const events = Array.from({ length: 100 }, (_, n) => event({ eventId: n, objectId: n }));
    const backwards = events.toReversed();
    const statuses = await Promise.all([events, backwards, events, backwards].map((these) => post(these)));
    expect(statuses).toEqual([200, 200, 200, 200]);
    expect(await stored()).toHaveLength(100);
  });

  test('has what is unknown kept and told of once, and what is unreadable passed over', async () => {
    const { post, logged, announced } = await server();
    const strange = { subscriptionType: 'contact.teleportation', eventId: 9, objectId: 5 };
    expect(await post([null, 17, strange, { eventId: 8 }, event({ subscriptionType: 'a\u0000b' })])).toBe(
      200,
    );
    expect(await post([{ ...strange, eventId: 10 }])).toBe(200);
    expect(await stored()).toMatchObject([
      { kind: 'contact.teleportation', records: [], outcome: 'unknown', handled_at: expect.any(Date) },
      { kind: 'contact.teleportation', outcome: 'unknown' },
    ]);
    expect(logged.filter((line) => line.event === 'webhook_unknown')).toEqual([
      { event: 'webhook_unknown', fields: { source: 'hubspot', kind: 'contact.teleportation' } },
    ]);
    expect(logged.find((line) => line.event === 'webhook')?.fields).toMatchObject({
      events: 1,
      unreadable: 4,
    });
    expect(announced()).toBe(0);
    expect(await post([strange, event()])).toBe(200);
    expect(announced()).toBe(1);
  });

  test('keeps the others when one has an impossible date', async () => {
    const { post } = await server();
    const dates = [253_402_300_800_000, 8_640_000_000_000_000, 1e300, -1, 253_402_300_799_999];
    expect(await post(dates.map((occurredAt, eventId) => event({ eventId, occurredAt })))).toBe(200);
    const kept = await db.selectFrom('crm_events').select('occurred_at').execute();
    const times = kept.map(({ occurred_at }) => occurred_at?.toISOString() ?? 'none').sort();
    expect(times).toEqual(['9999-12-31T23:59:59.999Z', 'none', 'none', 'none', 'none']);
  });

  test('may be large: texts of properties are', async () => {
    const { post } = await server();
    const long = 'ä'.repeat(30_000);
    const events = Array.from({ length: 100 }, (_, n) => event({ eventId: n, propertyValue: long }));
    expect(await post(events)).toBe(200);
    expect(await stored()).toHaveLength(100);
  });

  test('is signed for PUBLIC_URL, whatever proxies call this host; its query counts', async () => {
    const { post, base } = await server();
    const path = `${PATH}?account=a%2Fb%20c&x=%40`;
    // HubSpot signs some characters decoded, and only those
    const uri = `${PUBLIC_URL}${PATH}?account=a/b%20c&x=@`;
    expect(await post([event()], { path, uri, headers: { 'x-forwarded-host': 'evil.example' } })).toBe(200);
    expect(await post([event()], { path, uri: `${PUBLIC_URL}${PATH}` })).toBe(403);
    expect(await post([event()], { uri: `${base}${PATH}` })).toBe(403);
  });

  test('that the official client would sign the same way is taken', async () => {
    const { post, clock } = await server();
    const body = JSON.stringify([event()]);
    const timestamp = clock.now().getTime();
    const signature = Signature.getSignature('POST', 'v3', {
      clientSecret: SECRET,
      requestBody: body,
      url: `${PUBLIC_URL}${PATH}`,
      signature: '',
      timestamp,
    });
    expect(await post(body, { signature })).toBe(200);
  });
});

describe('refused, and nothing of it kept, is', () => {
  test.each([
    ['another secret', { secret: 'another' }],
    ['a signature of another body', { signature: signatureOf(SECRET, PUBLIC_URL + PATH, '[]', 1) }],
    ['no signature', { signature: '' }],
    ['a timestamp that is none', { timestamp: 'yesterday' }],
  ])('%s', async (_, forged) => {
    const { post, logged } = await server();
    expect(await post([event()], forged)).toBe(403);
    expect(await stored()).toEqual([]);
    expect(logged.find((line) => line.event === 'webhook_refused')?.fields.source).toBe('hubspot');
    expect(JSON.stringify(logged)).not.toContain('Friederike');
  });

  test('what was recorded more than five minutes ago, or comes from the future', async () => {
    const { post, clock } = await server();
    const now = clock.now().getTime();
    expect(await post([event()], { timestamp: now - 300_001 })).toBe(403);
    expect(await post([event()], { timestamp: now + 60_001 })).toBe(403);
    expect(await stored()).toEqual([]);
    expect(await post([event()], { timestamp: now - 299_000 })).toBe(200);
    expect(await post([event({ eventId: 2 })], { timestamp: now + 30_000 })).toBe(200);
  });

  test('what is no list of events, although it is signed', async () => {
    const { post } = await server();
    expect(await post('hello')).toBe(400);
    expect(await post('"hello"')).toBe(400);
  });
});

test('a stranger is refused before the body is read', async () => {
  const { post } = await server();
  // of a body that is read first, 413 is said
  expect(await post('x'.repeat(9 * 1_048_576), { signature: 'x', timestamp: 1 })).toBe(403);
});

test('what can not be stored is not thanked for, so that HubSpot comes again', async () => {
  const { post } = await server();
  await sql`alter table crm_events rename to crm_events_away`.execute(db);
  try {
    expect(await post([event()])).toBe(500);
  } finally {
    await sql`alter table crm_events_away rename to crm_events`.execute(db);
  }
  expect(await post([event()])).toBe(200);
});
