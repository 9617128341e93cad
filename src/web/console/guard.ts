import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AT_THIS_MACHINE, mayAs, NOBODY, type Person, type Role } from '../../domain/person.ts';
import { hasAccounts, sessionStanding } from '../../people/sessions.ts';
import type { WebContext } from '../context.ts';
import { CONSOLE_HEADERS } from '../headers.ts';
import { consoleAccess, isOwnForm } from './access.ts';
import { sendConsole } from './page.ts';
import { sendSignIn, signInRoutes } from './people/sign-in.ts';
import { ssoRoutes } from './people/sso.ts';
import { createSessions, isSecure, type Session, type Sessions } from './session.ts';

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whoever may come here; `viewer` to look and `marketer` to change something, unless it is said. */
    role?: Role;
    /** Where people sign in: open to whoever may sign in at all. */
    signingIn?: boolean;
  }
  interface FastifyRequest {
    /** Who is at work, on every page of the console. */
    person: Person;
    /** How they signed in; null: whoever sits at this machine, or nobody. */
    session: Session | null;
  }
}

/** Who has signed in with an installation's password; accounts have names of their own. */
const ADMIN: Person = { accountId: null, name: 'Admin', role: 'admin' };

/** The role that a route asks for. */
export const neededRole = (method: string, config: { role?: Role }): Role =>
  config.role ?? (UNSAFE.has(method) ? 'marketer' : 'viewer');

/** Keeps everybody out of the console who does not belong there, and lets people sign in and out. */
export function guardConsole(app: FastifyInstance, context: WebContext): void {
  const { password, publicUrl, oidc } = context.config;
  const sessions = createSessions(context.secret, password?.reveal() ?? null);

  app.decorateRequest('person');
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(CONSOLE_HEADERS);
    request.person = NOBODY;
    const who = await signedIn(context, sessions, request);
    const access = consoleAccess({
      canSignIn: Boolean(password || oidc || who) || (await hasAccounts(context.db, { sso: Boolean(oidc) })),
      signedIn: who !== null,
      peer: request.socket.remoteAddress,
      headers: request.headers,
      publicUrl,
    });
    const { config } = request.routeOptions;
    if (access === 'sign_in' && !config.signingIn) {
      const next = request.method === 'GET' ? request.url : '/';
      return sendSignIn(context, request, reply, { status: 401, next });
    }
    if (access !== 'open' && access !== 'sign_in') return refuse(context, request, reply, access);
    if (access === 'open') {
      request.person = who?.person ?? AT_THIS_MACHINE;
      request.session = who?.session ?? null;
      if (!mayAs(request.person.role, neededRole(request.method, config)))
        return refuse(context, request, reply, 'role');
    }
    if (UNSAFE.has(request.method) && !isOwnForm(request.headers, publicUrl))
      return refuse(context, request, reply, 'foreign_form');
  });
  signInRoutes(app, context, sessions);
  if (oidc) ssoRoutes(app, context, { oidc, sessions });
}

/** Whoever the cookie speaks for, with the name and role that they have at this moment. */
async function signedIn(
  context: WebContext,
  sessions: Sessions,
  request: FastifyRequest,
): Promise<{ person: Person; session: Session } | null> {
  const secure = isSecure(request.headers, context.config.publicUrl);
  const session = sessions.read(request.headers.cookie, { now: context.now(), secure });
  if (session === null) return null;
  const { accountId } = session;
  const { ended, account } = await sessionStanding(context.db, session);
  if (ended) return null;
  if (accountId === null) return { person: ADMIN, session };
  return account && { person: { accountId, ...account }, session };
}

function refuse(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  access: string,
): Promise<FastifyReply> {
  context.log('console_refused', { reason: access });
  return sendConsole(context, request, reply, {
    name: 'refused',
    place: null,
    status: 403,
    data: { access },
  });
}
