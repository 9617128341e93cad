import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AT_THIS_MACHINE, mayAs, NOBODY, type Person, type Role } from '../../domain/person.ts';
import type { WebContext } from '../context.ts';
import { CONSOLE_HEADERS } from '../headers.ts';
import { rootOf } from '../root.ts';
import { consoleAccess, isOwnForm } from './access.ts';
import { sendConsole } from './page.ts';
import { createPatience } from './patience.ts';
import { createSessions, type Sessions } from './session.ts';

const form = z.object({ password: z.string().min(1).max(1000), next: z.string().max(2000).default('/') });
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whoever may come here; `viewer` to look and `marketer` to change something, unless it is said. */
    role?: Role;
  }
  interface FastifyRequest {
    /** Who is at work, on every page of the console. */
    person: Person;
  }
}

/** Keeps everybody out of the console who does not belong there, and lets people sign in and out. */
export function guardConsole(app: FastifyInstance, context: WebContext): void {
  const { password, publicUrl } = context.config;
  const sessions = password ? createSessions(context.secret, password.reveal()) : null;

  app.decorateRequest('person');
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(CONSOLE_HEADERS);
    request.person = NOBODY;
    const access = consoleAccess({
      hasPassword: sessions !== null,
      signedIn: sessions?.isValid(request.headers.cookie, context.now()) ?? false,
      peer: request.socket.remoteAddress,
      headers: request.headers,
      publicUrl,
    });
    const signingIn = request.routeOptions.url === '/sign-in';
    if (access === 'sign_in' && !signingIn) {
      const next = request.method === 'GET' ? request.url : '/';
      return sendSignIn(context, request, reply, { status: 401, next });
    }
    if (access !== 'open' && access !== 'sign_in') {
      context.log('console_refused', { reason: access });
      return sendConsole(context, request, reply, {
        name: 'refused',
        place: null,
        status: 403,
        data: { access },
      });
    }
    request.person = AT_THIS_MACHINE;
    const needed = request.routeOptions.config.role ?? (UNSAFE.has(request.method) ? 'marketer' : 'viewer');
    if (access === 'open' && !mayAs(request.person.role, needed)) {
      context.log('console_refused', { reason: 'role' });
      return sendConsole(context, request, reply, {
        name: 'refused',
        place: null,
        status: 403,
        data: { access: 'role' },
      });
    }
    if (UNSAFE.has(request.method) && !isOwnForm(request.headers, publicUrl)) {
      context.log('console_refused', { reason: 'foreign_form' });
      return sendConsole(context, request, reply, {
        name: 'refused',
        place: null,
        status: 403,
        data: { access: 'foreign_form' },
      });
    }
  });
  if (sessions) signInRoutes(app, context, sessions);
}

function signInRoutes(app: FastifyInstance, context: WebContext, sessions: Sessions): void {
  const patience = createPatience();

  app.get('/sign-in', (request, reply) => sendSignIn(context, request, reply, { status: 200, next: '/' }));

  app.post('/sign-in', async (request, reply) => {
    const posted = form.safeParse(request.body ?? {});
    const { password, next } = posted.success ? posted.data : { password: '', next: '/' };
    const right = await patience.attempt(() => sessions.isPassword(password));
    if (right !== true) {
      context.log('sign_in', { ok: false });
      const status = right === 'busy' ? 429 : 401;
      return sendSignIn(context, request, reply, {
        status,
        next,
        wrong: right === false,
        busy: right === 'busy',
      });
    }
    context.log('sign_in', { ok: true });
    return reply
      .header('set-cookie', sessions.start({ now: context.now(), secure: isSecure(request, context) }))
      .redirect(localPath(next, rootOf(request.url)), 303);
  });

  app.post('/sign-out', (request, reply) =>
    reply.header('set-cookie', sessions.end()).redirect(rootOf(request.url), 303),
  );
}

function sendSignIn(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { status: number; next: string; wrong?: boolean; busy?: boolean },
): Promise<FastifyReply> {
  const { status, ...data } = given;
  return sendConsole(context, request, reply, { name: 'sign-in', place: null, status, data });
}

/** Where to go after signing in: a path of this console, whatever the form says; else the top. */
export function localPath(next: string, root: string): string {
  const base = 'http://console';
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next) || !URL.canParse(next, base)) return root;
  const url = new URL(next, base);
  return url.origin === base ? `${root}${url.pathname.replace(/^\/+/, '')}${url.search}` : root;
}

/** Cookies are marked Secure when the console was reached under a public https address. */
function isSecure(request: FastifyRequest, context: WebContext): boolean {
  const url = new URL(context.config.publicUrl);
  return (
    url.protocol === 'https:' &&
    (request.headers.host === url.host || request.headers['x-forwarded-proto'] === 'https')
  );
}
