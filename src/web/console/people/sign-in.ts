import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { accountByPassword } from '../../../people/accounts.ts';
import { recordAct } from '../../../people/audit.ts';
import { endSession } from '../../../people/sessions.ts';
import type { WebContext } from '../../context.ts';
import { rootOf } from '../../root.ts';
import { sendConsole } from '../page.ts';
import { createPatience } from '../patience.ts';
import { isSecure, type Session, type Sessions } from '../session.ts';

const form = z.object({
  email: z.string().trim().max(254).default('').catch(''),
  password: z.string().min(1).max(1000),
  next: z.string().max(2000).default('/').catch('/'),
});
/**
 * Accounts' addresses are plain ASCII. Others, which lower case may make the same in one place and not in another (İ),
 * are tried for nobody, all in one lane: none of them is another lane to an account.
 */
const PLAIN = /^[\x21-\x7e]*$/;
const NOBODYS = '@';
const asked = z.object({ next: z.string().max(2000).default('/').catch('/') });

/** Whoever has just shown who they are. */
export interface Newcomer {
  /** Null: with the installation's password. */
  accountId: number | null;
  name: string;
  role: 'viewer' | 'marketer' | 'admin';
  round: number;
}

/** Why nobody was let in; each has words of its own. */
export type SignInTrouble =
  | 'wrong'
  | 'busy'
  | 'sso_failed'
  | 'sso_unreachable'
  | 'sso_denied'
  | 'sso_no_role'
  | 'sso_email_unverified'
  | 'sso_other_identity'
  | 'sso_closed';

/** Signing in with a password, and out. */
export function signInRoutes(app: FastifyInstance, context: WebContext, sessions: Sessions): void {
  const patience = createPatience();

  app.get('/sign-in', { config: { signingIn: true } }, (request, reply) =>
    sendSignIn(context, request, reply, { status: 200, next: asked.parse(request.query).next }),
  );

  app.post('/sign-in', { config: { signingIn: true, role: 'viewer' } }, async (request, reply) => {
    const posted = form.safeParse(request.body ?? {});
    const { email, password, next } = posted.success ? posted.data : { email: '', password: '', next: '/' };
    const { now, secure } = cookieFacts(context, request);
    const address = PLAIN.test(email) ? email : NOBODYS;
    const who = address.toLowerCase();
    const device = sessions.device(request.headers.cookie, { who, now, secure });
    const found = await patience.attempt({ who, device }, async (): Promise<Newcomer | null> => {
      if (address !== '') {
        const account = await accountByPassword(context.db, { email: address, password });
        return account && { accountId: account.id, ...account };
      }
      return sessions.isPassword(password)
        ? { accountId: null, name: 'Admin', role: 'admin', round: 0 }
        : null;
    });
    if (found === null || found === 'busy') {
      context.log('sign_in', { ok: false });
      return found === 'busy'
        ? sendSignIn(context, request, reply, { status: 429, next, email, trouble: 'busy' })
        : sendSignIn(context, request, reply, { status: 401, next, email, trouble: 'wrong' });
    }
    return letIn(context, sessions, request, reply, { newcomer: found, who, by: 'password', next });
  });

  app.post('/sign-out', { config: { role: 'viewer' } }, async (request, reply) => {
    if (request.session) await endOf(context, request.session);
    return reply
      .header('set-cookie', sessions.end(cookieFacts(context, request).secure))
      .redirect(rootOf(request.url), 303);
  });
}

/**
 * Begins a new session, whatever the browser brought along: one that was planted before is worth nothing, and one's own
 * is over.
 * @param given.who what they signed in as; their browser is known by it the next time
 */
export async function letIn(
  context: WebContext,
  sessions: Sessions,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { newcomer: Newcomer; who: string; by: 'password' | 'sso'; next: string },
): Promise<FastifyReply> {
  const { accountId, name, role, round } = given.newcomer;
  const { now, secure } = cookieFacts(context, request);
  if (request.session) await endOf(context, request.session);
  const person = { accountId, name, role };
  await recordAct(context.db, person, { action: 'signed_in', detail: { by: given.by }, now });
  context.log('sign_in', { ok: true });
  return reply
    .header('set-cookie', sessions.start({ who: given.who, accountId, round, now, secure }))
    .redirect(localPath(given.next, rootOf(request.url)), 303);
}

/** The page on which people sign in, with what went wrong. */
export function sendSignIn(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { status: number; next: string; email?: string; trouble?: SignInTrouble },
): Promise<FastifyReply> {
  const { status, trouble, next, email = '' } = given;
  const data = {
    next,
    email,
    trouble: trouble ?? null,
    wrong: trouble === 'wrong',
    sso: Boolean(context.config.oidc),
    // after a wrong password the cursor belongs there
    atPassword: email !== '',
  };
  return sendConsole(context, request, reply, { name: 'sign-in', place: null, status, data });
}

/** What cookies depend on. */
export const cookieFacts = (context: WebContext, request: FastifyRequest) => ({
  now: context.now(),
  secure: isSecure(request.headers, context.config.publicUrl),
});

const endOf = (context: WebContext, { number, until }: Session) =>
  endSession(context.db, { number, until, now: context.now() });

/** Where to go after signing in: a path of this console, whatever the form says; else the top. */
export function localPath(next: string, root: string): string {
  const base = 'http://console';
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next) || !URL.canParse(next, base)) return root;
  const url = new URL(next, base);
  return url.origin === base ? `${root}${url.pathname.replace(/^\/+/, '')}${url.search}` : root;
}
