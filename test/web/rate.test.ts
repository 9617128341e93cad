import { beforeEach, describe, expect, test } from 'vitest';
import { testDatabase } from '../stands/database.ts';
import { BROWSER } from './person.ts';
import { pathOf, seedSend, type WebStand, webStand } from './stand.ts';

const { db } = await testDatabase();
let web: WebStand;
let sendId: number;
let count = 0;

beforeEach(async () => {
  count += 1;
  web = await webStand(db);
  sendId = await seedSend(db, { id: `k${count}` });
});

const FORGED = `/a/${'A'.repeat(32)}`;
const get = (url: string, remoteAddress: string, headers: Record<string, string> = {}) =>
  web.app.inject({ url, remoteAddress, headers: { ...BROWSER, ...headers } });
const statuses = async (times: number, request: () => Promise<{ statusCode: number }>) => {
  const found: number[] = [];
  for (let i = 0; i < times; i++) found.push((await request()).statusCode);
  return found;
};
const times = (n: number, status: number) => Array.from({ length: n }, () => status);

describe('tokens that are refused', () => {
  test('may be tried thirty times a minute, then the page says to wait', async () => {
    expect(await statuses(31, () => get(FORGED, '192.0.2.1'))).toEqual([...times(30, 404), 429]);
    const page = await get(`/u/${'B'.repeat(32)}`, '192.0.2.1');
    expect(page.statusCode).toBe(429);
    expect(Number(page.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(page.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(page.body).toContain('Einen Moment bitte');
    expect((await get(FORGED, '192.0.2.2')).statusCode).toBe(404);
  });

  test('keep nobody at the same address from their own mail', async () => {
    await statuses(31, () => get(FORGED, '192.0.2.1'));
    expect((await get(pathOf(web.links.answer(sendId, 0, 'yes')), '192.0.2.1')).statusCode).toBe(200);
  });

  test('count together for a network of IPv6 addresses', async () => {
    await statuses(30, () => get(FORGED, '2001:db8:1:2::1'));
    expect((await get(FORGED, '2001:db8:1:2:ffff::9')).statusCode).toBe(429);
    expect((await get(FORGED, '2001:db8:1:3::1')).statusCode).toBe(404);
  });

  test('count for whom a proxy of our own names, and for no one that the internet names', async () => {
    const behind = (address: string, name: string) => get(FORGED, address, { 'x-forwarded-for': name });
    await statuses(30, () => behind('127.0.0.1', '192.0.2.1'));
    expect((await behind('10.0.0.3', '192.0.2.1')).statusCode).toBe(429);
    expect((await behind('127.0.0.1', '192.0.2.2')).statusCode).toBe(404);
    // what somebody adds in front of the proxy's own entry is not believed
    expect((await behind('127.0.0.1', '198.51.100.9, 192.0.2.1')).statusCode).toBe(429);

    for (let n = 1; n <= 30; n++) await behind('203.0.113.5', `192.0.2.${n}`);
    expect((await behind('203.0.113.5', '192.0.2.99')).statusCode).toBe(429);
  });
});

describe('genuine links', () => {
  test('are opened by a company’s gateway as many as it likes, mail by mail', async () => {
    const mails = await Promise.all(Array.from({ length: 60 }, (_, n) => seedSend(db, { id: `g${n}` })));
    for (const mail of mails) {
      const url = pathOf(web.links.preferences(mail));
      const opened = await statuses(13, () =>
        web.app.inject({ method: 'HEAD', url, remoteAddress: '192.0.2.9' }),
      );
      expect(opened).toEqual(times(13, 200));
    }
  });

  test('of one mail work a hundred and twenty times a minute, from wherever; one-click always works', async () => {
    const url = pathOf(web.links.preferences(sendId));
    let n = 0;
    const opened = await statuses(121, () =>
      web.app.inject({ method: 'HEAD', url, remoteAddress: `192.0.2.${n++ % 200}` }),
    );
    expect(opened).toEqual([...times(120, 200), 429]);
    expect((await get(pathOf(web.links.answer(sendId, 0, 'yes')), '198.51.100.1')).statusCode).toBe(429);
    const other = await seedSend(db, { id: `other${count}` });
    expect((await get(pathOf(web.links.answer(other, 0, 'yes')), '192.0.2.1')).statusCode).toBe(200);
    const done = await web.app.inject({
      method: 'POST',
      url: pathOf(web.links.unsubscribe(sendId)),
      remoteAddress: '192.0.2.1',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'List-Unsubscribe=One-Click',
    });
    expect([done.statusCode, done.body]).toEqual([200, 'Unsubscribed.\n']);
  });
});

test('pictures, the console and health are not counted', async () => {
  await statuses(31, () => get(FORGED, '127.0.0.1'));
  expect(await statuses(40, () => get('/pictures/laser.png', '127.0.0.1'))).toEqual(times(40, 200));
  expect((await get('/healthz', '127.0.0.1')).statusCode).toBe(200);
});

test('no address of a client is in the log', async () => {
  await statuses(32, () => get(FORGED, '127.0.0.1', { 'x-forwarded-for': '192.0.2.77' }));
  expect(JSON.stringify(web.logged)).not.toContain('192.0.2.77');
});

test('a proxy’s word opens no console', async () => {
  for (const remoteAddress of ['127.0.0.1', '10.0.0.3', '203.0.113.5']) {
    const page = await web.app.inject({
      url: '/',
      remoteAddress,
      headers: { host: 'localhost', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': 'localhost' },
    });
    expect(page.statusCode).toBe(403);
  }
});
