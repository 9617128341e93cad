import { beforeEach, expect, test } from 'vitest';
import { listActs } from '../../src/people/audit.ts';
import { testDatabase } from '../stands/database.ts';
import { browserAt } from './people/stand.ts';
import { type WebStand, webStand } from './stand.ts';

const { db } = await testDatabase();
let web: WebStand;
beforeEach(async () => {
  await db.deleteFrom('api_tokens').execute();
  web = await webStand(db);
});

const SECRET = /spb_[\w-]{43}/;
const callWith = (secret: string) =>
  web.app.inject({ url: '/api/v1/campaigns', headers: { authorization: `Bearer ${secret}` } });

test('a token is shown once, opens what was chosen, and nothing from the moment it is revoked', async () => {
  const admin = browserAt(web.app);
  const made = await admin.post('/operations/tokens', [
    ['name', 'Shop <b>'],
    ['scopes', 'campaigns:read'],
    ['scopes', 'purchases:write'],
    ['days', '30'],
  ]);
  const secret = SECRET.exec(made.body)?.[0] ?? '';
  expect(made.body).not.toContain('Shop <b>');
  expect((await callWith(secret)).statusCode).toBe(200);
  const page = (await admin.get('/operations/tokens')).body;
  expect(page).toContain('Shop &lt;b&gt;');
  expect(page).not.toMatch(SECRET);

  const revoke = /operations\/tokens\/\d+\/revoke/.exec(page)?.[0] ?? '';
  expect((await admin.post(`/${revoke}`)).statusCode).toBe(303);
  // a second person who presses it, too, gets what they wanted
  expect((await admin.post(`/${revoke}`)).statusCode).toBe(303);
  expect((await callWith(secret)).statusCode).toBe(401);
  const acts = (await listActs(db, { limit: 10 })).map(({ action }) => action);
  expect(acts).toEqual(['token_revoked', 'token_made']);
  expect(JSON.stringify([web.logged, await listActs(db, { limit: 10 })])).not.toContain(secret.slice(4));
});

test('what is no token is not made', async () => {
  const admin = browserAt(web.app);
  for (const fields of [
    { name: 'Shop' },
    { name: '', scopes: 'campaigns:read' },
    { name: 'API: Shop', scopes: 'campaigns:read' },
    { name: 'Shop', scopes: 'everything' },
    { name: 'Shop', scopes: 'campaigns:read', days: '731' },
  ])
    expect([fields, (await admin.post('/operations/tokens', fields as never)).statusCode]).toEqual([
      fields,
      422,
    ]);
  const again = await admin.post('/operations/tokens', { name: 'API: Shop', scopes: 'results:read' });
  expect(again.body).toContain('value="API: Shop"');
  expect(again.body).toContain('value="results:read" checked');
  expect((await admin.post('/operations/tokens/999/revoke')).statusCode).toBe(404);
  expect((await admin.post('/operations/tokens/x/revoke')).statusCode).toBe(404);
  const foreign = await web.app.inject({
    method: 'POST',
    url: '/operations/tokens',
    headers: {
      host: 'localhost:3000',
      'sec-fetch-site': 'cross-site',
      'content-type': 'application/x-www-form-urlencoded',
    },
    payload: 'name=Shop&scopes=campaigns:read',
  });
  expect(foreign.statusCode).toBe(403);
  expect(await db.selectFrom('api_tokens').selectAll().execute()).toEqual([]);
});
