import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { answerApproval, askApproval } from '../../../src/campaign/approval.ts';
import { getDraft, settingsVersion } from '../../../src/campaign/draft.ts';
import { AT_THIS_MACHINE } from '../../../src/domain/person.ts';
import { makeToken, revokeToken, SCOPES, type Scope } from '../../../src/people/tokens.ts';
import { openQueues, type Queues } from '../../../src/queue/queue.ts';
import { testDatabase } from '../../stands/database.ts';
import { seedSend, webStand } from '../stand.ts';

const { db, url: databaseUrl } = await testDatabase();
const NOW = new Date('2026-10-12T09:00:00Z');
let queues: Queues;
beforeAll(async () => {
  queues = openQueues({ databaseUrl });
  await queues.ready();
  await seedSend(db);
});
afterAll(async () => void (await queues.close()));

async function open(scopes: readonly Scope[] = SCOPES, days?: number) {
  const stand = await webStand(db, { password: 'correct horse battery', queues });
  const { app } = stand;
  const by = AT_THIS_MACHINE;
  const { secret, token } = await makeToken(db, {
    name: 'Shop',
    scopes,
    by,
    now: NOW,
    ...(days === undefined ? {} : { days }),
  });
  return { ...stand, secret, token, call: caller(app, secret) };
}

