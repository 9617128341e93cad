import { describe, expect, test } from 'vitest';
import { consoleAccess, isOwnForm } from '../../src/web/console/access.ts';
import { createPatience } from '../../src/web/console/patience.ts';
import { localPath } from '../../src/web/console/people/sign-in.ts';
import { createSessions } from '../../src/web/console/session.ts';
import { pickLanguage } from '../../src/web/language.ts';
import { rootOf } from '../../src/web/root.ts';

const here = {
  canSignIn: false,
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
    canSignIn: true,
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
  const here = { now, secure: false };
  const sessions = createSessions('secret', 'correct horse');
  const kim = { who: 'kim@orvelin.example', accountId: 7, round: 3 };
  const cookieOf = (all: string[]) => all.map((one) => one.split(';')[0]).join('; ');
  const cookie = cookieOf(sessions.start({ ...kim, ...here }));
  const admin = cookieOf(sessions.start({ who: '', accountId: null, round: 0, ...here }));

  test('hold for a working day, and say whose they are', () => {
    const later = (hours: number) => ({ ...here, now: new Date(now.getTime() + hours * 3_600_000) });
    expect(sessions.read(`other=1; ${cookie}`, later(11))).toMatchObject({ accountId: 7, round: 3 });
    expect(sessions.read(admin, here)).toMatchObject({ accountId: null });
    expect(sessions.read(cookie, later(12))).toBeNull();
  });

  test('are new at each sign-in', () => {
    const again = cookieOf(sessions.start({ ...kim, ...here }));
    expect(sessions.read(again, here)?.number).not.toBe(sessions.read(cookie, here)?.number);
  });

  test('cannot be prolonged, invented, turned into somebody else’s, or kept past a new password', () => {
    expect(sessions.read(cookie.replace(/=\d/, '=9'), here)).toBeNull();
    expect(sessions.read(cookie.replace('.7.3.', '.8.3.'), here)).toBeNull();
    expect(sessions.read(cookie.replace('.7.3.', '.password.0.'), here)).toBeNull();
    for (const forged of ['', '.', '99999999999999.', '99999999999999.7.3.abc.', undefined])
      expect(sessions.read(forged === undefined ? forged : `spielbein_session=${forged}`, here)).toBeNull();
    expect(createSessions('secret', 'another').read(admin, here)).toBeNull();
    expect(createSessions('secret', null).read(admin, here)).toBeNull();
    expect(createSessions('other', 'correct horse').read(cookie, here)).toBeNull();
  });

  test('are no other cookies of ours under another name', () => {
    const device = /spielbein_device=([^;]+)/.exec(cookie)?.[1] ?? '';
    const trip = sessions.keepTrip({ state: 'x' }, here).split(';')[0]?.split('=')[1] ?? '';
    for (const value of [device, trip]) expect(sessions.read(`spielbein_session=${value}`, here)).toBeNull();
    expect(sessions.trip(`spielbein_sso=${device}`, here)).not.toMatchObject({ state: 'x' });
  });

  test('are out of reach of scripts, foreign sites and, over https, of neighbouring hosts', () => {
    for (const one of sessions.start({ ...kim, now, secure: true }))
      expect(one).toMatch(
        /^__Host-spielbein_\w+=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/,
      );
    expect(sessions.read(cookie, { now, secure: true })).toBeNull();
  });

  test('make a browser known to those who signed in with it, and to nobody else', () => {
    expect(sessions.device(cookie, { who: kim.who, ...here })).toMatch(/^[\w-]{12}$/);
    expect(sessions.device(cookie, { who: 'robin@orvelin.example', ...here })).toBeNull();
  });
});

describe('guessing passwords', () => {
  const stranger = { who: 'kim', device: null };
  const wrong = async () => null;
  const right = async () => true;

  test('gets slower with every wrong try, until one is right', async () => {
    const waits: number[] = [];
    const patience = createPatience(async (ms) => waits.push(ms));
    for (let i = 0; i < 8; i++) expect(await patience.attempt(stranger, wrong)).toBeNull();
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(await patience.attempt(stranger, right)).toBe(true);
    await patience.attempt(stranger, wrong);
    expect(waits.at(-1)).toBe(250);
  });

  test('is no faster in parallel', async () => {
    let open = () => {};
    const patience = createPatience(() => new Promise<void>((resolve) => (open = resolve)));
    let looked = 0;
    const tries = Array.from({ length: 30 }, () =>
      patience.attempt(stranger, async () => {
        looked += 1;
        return null;
      }),
    );
    expect((await Promise.all(tries.slice(10))).every((result) => result === 'busy')).toBe(true);
    for (let i = 0; i < 10; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(looked).toBe(i + 1);
      open();
      await tries[i];
    }
    expect(looked).toBe(10);
  });

  test('holds up neither the owner in a browser of their own, nor anybody else', async () => {
    const patience = createPatience(() => new Promise<void>(() => {}));
    const guesses = Array.from({ length: 30 }, () => patience.attempt(stranger, wrong));
    expect(await guesses.at(-1)).toBe('busy');
    expect(await patience.attempt({ who: 'kim', device: 'known' }, right)).toBe(true);
    expect(await patience.attempt({ who: 'robin', device: null }, right)).toBe(true);
  });

  test('at many accounts at once is turned away before it keeps the processor busy', async () => {
    const patience = createPatience(async () => {});
    const never = new Promise<null>(() => {});
    const tries = Array.from({ length: 41 }, (_, i) =>
      patience.attempt({ who: `${i}`, device: null }, () => never),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(await patience.attempt({ who: 'one more', device: null }, right)).toBe('busy');
    expect(tries).toHaveLength(41);
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
