import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { deliver } from '../../jobs/deliver.ts';
import { ACTS, AT_THIS_MACHINE } from '../../src/domain/person.ts';
import { findSuppression, suppress } from '../../src/feedback/suppressions.ts';
import { addAccount } from '../../src/people/accounts.ts';
import { listActs, recordAct } from '../../src/people/audit.ts';
import { openQueues, type Queues } from '../../src/queue/queue.ts';
import { words } from '../../src/web/words/words.ts';
import { testDatabase } from '../stands/database.ts';
import { redisAvailable, redisStand } from '../stands/redis.ts';
import { seedSend, type WebStand, webStand } from './stand.ts';

const { db, url } = await testDatabase();
const XSS = '<script>alert(1)</script>';
const HOST = { host: 'localhost:3000' };
const OWN = { ...HOST, 'sec-fetch-site': 'same-origin' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
let web: WebStand;

beforeEach(async () => {
  await db.deleteFrom('audit_log').execute();
  web = await webStand(db);
});

const get = (path: string, app = web.app) => app.inject({ url: path, headers: HOST });
const post = (path: string, fields: Record<string, string>, app = web.app) =>
  app.inject({
    method: 'POST',
    url: path,
    payload: new URLSearchParams(fields).toString(),
    headers: { ...OWN, ...FORM },
  });

describe('who did what', () => {
  test('has a name and a sentence in both languages', () => {
    for (const act of ACTS)
      for (const language of ['de', 'en'] as const)
        for (const kind of ['act', 'did'])
          expect(words(language)).toHaveProperty(
            [`operations.${kind}.${act}`],
            expect.stringMatching(/^.{4,}$/),
          );
  });

  test('is listed newest first, page by page, narrowed down by person, act and subject', async () => {
    const now = new Date('2026-10-12T08:00:00Z');
    const kim = { accountId: null, name: `Kim ${XSS}`, role: 'admin' as const };
    for (let i = 0; i < 60; i++)
      await recordAct(db, AT_THIS_MACHINE, {
        action: 'content_saved',
        subject: `library/offers/o${i}.yaml`,
        now,
      });
    await recordAct(db, kim, { action: 'campaign_started', subject: XSS, detail: { note: XSS }, now });

    const first = (await get('/operations/audit?lang=en')).body;
    expect(first).not.toContain('<script>');
    expect(first).toContain('started a campaign:');
    expect(first).toContain('href="../library/offers/o59"');
    expect(first).not.toContain('library/offers/o0.yaml');
    const older = /href="\.\.\/operations\/audit\?before&#x3D;(\d+)"/.exec(first)?.[1];
    expect((await get(`/operations/audit?before=${older}`)).body).toContain('library/offers/o0.yaml');

    const rows = (body: string) => [...body.matchAll(/<time /g)].length;
    for (const query of [`who=${encodeURIComponent(kim.name)}`, 'action=campaign_started'])
      expect(rows((await get(`/operations/audit?${query}`)).body)).toBe(1);
    expect(rows((await get('/operations/audit?subject=library%2Foffers%2Fo7.yaml')).body)).toBe(1);
    expect((await get('/operations/audit?who=nobody&action=nonsense&before=x')).statusCode).toBe(200);
  });
});

describe('addresses that are not written to', () => {
  const address = 'kim@kunde.example';
  beforeEach(async () => {
    await db.deleteFrom('suppressions').execute();
  });

  test('are looked up one at a time, and never listed', async () => {
    await suppress(db, { address, reason: 'bounced', detail: XSS, now: new Date() });
    const page = await get('/operations/suppressions?lang=en');
    expect(page.body).not.toContain(address);
    const found = await post('/operations/suppressions', { do: 'find', address: ' KIM@kunde.example ' });
    expect(found.body).toContain('value="bounced"');
    expect(found.body).not.toContain('<script>');
    expect((await post('/operations/suppressions', { do: 'find', address: 'x' })).statusCode).toBe(200);
  });

  test('can be added by hand, for mails that are planned already too; the log names the customer, no address', async () => {
    await seedSend(db, { id: 'k1', email: address });
    const added = await post('/operations/suppressions', {
      do: 'add',
      address,
      reason: 'unsubscribed',
      note: 'said so to sales@us.example',
    });
    expect(added.statusCode).toBe(200);
    expect(await findSuppression(db, address)).toMatchObject({
      reason: 'unsubscribed',
      detail: 'said so to [address]',
    });
    const [act] = await listActs(db, { limit: 1 });
    expect(act).toMatchObject({
      action: 'suppression_added',
      subject: 'k1',
      detail: { reason: 'unsubscribed' },
    });
    expect(JSON.stringify(act)).not.toContain('@');
    expect(
      (await post('/operations/suppressions', { do: 'add', address: 'no', reason: 'manual' })).statusCode,
    ).toBe(409);
  });

  test('are lifted only as they were shown, an objection only with a reason, an erasure never', async () => {
    const lift = (fields: Record<string, string>) =>
      post('/operations/suppressions', { do: 'lift', address, ...fields });
    await suppress(db, { address, reason: 'unsubscribed', detail: null, now: new Date() });
    expect((await lift({ reason: 'unsubscribed' })).statusCode).toBe(409);
    expect((await lift({ reason: 'unsubscribed', note: 'wrote to us' })).statusCode).toBe(409);
    // shown as bounced, unsubscribed meanwhile
    expect((await lift({ reason: 'bounced' })).statusCode).toBe(409);
    expect(await findSuppression(db, address)).not.toBeNull();
    expect((await lift({ reason: 'unsubscribed', note: 'wrote to us', sure: 'yes' })).statusCode).toBe(200);
    expect(await findSuppression(db, address)).toBeNull();
    await suppress(db, { address, reason: 'erased', detail: null, now: new Date() });
    expect((await lift({ reason: 'erased', note: 'please', sure: 'yes' })).statusCode).toBe(409);
    expect(await findSuppression(db, address)).not.toBeNull();
  });
});

describe('settings that are safe to change', () => {
  const fieldsOf = (body: string) => /name="basedOn" value="([^"]*)"/.exec(body)?.[1] ?? '';
  const file = () => join(web.libraryDir, 'settings.yaml');

  test('go into the file, checked, with its comments, and into the log', async () => {
    const before = `# kept\n${await readFile(file(), 'utf8')}`;
    await writeFile(file(), before);
    const basedOn = fieldsOf((await get('/operations/settings')).body);
    const saved = await post('/operations/settings', {
      basedOn,
      'rules.defaultRatio': '7.5',
      'rules.maxBlocks': '5',
      'campaigns.approval': 'second_person',
      'nightly.cron': '04:05',
    });
    expect(saved.headers.location).toBe('../operations/settings?done=saved');
    const after = await readFile(file(), 'utf8');
    expect(after).toContain('# kept\n');
    expect(after).toContain('[Prüfwerk GmbH, "Musterweg 1, 70000 Stuttgart"]');
    expect(after).toMatch(/defaultRatio: 0\.075[,\n]/);
    expect(after).toMatch(/approval: second_person\n/);
    expect(after).toContain('cron: "5 4 * * *"');
    const [act] = await listActs(db, { limit: 1 });
    expect(act).toMatchObject({
      action: 'setting_changed',
      detail: { 'nightly.cron': expect.stringMatching(/→ 04:05$/) },
    });
    expect((await get('/operations/settings?lang=en&done=saved')).body).toContain('value="04:05"');
  });

  test('are not saved over somebody else’s change, nor with values that can’t be', async () => {
    const basedOn = fieldsOf((await get('/operations/settings')).body);
    for (const wrong of [
      { 'rules.maxBlocks': '99' },
      { 'rules.maxBlocks': 'x' },
      { 'nightly.cron': '25:00' },
    ]) {
      const { statusCode } = await post('/operations/settings', { basedOn, ...wrong });
      expect(statusCode).toBe(422);
    }
    await writeFile(file(), `${await readFile(file(), 'utf8')}# mine\n`);
    const late = await post('/operations/settings', { basedOn, 'rules.maxBlocks': '5' });
    expect(late.statusCode).toBe(409);
    expect(late.body).toContain('id="rules-maxBlocks" name="rules.maxBlocks" value="5"');
    expect(await readFile(file(), 'utf8')).not.toContain('maxBlocks: 5');
    expect(await listActs(db, { limit: 1 })).toEqual([]);
  });
});

