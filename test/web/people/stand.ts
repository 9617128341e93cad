import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { Database } from '../../../src/db/connect.ts';
import type { Role } from '../../../src/domain/person.ts';
import { AT_THIS_MACHINE } from '../../../src/domain/person.ts';
import { addAccount } from '../../../src/people/accounts.ts';

export const PASSWORD = 'ein ganz langes Kennwort';
export const INSTALLATION = 'correct horse battery';
/** What a browser says of a form of our own. */
export const OWN = { host: 'localhost:3000', 'sec-fetch-site': 'same-origin' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let number = 0;

/** An account with PASSWORD. */
export async function person(db: Database, role: Role, name = `Person ${number + 1}`) {
  number += 1;
  const email = `p${number}@firma.example`;
  const { account } = await addAccount(db, {
    email,
    name,
    role,
    password: PASSWORD,
    by: AT_THIS_MACHINE,
    now: new Date('2026-10-01T00:00:00Z'),
  });
  return { ...account, email };
}

/** A browser: sends forms as ours and keeps the session's cookie. */
export function browserAt(app: FastifyInstance, cookie = '') {
  let kept = cookie;
  const keep = (answer: LightMyRequestResponse) => {
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const pair = line.split(';')[0] ?? '';
      const name = pair.split('=')[0] ?? '';
      const others = kept.split('; ').filter((each) => each !== '' && !each.startsWith(`${name}=`));
      kept = [...others, ...(line.includes('Max-Age=0') ? [] : [pair])].join('; ');
    }
    return answer;
  };
  const headers = () => ({ ...OWN, ...(kept === '' ? {} : { cookie: kept }) });
  return {
    cookie: () => kept,
    get: async (url: string, more: Record<string, string> = {}) =>
      keep(await app.inject({ url, headers: { ...headers(), ...more } })),
    post: async (
      url: string,
      fields: Record<string, string> | readonly (readonly [string, string])[] = {},
      more: Record<string, string> = {},
    ) =>
      keep(
        await app.inject({
          method: 'POST',
          url,
          headers: { ...headers(), ...FORM, ...more },
          payload: new URLSearchParams(fields as Record<string, string>).toString(),
        }),
      ),
  };
}

/** Somebody signed in with PASSWORD. */
export async function signedIn(app: FastifyInstance, email: string) {
  const browser = browserAt(app);
  const answer = await browser.post('/sign-in', { email, password: PASSWORD });
  if (answer.statusCode !== 303) throw new Error(`not signed in: ${answer.statusCode}`);
  return browser;
}

export interface Route {
  method: string;
  url: string;
  config: { role?: Role; signingIn?: boolean };
}

/** All routes of the servers that `open` makes. */
export async function routesWhile<T>(open: () => Promise<T>): Promise<{ made: T; routes: Route[] }> {
  const routes: Route[] = [];
  const listen = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url, config }) => {
      for (const each of [method].flat()) routes.push({ method: each, url, config: config ?? {} });
    });
  subscribe('fastify.initialization', listen);
  try {
    return { made: await open(), routes };
  } finally {
    unsubscribe('fastify.initialization', listen);
  }
}