const caller =
  (app: FastifyInstance, secret: string) =>
  async (method: 'GET' | 'POST', path: string, payload?: unknown, more: Record<string, string> = {}) => {
    const answer = await app.inject({
      method,
      url: `/api/v1${path}`,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...more,
      },
      ...(payload === undefined
        ? {}
        : { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body === '' ? null : answer.json(),
    };
  };

describe('tokens', () => {
  test('open what their scopes allow, and nothing else', async () => {
    const { call } = await open(['campaigns:read']);
    expect((await call('GET', '/campaigns')).status).toBe(200);
    for (const [method, path] of [
      ['POST', '/campaigns'],
      ['POST', '/campaigns/herbst/start'],
      ['POST', '/campaigns/herbst/cancel'],
      ['GET', '/campaigns/herbst/results'],
      ['GET', '/segments'],
      ['POST', '/purchases'],
    ] as const)
      expect([path, await call(method, path, method === 'POST' ? {} : undefined)]).toMatchObject([
        path,
        { status: 403, body: { code: 'scope_missing' } },
      ]);
  });

  test('are asked for by every operation, and hold as long as they hold', async () => {
    const { app, secret, token, clock, call } = await open(SCOPES, 30);
    const document = (await caller(app, '')('GET', '/openapi.json')).body;
    for (const [path, methods] of Object.entries<Record<string, unknown>>(document.paths))
      for (const method of Object.keys(methods)) {
        const url = path.replace('/api/v1', '').replace(/\{\w+\}/, 'herbst');
        for (const wrong of ['', 'spb_short', `${secret.slice(0, -1)}_`, secret.toUpperCase()])
          expect((await caller(app, wrong)(method.toUpperCase() as 'GET', url)).status).toBe(401);
      }
    expect((await call('GET', '/campaigns')).status).toBe(200);
    clock.advance(31 * 86_400_000);
    expect((await call('GET', '/campaigns')).status).toBe(401);
    clock.advance(-31 * 86_400_000);
    await revokeToken(db, { id: token.id, by: AT_THIS_MACHINE, now: NOW });
    expect((await call('GET', '/campaigns')).status).toBe(401);
  });

  test('are not to be guessed: after so many wrong ones, the address waits, and others don’t', async () => {
    const { app, call, secret } = await open();
    const guess = () =>
      app.inject({ url: '/api/v1/campaigns', headers: { authorization: 'Bearer spb_guess' } });
    const guesses = [];
    for (let tries = 0; tries < 602; tries += 1) guesses.push((await guess()).statusCode);
    expect(guesses.indexOf(429)).toBe(600);
    expect(await call('GET', '/campaigns')).toMatchObject({ status: 429, body: { code: 'too_often' } });
    const elsewhere = await app.inject({
      url: '/api/v1/campaigns',
      remoteAddress: '198.51.100.7',
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(elsewhere.statusCode).toBe(200);
  });

  test('have their calls counted each for itself, whatever they are called', async () => {
    const { app, call } = await open();
    const { secret } = await makeToken(db, { name: 'Shop', scopes: SCOPES, by: AT_THIS_MACHINE, now: NOW });
    const left = (answer: { headers: Record<string, unknown> }) =>
      Number(answer.headers['x-ratelimit-remaining']);
    const first = left(await call('GET', '/campaigns'));
    expect(left(await call('GET', '/campaigns'))).toBe(first - 1);
    expect(left(await caller(app, secret)('GET', '/campaigns'))).toBe(first);
  });

  test('are kept as a hash, and stand in no log', async () => {
    const { call, secret, logged } = await open();
    await call('GET', '/campaigns');
    await call('GET', '/nothing');
    const rows = await db.selectFrom('api_tokens').selectAll().execute();
    expect(JSON.stringify([rows, logged])).not.toContain(secret.slice(4));
    expect(rows.at(-1)?.last_used_at).not.toBeNull();
  });

  test('are what counts: neither a session nor another site’s script gets in', async () => {
    const { app } = await open();
    const signedIn = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: {
        host: 'localhost:3000',
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: 'password=correct+horse+battery',
    });
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
    expect((await app.inject({ url: '/api/v1/campaigns', headers: { cookie } })).statusCode).toBe(401);
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: '/api/v1/campaigns',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('bodies', () => {
  test('that make no sense get a problem that says why', async () => {
    const { call } = await open();
    for (const [what, payload, type, status, code] of [
      ['no JSON', '{"a":', 'application/json', 400, 'not_json'],
      ['a form', 'id=1', 'application/x-www-form-urlencoded', 415, 'not_json'],
      ['too much', JSON.stringify({ id: 'x'.repeat(70_000) }), 'application/json', 413, 'too_large'],
      ['a list', '[]', 'application/json', 422, 'invalid'],
      ['what nobody asked for', '{"id":"a","name":"A","admin":true}', 'application/json', 422, 'invalid'],
      [
        'what PostgreSQL has no place for',
        '{"id":"a","name":"A\\u0000"}',
        'application/json',
        422,
        'invalid',
      ],
      ['a prototype', '{"id":"a","name":"A","__proto__":{"admin":true}}', 'application/json', 422, 'invalid'],
    ] as const) {
      const answer = await call('POST', '/campaigns', payload, { 'content-type': type });
      expect([what, answer]).toMatchObject([what, { status, body: { status, code } }]);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    }
  });

  test('what is not there is a problem as well, not a page', async () => {
    const { call } = await open();
    expect(await call('GET', '/campaigns/none')).toMatchObject({
      status: 404,
      body: { code: 'no_campaign' },
    });
    expect(await call('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'no_such_path' } });
  });
});

describe('campaigns', () => {
  test('are made once and started once, however often and by how many', async () => {
    const { call } = await open();
    const draft = { id: 'laser-aktion', name: 'Laser <b>Aktion</b>', products: ['laser'] };
    const made = await Promise.all([1, 2, 3].map(() => call('POST', '/campaigns', draft)));
    expect(made.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(await call('POST', '/campaigns', { ...draft, name: 'Anders' })).toMatchObject({
      status: 409,
      body: { code: 'id_taken' },
    });
    const started = await Promise.all([1, 2, 3].map(() => call('POST', '/campaigns/laser-aktion/start', {})));
    expect(started.map(({ status, body }) => [status, body.state])).toEqual(
      Array.from({ length: 3 }, () => [200, 'planning']),
    );
    const acts = await db
      .selectFrom('audit_log')
      .select(['who', 'action'])
      .where('subject', '=', 'laser-aktion')
      .orderBy('id')
      .execute();
    expect(acts.filter(({ action }) => action === 'campaign_started')).toEqual([
      { who: 'API: Shop', action: 'campaign_started' },
    ]);
    expect((await call('POST', '/campaigns/laser-aktion/cancel', {})).body.state).toBe('cancelled');
    expect(await call('POST', '/campaigns/laser-aktion/resume', {})).toMatchObject({
      status: 409,
      body: { code: 'not_now' },
    });
  });

  test('need a second person where settings say so, and no token is one', async () => {
    const { call, options, libraryDir } = await open();
    const settings = join(libraryDir, 'settings.yaml');
    await writeFile(settings, `${await readFile(settings, 'utf8')}campaigns: { approval: second_person }\n`);
    await expect
      .poll(async () => (await options.content.library()).library.settings.campaigns.approval)
      .toBe('second_person');
    await call('POST', '/campaigns', { id: 'zu-zweit', name: 'Zu zweit', products: ['laser'] });
    const start = () => call('POST', '/campaigns/zu-zweit/start', {});
    expect(await start()).toMatchObject({ status: 409, body: { code: 'needs_approval' } });

    const asked = async () => {
      const { revision, ...draft } = await getDraft(db, 'zu-zweit');
      return { revision, version: settingsVersion(draft, await options.content.keep()), now: NOW };
    };
    const person = { accountId: null, name: 'Anna', role: 'marketer' as const };
    await askApproval(db, 'zu-zweit', { ...(await asked()), person });
    expect(await start()).toMatchObject({ status: 409, body: { code: 'needs_approval' } });
    await answerApproval(db, 'zu-zweit', { ...(await asked()), person: AT_THIS_MACHINE, yes: true });
    expect((await start()).body).toMatchObject({ state: 'planning' });
  });

  test('with hostile names come out as the text that they are', async () => {
    const { call } = await open();
    const name = `</script><img src=x onerror=alert(1)> \u202eevil "'\\`;
    expect((await call('POST', '/campaigns', { id: 'hostile', name })).status).toBe(201);
    const answer = await call('GET', '/campaigns/hostile');
    expect(answer.body.name).toBe(name);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
  });

  test('about what the library does not have are refused', async () => {
    const { call } = await open();
    const answer = await call('POST', '/campaigns', { id: 'x', name: 'X', products: ['laser', '../etc'] });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'not_in_library', errors: [{ where: 'body.products', message: 'there is no "../etc"' }] },
    });
    expect((await call('GET', '/campaigns/x')).status).toBe(404);
    expect(await call('POST', '/campaigns', { id: 'x', name: 'X', families: ['Tipfehler'] })).toMatchObject({
      status: 422,
      body: { code: 'not_in_library', errors: [{ where: 'body.families' }] },
    });
    const known = { id: 'familie', name: 'Familie', families: ['Kennzeichnen'] };
    expect((await call('POST', '/campaigns', known)).status).toBe(201);
  });

  test('of another time are other campaigns', async () => {
    const { call } = await open();
    const draft = { id: 'termin', name: 'Termin', startsAt: '2026-11-02T08:00:00+01:00', spreadHours: 4 };
    expect((await call('POST', '/campaigns', draft)).status).toBe(201);
    expect((await call('POST', '/campaigns', { ...draft, startsAt: '2026-11-02T07:00:00Z' })).status).toBe(
      200,
    );
    const { startsAt: _, ...whenever } = draft;
    for (const other of [
      { ...draft, startsAt: '2026-11-03T07:00:00Z' },
      { ...draft, spreadHours: 5 },
      whenever,
    ])
      expect(await call('POST', '/campaigns', other)).toMatchObject({
        status: 409,
        body: { code: 'id_taken' },
      });
  });

  test('tell what came of them', async () => {
    const { call } = await open();
    expect(await call('GET', '/campaigns/herbst/results')).toMatchObject({
      status: 200,
      body: { id: 'herbst', sends: { sent: 1 }, blocks: { proven: 2, experimental: 1 }, answers: {} },
    });
  });
});

describe('pushed purchases', () => {
  const owned = () =>
    db
      .selectFrom('owned_products')
      .select(['customer_id', 'product_id', 'quantity'])
      .orderBy('product_id')
      .execute();

  test('count at once, once, and follow what becomes of them', async () => {
    const { call } = await open();
    const push = {
      id: 'order-17.1',
      customer: { email: 'K1@kunde.example' },
      product: { sku: 'laser' },
      quantity: 2,
      date: '2026-10-01',
    };
    const pushed = await Promise.all([1, 2, 3].map(() => call('POST', '/purchases', push)));
    expect(pushed.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(await owned()).toEqual([{ customer_id: 'k1', product_id: 'p1', quantity: 3 }]);
    const { date, ...undated } = push;
    expect(await call('POST', '/purchases', { ...undated, status: 'returned' })).toMatchObject({
      status: 200,
      body: { date, status: 'returned' },
    });
    const acts = await db.selectFrom('audit_log').select('who').where('subject', '=', push.id).execute();
    expect(acts).toEqual([{ who: 'API: Shop' }, { who: 'API: Shop' }]);
    expect(await owned()).toEqual([{ customer_id: 'k1', product_id: 'p1', quantity: 1 }]);
    expect((await call('GET', '/segments')).body.segments[0]).toMatchObject({ key: 'laser', owners: 1 });
  });

  test('that can’t be are refused with a reason', async () => {
    const { call } = await open();
    const before = await owned();
    for (const [wrong, code] of [
      [{ customer: { id: 'nobody' } }, 'no_customer'],
      [{ customer: { email: 'nobody@kunde.example' } }, 'no_customer'],
      [{ product: { key: 'nothing' } }, 'no_product'],
      [{ product: { sku: "'; drop table purchases; --" } }, 'no_product'],
      [{ id: '../../x' }, 'invalid'],
      [{ date: '2026-02-30' }, 'invalid'],
      [{ date: '0000-01-01' }, 'invalid'],
      [{ date: '1899-12-31' }, 'invalid'],
      [{ date: '2201-01-01' }, 'invalid'],
      [{ quantity: 1.5 }, 'invalid'],
    ] as const) {
      const push = { id: 'a', customer: { id: 'k1' }, product: { key: 'laser' }, ...wrong };
      const answer = await call('POST', '/purchases', push);
      expect([wrong, answer]).toMatchObject([wrong, { status: 422, body: { code } }]);
    }
    expect(await owned()).toEqual(before);
  });
});

test('the description is OpenAPI 3.1 and says what is answered', async () => {
  const { app, call } = await open();
  const { body: document } = await caller(app, '')('GET', '/openapi.json');
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap(
    (methods) => Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(operations.sort()).toEqual([
    'cancelCampaign',
    'getCampaign',
    'getResults',
    'listCampaigns',
    'listSegments',
    'makeCampaign',
    'pauseCampaign',
    'pushPurchase',
    'resumeCampaign',
    'startCampaign',
  ]);
  const push = { id: 'order-18', customer: { id: 'k1' }, product: { key: 'laser' } };
  const operationAt = (path: string, method: string) => document.paths[`/api/v1${path}`][method];
  for (const [method, path, pattern, payload] of [
    ['GET', '/campaigns', '/campaigns'],
    ['GET', '/campaigns/herbst', '/campaigns/{id}'],
    ['GET', '/campaigns/herbst/results', '/campaigns/{id}/results'],
    ['GET', '/segments', '/segments'],
    ['POST', '/campaigns', '/campaigns', { id: 'beschrieben', name: 'Beschrieben' }],
    ['POST', '/campaigns/beschrieben/cancel', '/campaigns/{id}/cancel', {}],
    ['POST', '/purchases', '/purchases', push],
    ['POST', '/purchases', '/purchases', { ...push, quantity: 'many' }],
  ] as const) {
    const answer = await call(method, path, payload);
    const { responses, requestBody } = operationAt(pattern, method.toLowerCase());
    const { content } = responses[answer.status] ?? responses['4XX'];
    const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
    const said = z.fromJSONSchema(content[type].schema).safeParse(answer.body);
    expect([method, path, said.error?.issues]).toEqual([method, path, undefined]);
    if (payload === undefined || Object.keys(payload).length === 0) continue;
    const taken = z.fromJSONSchema(requestBody.content['application/json'].schema).safeParse(payload);
    expect([path, taken.success]).toEqual([path, answer.status < 400]);
  }
});

test('the documentation names what there is, and its examples are taken', async () => {
  const { app } = await open();
  const { body: document } = await caller(app, '')('GET', '/openapi.json');
  const page = await readFile(join(import.meta.dirname, '../../../docs/api.md'), 'utf8');
  for (const scope of SCOPES) expect(page).toContain(`\`${scope}\``);
  for (const path of Object.keys(document.paths)) {
    const own = path.replace('/api/v1', '');
    const said = [own, own.replace('/campaigns/{id}', '')].some((each) => page.includes(`${each}\``));
    expect([path, said]).toEqual([path, true]);
  }
  const examples = [...page.matchAll(/\/api\/v1(\/\w+) \\\n +-d '(.+)'/g)];
  expect(examples).toHaveLength(2);
  for (const [, path, body = ''] of examples) {
    const { schema } = document.paths[`/api/v1${path}`].post.requestBody.content['application/json'];
    expect(z.fromJSONSchema(schema).safeParse(JSON.parse(body)).error).toBeUndefined();
  }
});