const backends: ('postgres' | 'redis')[] = redisAvailable() ? ['postgres', 'redis'] : ['postgres'];

describe.each(backends)('queues kept in %s', (backend) => {
  let queues: Queues;
  let stop = async () => {};

  beforeEach(async () => {
    if (queues) {
      web = await webStand(db, { queues });
      return;
    }
    const redis = backend === 'redis' ? await redisStand() : null;
    queues = openQueues({ databaseUrl: url, redisUrl: redis?.url });
    await queues.ready();
    stop = async () => {
      await queues.close();
      await redis?.stop();
    };
    web = await webStand(db, { queues });
  });
  afterAll(() => stop());

  const board = (method: 'PUT' | 'POST' | 'PATCH', path: string, headers: Record<string, string> = OWN) =>
    web.app.inject({
      method,
      url: `/operations/queues/api/${path}`,
      headers: { ...headers, 'content-type': 'application/json' },
      payload: '{}',
    });

  test('are shown with their jobs, without what looks like an address', async () => {
    const overview = await get('/operations?lang=en');
    expect(overview.statusCode).toBe(200);
    expect(overview.body).toContain('<code>deliver</code>');
    await queues
      .queue(deliver.queue)
      .add('deliver', { campaignId: 'herbst', note: 'kim@kunde.example' }, { jobId: 'one' });
    const list = await get(
      '/operations/queues/api/queues?activeQueue=deliver&status=latest&page=1&jobsPerPage=10',
    );
    expect(list.statusCode).toBe(200);
    expect(list.body).toContain('"campaignId":"herbst"');
    expect(list.body).not.toContain('kim@');
  });

  test('can be paused and resumed by our own pages alone, which is written down', async () => {
    const queue = queues.queue(deliver.queue);
    expect(
      (await board('PUT', 'queues/deliver/pause', { ...HOST, 'sec-fetch-site': 'cross-site' })).statusCode,
    ).toBe(403);
    expect(await queue.isPaused()).toBe(false);
    expect((await board('PUT', 'queues/deliver/pause')).statusCode).toBe(200);
    expect(await queue.isPaused()).toBe(true);
    expect((await listActs(db, { limit: 1 }))[0]).toMatchObject({
      action: 'queue_touched',
      subject: 'deliver',
      detail: { did: 'pause' },
    });
    await board('PUT', 'queues/deliver/resume');
    expect(await queue.isPaused()).toBe(false);
  });

  test('get no jobs, contents or schedules from the board, and lose none for good', async () => {
    for (const [method, path] of [
      ['POST', 'queues/deliver/add'],
      ['PATCH', 'queues/deliver/one/update-data'],
      ['PUT', 'queues/deliver/obliterate'],
      ['PUT', 'queues/nightly/job-schedulers/nightly/remove'],
      ['PUT', 'queues/nightly/job-schedulers/nightly/run'],
      ['PUT', 'queues/deliver/concurrency'],
    ] as const)
      expect([path, (await board(method, path)).statusCode]).toEqual([path, 403]);
    expect((await board('PUT', 'nonsense')).statusCode).toBe(404);
    expect(await listActs(db, { limit: 1 })).toEqual([]);
  });
});

