import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { AT_THIS_MACHINE } from '../../../src/domain/person.ts';
import { changeRole, closeAccount, resetPassword } from '../../../src/people/accounts.ts';
import { createSessions } from '../../../src/web/console/session.ts';
import { testDatabase } from '../../stands/database.ts';
import { SECRET, webStand } from '../stand.ts';
import { browserAt, INSTALLATION, PASSWORD, person, signedIn } from './stand.ts';

const { db } = await testDatabase();
const by = { by: AT_THIS_MACHINE, now: new Date('2026-10-12T09:00:00Z') };

describe('a session', () => {
  test('is new at each sign-in; one that was planted before is worth nothing', async () => {
    const { app } = await webStand(db, { password: INSTALLATION });
    const { email } = await person(db, 'marketer');
    // somebody else's session, put into the browser before its owner signs in
    const attacker = await signedIn(app, (await person(db, 'viewer')).email);
    const planted = attacker.cookie();
    const victim = browserAt(app, planted);
    await victim.post('/sign-in', { email, password: PASSWORD });
    expect(victim.cookie()).not.toBe(planted);
    expect((await victim.get('/me')).body).toContain(email);
    // whoever planted it is out, and certainly not somebody else
    expect((await attacker.get('/me')).statusCode).toBe(401);
    // what is made up was not signed by us
    for (const made of ['spielbein_session=1', 'spielbein_session=9999999999999.1.1.abc.abc'])
      expect((await browserAt(app, made).get('/')).statusCode).toBe(401);
  });

  test('ends when its owner signs out: the cookie opens nothing any more', async () => {
    const { app } = await webStand(db, { password: INSTALLATION });
    const browser = await signedIn(app, (await person(db, 'viewer')).email);
    const stolen = browserAt(app, browser.cookie());
    expect((await stolen.get('/')).statusCode).toBe(200);
    await browser.post('/sign-out');
    expect((await stolen.get('/')).statusCode).toBe(401);
  });

  test('ends after a working day', async () => {
    const { app, clock } = await webStand(db, { password: INSTALLATION });
    const browser = await signedIn(app, (await person(db, 'viewer')).email);
    clock.advance(11.9 * 3_600_000);
    expect((await browser.get('/')).statusCode).toBe(200);
    clock.advance(0.2 * 3_600_000);
    expect((await browser.get('/')).statusCode).toBe(401);
  });

  test('has the role that its owner has at this moment', async () => {
    const { app } = await webStand(db, { password: INSTALLATION });
    await person(db, 'admin');
    const { id, email } = await person(db, 'admin');
    const browser = await signedIn(app, email);
    expect((await browser.get('/people')).statusCode).toBe(200);
    await changeRole(db, { ...by, id, role: 'viewer', was: 'admin' });
    expect((await browser.get('/people')).statusCode).toBe(403);
    expect((await browser.get('/')).statusCode).toBe(200);
  });

  test.each([
    ['the account is closed', (id: number) => closeAccount(db, { ...by, id })],
    ['the password is set anew', (id: number) => resetPassword(db, { ...by, id })],
  ])('ends at once when %s', async (_, change) => {
    const { app } = await webStand(db, { password: INSTALLATION });
    const { id, email } = await person(db, 'marketer');
    const browser = await signedIn(app, email);
    await change(id);
    expect((await browser.get('/')).statusCode).toBe(401);
    const again = await browserAt(app).post('/sign-in', { email, password: PASSWORD });
    expect(again.statusCode).toBe(401);
  });

  test('can’t be turned into another one', () => {
    const sessions = createSessions(SECRET, INSTALLATION);
    const now = new Date();
    const facts = { now, secure: false };
    const [session = '', device = ''] = sessions.start({ who: 'x', accountId: 7, round: 1, ...facts });
    const value = session.split(';')[0] ?? '';
    expect(sessions.read(value, facts)).toMatchObject({ accountId: 7, round: 1 });
    const parts = value.slice('spielbein_session='.length).split('.');
    for (const [at, other] of [
      [0, String(now.getTime() + 1e12)],
      [1, '1'],
      [1, 'password'],
      [2, '2'],
      [3, 'another'],
    ] as const) {
      const forged = parts.with(at, other).join('.');
      expect(sessions.read(`spielbein_session=${forged}`, facts)).toBeNull();
    }
    // a cookie of another kind, and a session of another installation
    const asSession = (device.split(';')[0] ?? '').replace('spielbein_device', 'spielbein_session');
    expect(sessions.read(asSession, facts)).toBeNull();
    expect(createSessions('another secret', INSTALLATION).read(value, facts)).toBeNull();
    // over https only the name that browsers take from this very host
    expect(sessions.read(value, { now, secure: true })).toBeNull();
    expect(sessions.start({ who: 'x', accountId: 7, round: 1, now, secure: true })[0]).toMatch(
      /^__Host-spielbein_session=.*; Path=\/; .*HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  test('of the installation’s password ends with that password', () => {
    const facts = { now: new Date(), secure: false };
    const [session = ''] = createSessions(SECRET, 'old').start({
      who: '',
      accountId: null,
      round: 0,
      ...facts,
    });
    expect(createSessions(SECRET, 'old').read(session.split(';')[0], facts)).not.toBeNull();
    expect(createSessions(SECRET, 'new').read(session.split(';')[0], facts)).toBeNull();
    expect(createSessions(SECRET, null).read(session.split(';')[0], facts)).toBeNull();
  });
});

describe('signing in', () => {
  test('says the same of a wrong password and of an account that does not exist', async () => {
    const { app, logged } = await webStand(db, { password: INSTALLATION });
    const { email } = await person(db, 'viewer');
    const of = async (address: string) => {
      const answer = await browserAt(app).post('/sign-in', {
        email: address,
        password: 'falsch und lang genug',
      });
      return [answer.statusCode, answer.body.replaceAll(address, '')];
    };
    expect(await of(email)).toEqual(await of('niemand@firma.example'));
    expect(JSON.stringify(logged)).not.toContain('firma.example');
  });

  test('tries an address that no account can have for nobody, in no lane of an account', async () => {
    const { app } = await webStand(db, { password: INSTALLATION });
    const { email } = await person(db, 'viewer');
    // PostgreSQL's lower case makes a k of the Kelvin sign, and an i of the dotted İ
    await sql`update accounts set email = ${`ki${email}`} where email = ${email}`.execute(db);
    const of = async (address: string) => {
      const answer = await browserAt(app).post('/sign-in', { email: address, password: PASSWORD });
      return [answer.statusCode, answer.body.replaceAll(address, '')];
    };
    const unknown = await of('niemand@firma.example');
    expect(unknown[0]).toBe(401);
    expect(await of(`\u212ai${email}`)).toEqual(unknown);
    expect(await of(`k\u0130${email}`)).toEqual(unknown);
    expect((await of(`KI${email}`))[0]).toBe(303);
  });

  test('refuses a form with a character that PostgreSQL has no place for', async () => {
    const { app } = await webStand(db, { password: INSTALLATION });
    for (const fields of [
      { email: 'a\0@firma.example', password: PASSWORD },
      { password: INSTALLATION, 'ne\0xt': '/' },
      [
        ['password', INSTALLATION],
        ['next', '/'],
        ['next', '\0'],
      ] as const,
    ])
      expect((await browserAt(app).post('/sign-in', fields)).statusCode).toBe(400);
  });

  test.each([
    ['https://evil.example/', './'],
    ['//evil.example', './'],
    ['/\\evil.example', './'],
    ['javascript:alert(1)', './'],
    ['/\t/evil.example', './'],
    ['/campaigns?state=draft', './campaigns?state=draft'],
  ])('leads nowhere else: %s', async (next, location) => {
    const { app } = await webStand(db, { password: INSTALLATION });
    const answer = await browserAt(app).post('/sign-in', { password: INSTALLATION, next });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, location]);
  });
});

describe('people', () => {
  test('with hostile names are shown as they are written, and nowhere as HTML', async () => {
    const { app } = await webStand(db, { password: INSTALLATION });
    const hostile = `<img src=x onerror="alert(1)">`;
    const { email } = await person(db, 'admin', hostile);
    const browser = await signedIn(app, email);
    for (const url of ['/people', '/me', '/']) {
      const { body } = await browser.get(url);
      expect(body).not.toContain('<img src=x');
      expect(body).toContain('&lt;img src&#x3D;x');
    }
  });

  test('who change the same account at once: the second is told, and nothing is lost', async () => {
    const { app } = await webStand(db, { password: INSTALLATION });
    const { id } = await person(db, 'viewer');
    const [one, two] = await Promise.all(
      ['A', 'B'].map(async (name) => signedIn(app, (await person(db, 'admin', name)).email)),
    );
    const answers = await Promise.all([
      one?.post(`/people/${id}/role`, { role: 'marketer', was: 'viewer' }),
      two?.post(`/people/${id}/role`, { role: 'admin', was: 'viewer' }),
    ]);
    expect(answers.map((answer) => answer?.statusCode).sort()).toEqual([303, 409]);
    const acts = await db
      .selectFrom('audit_log')
      .select('detail')
      .where('subject', '=', String(id))
      .where('action', '=', 'account_changed')
      .execute();
    expect(acts).toHaveLength(1);
  });

  test('can’t write the log in a colleague’s name, and stay the same account under another', async () => {
    const { app } = await webStand(db, { password: INSTALLATION });
    await person(db, 'marketer', 'Mona Muster');
    const own = await person(db, 'admin', 'Nils Neu');
    const browser = await signedIn(app, own.email);
    for (const name of ['Mona Muster', ' mona  MUSTER', 'Admin', 'admin'])
      expect([name, (await browser.post('/me/name', { name })).statusCode]).toEqual([name, 409]);
    expect((await browser.post('/me/name', { name: 'Mona Muster' })).body).toContain(
      'So heißt hier schon jemand',
    );
    const add = (name: string) =>
      browser.post('/people/add', { email: 'x@firma.example', name, role: 'viewer' });
    expect((await add('Mona Muster')).statusCode).toBe(409);
    expect((await browser.post('/me/name', { name: 'Nils Neumann' })).statusCode).toBe(303);
    const act = await db.selectFrom('audit_log').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow();
    expect(act).toMatchObject({
      who: 'Nils Neu',
      account_id: own.id,
      detail: { name: 'Nils Neumann', was: 'Nils Neu' },
    });
    expect((await browser.get('/operations/audit')).body).toContain(`(Konto ${own.id})`);
  });

  test('who are the last two admins can’t close or demote each other at once', async () => {
    const { app } = await webStand(db, { password: INSTALLATION });
    for (const way of ['close', 'role'] as const) {
      await db.updateTable('accounts').set({ role: 'viewer' }).execute();
      const [one, two] = [await person(db, 'admin'), await person(db, 'admin')];
      const [atOne, atTwo] = [await signedIn(app, one.email), await signedIn(app, two.email)];
      const form = { role: 'viewer', was: 'admin' };
      const answers = await Promise.all([
        atOne.post(`/people/${two.id}/${way}`, form),
        atTwo.post(`/people/${one.id}/${way}`, form),
      ]);
      // whoever was quick enough may already have shut the other out
      expect(answers.filter(({ statusCode }) => statusCode === 303)).toHaveLength(1);
      const left = await db
        .selectFrom('accounts')
        .select('id')
        .where('role', '=', 'admin')
        .where('closed_at', 'is', null)
        .execute();
      expect(left).toHaveLength(1);
      const last = left[0]?.id ?? 0;
      for (const again of [
        () => changeRole(db, { ...by, id: last, role: 'marketer', was: 'admin' }),
        () => closeAccount(db, { ...by, id: last }),
      ])
        await expect(again()).rejects.toMatchObject({ code: 'last_admin' });
    }
  });

  test('can’t lift themselves: own role, own closing, another’s password', async () => {
    const { app } = await webStand(db, { password: INSTALLATION });
    const viewer = await person(db, 'viewer');
    const other = await person(db, 'admin');
    const browser = await signedIn(app, viewer.email);
    for (const url of [
      `/people/${viewer.id}/role`,
      `/people/${other.id}/password`,
      `/people/${other.id}/close`,
    ]) {
      const answer = await browser.post(url, { role: 'admin', was: 'viewer', round: '1' });
      expect([url, answer.statusCode]).toEqual([url, 403]);
    }
    const admin = await signedIn(app, other.email);
    expect((await admin.post(`/people/${other.id}/role`, { role: 'viewer', was: 'admin' })).statusCode).toBe(
      409,
    );
    expect((await admin.post(`/people/${other.id}/close`)).statusCode).toBe(409);
  });
});
