import { beforeAll, describe, expect, test } from 'vitest';
import { ROLES, type Role } from '../../../src/domain/person.ts';
import { neededRole } from '../../../src/web/console/guard.ts';
import { testDatabase } from '../../stands/database.ts';
import { seedSend, webStand } from '../stand.ts';
import { browserAt, INSTALLATION, person, type Route, routesWhile, signedIn } from './stand.ts';

/** What is for recipients and for programs: no person of the house signs in there. */
const OTHERS = /^\/(a|c|u|p|q|webhooks|assets|pictures|healthz|readyz|metrics|api)(\/|$)/;
/** Where anybody may come, to sign in. */
const DOORS = /^\/sign-in(\/|$)/;

const { db } = await testDatabase();

describe('every route of the console', async () => {
  const stand = async () => routesWhile(() => webStand(db, { password: INSTALLATION }));
  const consoleRoutes = (routes: Route[]) =>
    routes.filter(({ method, url }) => method !== 'HEAD' && method !== 'OPTIONS' && !OTHERS.test(url));
  const addressOf = ({ url }: Route) => url.replace(/:\w+/g, '1').replace('*', 'x');
  const people = new Map<Role, string>();

  beforeAll(async () => {
    await seedSend(db);
    for (const role of ROLES) people.set(role, (await person(db, role)).email);
  });

  test('asks who it is', async () => {
    const { made, routes } = await stand();
    const open: string[] = [];
    for (const route of consoleRoutes(routes)) {
      if (DOORS.test(route.url)) continue;
      const browser = browserAt(made.app);
      const answer =
        route.method === 'GET'
          ? await browser.get(addressOf(route))
          : await made.app.inject({
              method: route.method as 'POST',
              url: addressOf(route),
              headers: { host: 'localhost:3000', 'sec-fetch-site': 'same-origin' },
            });
      if (answer.statusCode !== 401) open.push(`${route.method} ${route.url}: ${answer.statusCode}`);
    }
    expect(open).toEqual([]);
    expect(consoleRoutes(routes).length).toBeGreaterThan(60);
  });

  test.each(['viewer', 'marketer'] as const)('refuses what a %s may not do', async (role) => {
    const { made, routes } = await stand();
    const browser = await signedIn(made.app, people.get(role) ?? '');
    const let_in: string[] = [];
    let asked = 0;
    for (const route of consoleRoutes(routes)) {
      const needed = neededRole(route.method, route.config);
      if (DOORS.test(route.url) || ROLES.indexOf(needed) <= ROLES.indexOf(role)) continue;
      asked += 1;
      const url = addressOf(route);
      const answer = route.method === 'GET' ? await browser.get(url) : await browser.post(url);
      if (answer.statusCode !== 403) let_in.push(`${route.method} ${route.url}: ${answer.statusCode}`);
    }
    expect(let_in).toEqual([]);
    expect(asked).toBeGreaterThan(5);
  });

  test('takes forms of its own pages only, whoever is signed in', async () => {
    const { made, routes } = await stand();
    const browser = await signedIn(made.app, people.get('admin') ?? '');
    const taken: string[] = [];
    for (const route of consoleRoutes(routes).filter(({ method }) => method === 'POST')) {
      for (const foreign of [
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': '', origin: 'https://evil.example' },
        { 'sec-fetch-site': '', origin: 'null' },
      ]) {
        const answer = await browser.post(addressOf(route), {}, foreign);
        if (answer.statusCode !== 403) taken.push(`${route.url}: ${answer.statusCode}`);
      }
    }
    expect(taken).toEqual([]);
  });

  test('sends a strict policy and is never kept or framed', async () => {
    const { made } = await stand();
    const browser = await signedIn(made.app, people.get('admin') ?? '');
    for (const url of ['/', '/campaigns', '/people', '/customers', '/me']) {
      const { headers } = await browser.get(url);
      expect(String(headers['content-security-policy'])).toMatch(
        /default-src 'none'.*frame-ancestors 'none'/,
      );
      expect(String(headers['content-security-policy'])).not.toMatch(/unsafe-(inline|eval)/);
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    }
  });
});
