import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { OidcConfig } from '../../../config.ts';
import { newTrip, type SsoPerson, singleSignOn } from '../../../people/oidc.ts';
import { accountBySso } from '../../../people/sso-account.ts';
import { roleOf } from '../../../people/sso-role.ts';
import type { WebContext } from '../../context.ts';
import type { Sessions } from '../session.ts';
import { cookieFacts, letIn, type SignInTrouble, sendSignIn } from './sign-in.ts';

const asked = z.object({ next: z.string().max(2000).default('/').catch('/') });
const kept = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), next: z.string() });
const refused = z.object({ error: z.string().max(200).optional().catch(undefined) });

/** Signing in at the company's identity provider (OpenID Connect). */
export function ssoRoutes(
  app: FastifyInstance,
  context: WebContext,
  given: { oidc: OidcConfig; sessions: Sessions },
): void {
  const { oidc, sessions } = given;
  const { publicUrl } = context.config;
  const sso = singleSignOn({ oidc, redirectUri: `${publicUrl}/sign-in/sso/callback` });
  const config = { signingIn: true };

  const failed = (
    request: FastifyRequest,
    reply: FastifyReply,
    trouble: SignInTrouble,
    reason: string = trouble,
  ): Promise<FastifyReply> => {
    context.log('sign_in', { ok: false, reason });
    reply.header('set-cookie', sessions.keepTrip(null, cookieFacts(context, request)));
    const status = trouble === 'sso_unreachable' ? 502 : 403;
    return sendSignIn(context, request, reply, { status, next: '/', trouble });
  };

  app.get('/sign-in/sso', { config }, async (request, reply) => {
    // the provider sends people back to the public address: they must leave from there, or their cookie stays behind
    if (request.headers.host !== new URL(publicUrl).host) {
      const { next } = asked.parse(request.query);
      return reply.redirect(`${publicUrl}/sign-in/sso?next=${encodeURIComponent(next)}`, 303);
    }
    const trip = newTrip();
    try {
      const url = await sso.begin(trip);
      const cookie = { ...trip, next: asked.parse(request.query).next };
      return reply
        .header('set-cookie', sessions.keepTrip(cookie, cookieFacts(context, request)))
        .redirect(url.href, 303);
    } catch (error) {
      return failed(request, reply, 'sso_unreachable', reasonOf(error));
    }
  });

  app.get('/sign-in/sso/callback', { config }, async (request, reply) => {
    const trip = kept.safeParse(sessions.trip(request.headers.cookie, cookieFacts(context, request)));
    if (!trip.success) return failed(request, reply, 'sso_failed', 'no_trip');
    let person: SsoPerson;
    try {
      person = await sso.complete(trip.data, new URL(request.url, publicUrl).search);
    } catch (error) {
      const denied = refused.parse(request.query).error === 'access_denied';
      return failed(request, reply, denied ? 'sso_denied' : 'sso_failed', reasonOf(error));
    }
    const role = roleOf(person.claims, oidc.roles);
    const account = await accountBySso(context.db, { person, role, now: context.now() });
    if (typeof account === 'string') return failed(request, reply, `sso_${account}`);
    reply.header('set-cookie', sessions.keepTrip(null, cookieFacts(context, request)));
    return letIn(context, sessions, request, reply, {
      newcomer: { accountId: account.id, ...account },
      who: account.email.toLowerCase(),
      by: 'sso',
      next: trip.data.next,
    });
  });
}

/** A code, never what the provider wrote: that may name people. */
function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown';
}