test('the board’s page holds no script or style of its own, and its files lead nowhere else', async () => {
  const queues = openQueues({ databaseUrl: url });
  const stand = await webStand(db, { queues });
  const page = await get('/operations/queues', stand.app);
  expect(page.body).toContain('<base href="../operations/queues/">');
  expect((await get('/operations/queues/queue/deliver', stand.app)).body).toContain(
    '<base href="../../../operations/queues/">',
  );
  expect(page.body).not.toMatch(
    /<style|style="|<script(?! defer src="[\w./-]+">| id="__UI_CONFIG__" type="application\/json">)/,
  );
  expect(page.headers['content-security-policy']).toContain("script-src 'self'; connect-src 'self'");
  for (const [, file = ''] of page.body.matchAll(/(?:src|href)="(static\/[^"]+)"/g))
    expect([file, (await get(`/operations/queues/${file}`, stand.app)).statusCode]).toEqual([file, 200]);
  for (const path of [
    '../index.ejs',
    '..%2f..%2fpackage.json',
    '%2e%2e/%2e%2e/package.json',
    'js/../../../package.json',
    '',
  ])
    expect((await get(`/operations/queues/static/${path}`, stand.app)).body).not.toContain('@bull-board/');
  await queues.close();
});

test('only admins look after an installation', async () => {
  const email = 'kim@orvelin.example';
  const by = { by: AT_THIS_MACHINE, now: new Date() };
  const { account, password } = await addAccount(db, { email, name: 'Kim', role: 'viewer', ...by });
  const entered = await post('/sign-in', { email, password: password ?? '' });
  const cookies = [entered.headers['set-cookie'] ?? []].flat();
  const cookie = cookies.map((one) => one.split(';')[0]).join('; ');
  for (const role of ['viewer', 'marketer', 'admin'] as const) {
    await db.updateTable('accounts').set({ role }).where('id', '=', account.id).execute();
    for (const [method, path] of [
      ...[
        '',
        '/audit',
        '/suppressions',
        '/settings',
        '/queues',
        '/queues/static/x',
        '/queues/api/queues',
      ].map((each) => ['GET', each] as const),
      ['POST', '/suppressions'],
      ['POST', '/settings'],
      ['PUT', '/queues/api/queues/pause'],
    ] as const) {
      const headers = { ...OWN, cookie };
      const { statusCode } = await web.app.inject({ method, url: `/operations${path}`, headers });
      expect([role, method, path, statusCode === 403]).toEqual([role, method, path, role !== 'admin']);
    }
    const home = await web.app.inject({ url: '/', headers: { ...HOST, cookie } });
    expect([role, home.body.includes('operations"')]).toEqual([role, role === 'admin']);
  }
});
