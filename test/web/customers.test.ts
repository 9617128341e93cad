import { afterEach, beforeEach, expect, test } from 'vitest';
import { testDatabase } from '../stands/database.ts';
import { seedSend, type WebStand, webStand } from './stand.ts';

const { db } = await testDatabase();
const XSS = '<script>alert(1)</script>';
const OWN = { host: 'localhost:3000', 'sec-fetch-site': 'same-origin' };
let web: WebStand;

beforeEach(async () => {
  web = await webStand(db);
  await seedSend(db, { id: 'k1', firstName: XSS, lastName: 'Beispiel' });
});

afterEach(async () => {
  for (const table of [
    'answers',
    'shown_blocks',
    'sends',
    'campaigns',
    'purchases',
    'customers',
    'audit_log',
  ] as const)
    await db.deleteFrom(table).execute();
  await db.deleteFrom('erasures').execute();
  await db.deleteFrom('suppressions').execute();
});

const get = (url: string) => web.app.inject({ url, headers: { host: 'localhost:3000' } });
const post = (url: string, body: string, headers: Record<string, string> = OWN) =>
  web.app.inject({
    method: 'POST',
    url,
    payload: body,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

test.each([
  ['search=beispiel', true],
  ['search=k1%40kunde', true],
  ['search=nobody', false],
  ['owns=laser', true],
  ['owns=unknown', false],
  ['basis=consent', true],
  ['basis=none', false],
  ['ratio=none&search=bei', true],
  ['ratio=contact', false],
  ['ratio=suggested', false],
  ['barred=suppressed', false],
  ['after=k1', false],
  ['basis=nonsense', true],
])('customers narrowed down by %s: found %s', async (query, found) => {
  const page = await get(`/customers?lang=en&${query}`);
  expect(page.statusCode).toBe(200);
  expect(page.body.includes('href="customers/k1"')).toBe(found);
});

test('one page says who they are, what they own, what happened and what would come next', async () => {
  const { statusCode, body } = await get('/customers/k1?lang=en');
  expect(statusCode).toBe(200);
  expect(body).not.toContain(XSS);
  for (const words of ['LX laser printer', 'What would come next', 'Has consented to advertising', 'History'])
    expect(body).toContain(words);
  expect((await get('/customers/k2')).statusCode).toBe(404);
});

test('a person gets everything that is held, and the log says who took it', async () => {
  const answer = await post('/customers/k1/export', '');
  expect(answer.headers['content-disposition']).toBe('attachment; filename="person-k1.json"');
  expect(answer.json()).toMatchObject({ records: [{ id: 'k1', lastName: 'Beispiel' }] });
  const acts = await db.selectFrom('audit_log').select(['action', 'subject', 'detail']).execute();
  expect(acts).toEqual([{ action: 'customer_exported', subject: 'k1', detail: {} }]);
});

test('erasing asks first, is done once, and the page says so afterwards', async () => {
  expect((await get('/customers/k1/erase?lang=en')).body).toContain('1 purchases');
  expect((await post('/customers/k1/erase', '')).statusCode).toBe(422);
  const foreign = { host: 'localhost:3000', 'sec-fetch-site': 'cross-site' };
  expect((await post('/customers/k1/erase', 'sure=yes', foreign)).statusCode).toBe(403);
  const twice = await Promise.all([1, 2].map(() => post('/customers/k1/erase', 'sure=yes')));
  expect(twice.map(({ statusCode }) => statusCode).filter((status) => ![303, 409].includes(status))).toEqual(
    [],
  );
  const page = await get('/customers/k1?lang=en');
  expect(page.statusCode).toBe(410);
  expect(page.body).toContain('was erased');
  const acts = await db.selectFrom('audit_log').select('action').execute();
  expect(acts).toEqual([{ action: 'customer_erased' }]);
});

test('after an erasure the audit log says who did what, and no longer to which id', async () => {
  await post('/customers/k1/export', '');
  await post('/operations/suppressions', 'do=add&address=k1@kunde.example&reason=manual');
  const subjects = () => db.selectFrom('audit_log').select(['action', 'subject']).orderBy('id').execute();
  expect((await subjects()).map(({ subject }) => subject)).toEqual(['k1', 'k1']);
  await post('/customers/k1/erase', 'sure=yes');
  const acts = await subjects();
  expect(acts.map(({ action }) => action)).toEqual([
    'customer_exported',
    'suppression_added',
    'customer_erased',
  ]);
  const { customer_hash } = await db.selectFrom('erasures').select('customer_hash').executeTakeFirstOrThrow();
  for (const { subject } of acts) expect(subject).toBe(`erased-${customer_hash.slice(0, 16)}`);
  const page = await get('/operations/audit');
  expect(page.statusCode).toBe(200);
  expect(page.body).not.toContain('k1');
});
