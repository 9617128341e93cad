import { describe, expect, test } from 'vitest';
import { consoleAccess, isOwnForm } from '../../src/web/console/access.ts';
import { localPath } from '../../src/web/console/guard.ts';
import { createPatience } from '../../src/web/console/patience.ts';
import { createSessions } from '../../src/web/console/session.ts';
import { pickLanguage } from '../../src/web/language.ts';
import { rootOf } from '../../src/web/root.ts';

const here = {
  hasPassword: false,
  signedIn: false,
  peer: '127.0.0.1',
  headers: { host: 'localhost:3000' },
  publicUrl: 'http://localhost:3000',
};

describe('the console without a password', () => {
  test.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST'])(
    'opens on this machine as %s',
    (host) => {
      expect(consoleAccess({ ...here, headers: { host } })).toBe('open');
    },
  );

  test.each(['192.168.1.7', '10.0.0.1', '2001:db8::1', '::ffff:10.0.0.1', undefined])(
    'is closed to %s',
    (peer) => {
      expect(consoleAccess({ ...here, peer })).toBe('refused_peer');
    },
  );

  test.each([
    'evil.example',
    'localhost.evil.example',
    'evil.example:3000',
    '127.0.0.1.evil.example',
    '192.168.1.7:3000',
    '',
    'local host',
  ])('is closed under the name "%s" (DNS rebinding)', (host) => {
    expect(consoleAccess({ ...here, headers: { host } })).toBe('refused_host');
  });

  test.each([
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-server',
    'forwarded',
    'via',
    'x-real-ip',
    'x-client-ip',
    'true-client-ip',
    'cf-connecting-ip',
  ])('is closed behind a proxy that sends %s', (name) => {
    expect(consoleAccess({ ...here, headers: { host: 'localhost', [name]: 'x' } })).toBe('refused_proxy');
  });

  test('is closed when PUBLIC_URL says that the world comes by', () => {
    expect(consoleAccess({ ...here, publicUrl: 'https://news.orvelin.example' })).toBe('refused_proxy');
  });
});

test('with a password the console opens to whoever is signed in, from anywhere', () => {
  const away = {
    ...here,
    hasPassword: true,
    peer: '10.0.0.1',
    headers: { host: 'news.orvelin.example', via: 'x' },
  };
  expect(consoleAccess(away)).toBe('sign_in');
  expect(consoleAccess({ ...away, signedIn: true })).toBe('open');
});

describe('forms', () => {
  const publicUrl = 'https://news.example';
  test('of our own are known by what the browser says', () => {
    expect(isOwnForm({ 'sec-fetch-site': 'same-origin' }, publicUrl)).toBe(true);
    expect(isOwnForm({ origin: 'http://localhost:3000', host: 'localhost:3000' }, publicUrl)).toBe(true);
    expect(isOwnForm({ origin: 'https://news.example', host: '127.0.0.1:3000' }, publicUrl)).toBe(true);
  });
  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'https://news.example', host: 'news.example' },
    { origin: 'https://evil.example', host: 'localhost:3000' },
    { origin: 'null', host: 'localhost:3000' },
    { host: 'localhost:3000' },
  ])('of others are refused: %o', (headers) => {
    expect(isOwnForm(headers, publicUrl)).toBe(false);
  });
});

describe('sessions', () => {
  const now = new Date('2026-10-12T09:00:00Z');
  const sessions = createSessions('secret', 'correct horse');
  const cookie = sessions.start({ now, secure: false }).split(';')[0];

  test('hold for a working day', () => {
    expect(sessions.isValid(`other=1; ${cookie}`, new Date(now.getTime() + 11 * 3_600_000))).toBe(true);
    expect(sessions.isValid(cookie, new Date(now.getTime() + 13 * 3_600_000))).toBe(false);
  });

  test('cannot be prolonged, invented, or kept past a new password', () => {
    expect(sessions.isValid(cookie?.replace(/=\d/, '=9'), now)).toBe(false);
    expect(sessions.isValid('spielbein_session=', now)).toBe(false);
    expect(sessions.isValid('spielbein_session=99999999999999.', now)).toBe(false);
    expect(sessions.isValid(undefined, now)).toBe(false);
    expect(createSessions('secret', 'another').isValid(cookie, now)).toBe(false);
    expect(createSessions('other', 'correct horse').isValid(cookie, now)).toBe(false);
  });

  test('are out of reach of scripts and foreign sites', () => {
    expect(sessions.start({ now, secure: true })).toMatch(/HttpOnly; SameSite=Lax; Secure$/);
  });
});

describe('guessing passwords', () => {
  test('gets slower with every wrong try, until one is right', async () => {
    const waits: number[] = [];
    const patience = createPatience(async (ms) => waits.push(ms));
    for (let i = 0; i < 8; i++) expect(await patience.attempt(() => false)).toBe(false);
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(await patience.attempt(() => true)).toBe(true);
    await patience.attempt(() => false);
    expect(waits.at(-1)).toBe(250);
  });

  test('is no faster in parallel', async () => {
    let open = () => {};
    const patience = createPatience(() => new Promise<void>((resolve) => (open = resolve)));
    let looked = 0;
    const tries = Array.from({ length: 30 }, () =>
      patience.attempt(() => {
        looked += 1;
        return false;
      }),
    );
    expect((await Promise.all(tries.slice(10))).every((result) => result === 'busy')).toBe(true);
    expect(looked).toBe(1);
    for (let i = 0; i < 10; i++) {
      open();
      await tries[i];
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(looked).toBe(10);
  });
});

test('after signing in one stays in this console, whatever the form says', () => {
  expect(localPath('/campaigns/n1?state=failed', './')).toBe('./campaigns/n1?state=failed');
  expect(localPath('/', './')).toBe('./');
  for (const next of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/a\r\nSet-Cookie: x',
    '',
  ]) {
    expect(localPath(next, './')).toBe('./');
  }
  expect(localPath('/..//evil.example', './')).toBe('./evil.example');
  expect(localPath('/javascript:alert(1)', './')).toBe('./javascript:alert(1)');
});

test('languages are picked by wish, then choice, then browser, then fallback', () => {
  expect(pickLanguage({ query: 'en', chosen: 'de', acceptLanguage: 'de' })).toBe('en');
  expect(pickLanguage({ query: 'xx', chosen: 'en', acceptLanguage: 'de' })).toBe('en');
  expect(pickLanguage({ acceptLanguage: 'fr-FR, en;q=0.3, de;q=0.5' })).toBe('de');
  expect(pickLanguage({ acceptLanguage: 'de;q=0, en;q=0.1' })).toBe('en');
  expect(pickLanguage({ acceptLanguage: '*' }, 'en')).toBe('en');
  expect(pickLanguage({ query: ['en'] })).toBe('de');
});

test('pages find the top from wherever they are', () => {
  expect(rootOf('/')).toBe('./');
  expect(rootOf('/inbox?search=a/b')).toBe('./');
  expect(rootOf('/u/token')).toBe('../');
  expect(rootOf('/campaigns/n1/sends/4')).toBe('../../../');
});
