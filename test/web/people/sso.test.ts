import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readRoleMapping } from '../../../src/config/oidc.ts';
import { Secret } from '../../../src/config.ts';
import { AT_THIS_MACHINE } from '../../../src/domain/person.ts';
import { closeAccount, findAccount } from '../../../src/people/accounts.ts';
import { createWeb } from '../../../src/web/web.ts';
import { testDatabase } from '../../stands/database.ts';
import { webStand } from '../stand.ts';
import { type Known, startProvider } from './provider.ts';
import { browserAt, INSTALLATION, person } from './stand.ts';

const PUBLIC = 'http://localhost:3000';
const { db } = await testDatabase();
let provider: Awaited<ReturnType<typeof startProvider>>;
beforeAll(async () => {
  provider = await startProvider(`${PUBLIC}/sign-in/sso/callback`);
});
afterAll(() => provider.close());

let number = 0;
const known = (given: Partial<Known> = {}): Known => {
  number += 1;
  const sub = `sub-${number}`;
  const email = `sso${number}@firma.example`;
  return { sub, email, email_verified: true, name: `Mensch ${number}`, groups: [], ...given };
};

async function open() {
  const { options } = await webStand(db, { password: INSTALLATION });
  const app = await createWeb({
    ...options,
    // identity providers look at the real time
    now: () => new Date(),
    config: {
      ...options.config,
      oidc: {
        issuer: provider.issuer,
        clientId: 'spielbein',
        clientSecret: new Secret('a secret of the tests'),
        roles: readRoleMapping('groups:marketing=marketer,admins=admin'),
      },
    },
  });
  onTestFinished(() => app.close());
  return app;
}

/** Signs in at the provider. @returns the browser, and what the console answered to its coming back */
async function signIn(who: Known | null, next = '/campaigns') {
  const app = await open();
  const browser = browserAt(app);
  provider.lets(who);
  const leaves = await browser.get(`/sign-in/sso?next=${encodeURIComponent(next)}`);
  const back = new URL(await provider.visit(String(leaves.headers.location)));
  const answer = await browser.get(back.pathname + back.search);
  return { app, browser, answer, back };
}

describe('single sign-on', () => {
  test('lets in whom the company’s groups give a role, and makes their account', async () => {
    const who = known({ groups: ['staff', 'marketing'] });
    const { browser, answer } = await signIn(who);
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '../../campaigns']);
    expect((await browser.get('/me')).body).toContain(who.email);
    expect((await browser.get('/people')).statusCode).toBe(403);
    expect(await findAccount(db, who.email)).toMatchObject({
      role: 'marketer',
      roleBySso: true,
      hasSso: true,
    });
  });

  test('follows the groups: up, down, and out', async () => {
    const who = known({ groups: ['marketing'] });
    const { browser } = await signIn(who);
    const higher = await signIn({ ...who, groups: ['admins'] });
    expect((await higher.browser.get('/people')).statusCode).toBe(200);
    const out = await signIn({ ...who, groups: [] });
    expect(out.answer.statusCode).toBe(403);
    // sessions elsewhere are over as well
    expect((await browser.get('/')).statusCode).toBe(401);
    expect((await higher.browser.get('/')).statusCode).toBe(401);
  });

  test('knows people by who they are, not by an address that others could claim', async () => {
    const colleague = await person(db, 'admin');
    const unverified = await signIn(
      known({ email: colleague.email, email_verified: false, groups: ['admins'] }),
    );
    expect(unverified.answer.statusCode).toBe(403);
    const first = await signIn(known({ email: colleague.email }));
    expect(first.answer.statusCode).toBe(303);
    const second = await signIn(known({ email: colleague.email.toUpperCase(), groups: ['admins'] }));
    expect(second.answer.statusCode).toBe(403);
  });

  test('keeps out who has no role, and whose account is closed', async () => {
    expect((await signIn(known())).answer.statusCode).toBe(403);
    const who = known({ groups: ['marketing'] });
    await signIn(who);
    const account = await findAccount(db, who.email);
    await closeAccount(db, { id: account?.id ?? 0, by: AT_THIS_MACHINE, now: new Date() });
    expect((await signIn(who)).answer.statusCode).toBe(403);
  });

  test('is refused when the provider refuses, and says so', async () => {
    const { answer } = await signIn(null);
    expect(answer.statusCode).toBe(403);
    expect(answer.body).toContain('Der Anmeldedienst Ihrer Firma hat Sie nicht durchgelassen.');
  });

  test('takes an answer once, and only in the browser that asked', async () => {
    const { app, browser, back } = await signIn(known({ groups: ['admins'] }));
    const callback = back.pathname + back.search;
    // again in the same browser: the trip is over
    expect((await browser.get(callback)).statusCode).toBe(403);
    // in a stranger's, who was sent the link
    expect((await browserAt(app).get(callback)).statusCode).toBe(403);
    // in one that is on a trip of its own: another state
    const other = browserAt(app);
    await other.get('/sign-in/sso');
    expect((await other.get(callback)).statusCode).toBe(403);
    expect((await other.get('/')).statusCode).toBe(401);
  });

  test.each(['https://evil.example/', '//evil.example', '/\\evil.example'])(
    'leads nowhere else afterwards: %s',
    async (next) => {
      const { answer } = await signIn(known({ groups: ['marketing'] }), next);
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '../../']);
    },
  );

  test('says kindly when the provider can’t be reached', async () => {
    const { options } = await webStand(db, { password: INSTALLATION });
    const app = await createWeb({
      ...options,
      config: {
        ...options.config,
        oidc: { issuer: 'http://127.0.0.1:1', clientId: 'x', clientSecret: null, roles: null },
      },
    });
    const answer = await browserAt(app).get('/sign-in/sso');
    expect(answer.statusCode).toBe(502);
    expect(answer.body).toContain('role="alert"');
    await app.close();
  });
});
