import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AccountError } from '../../../people/account-error.ts';
import { listTokens, makeToken, revokeToken, SCOPES, TOKEN_DAYS } from '../../../people/tokens.ts';
import { firstOf } from '../../bodies.ts';
import type { WebContext } from '../../context.ts';
import { rootOf } from '../../root.ts';
import { missing, sendConsole } from '../page.ts';

const form = z.object({
  name: firstOf(z.string().trim().min(1).max(100)),
  scopes: z.preprocess((given) => [given ?? []].flat(), z.array(z.enum(SCOPES)).min(1)),
  days: firstOf(z.coerce.number().int().min(1).max(TOKEN_DAYS.most)).default(TOKEN_DAYS.usual),
});
/** What goes back into the form. */
const entered = z
  .object({
    name: firstOf(z.string()).catch(''),
    scopes: z.preprocess((given) => [given ?? []].flat(), z.array(z.unknown())),
  })
  .transform(({ name, scopes }) => ({ name, chosen: scopes }));
const target = z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
const told = z.object({ done: z.literal('revoked').optional().catch(undefined) });

/** Tokens of programs that use the API: made, shown once, revoked. */
export function tokenRoutes(app: FastifyInstance, context: WebContext): void {
  const { db } = context;
  const admin = { config: { role: 'admin' as const } };

  app.get('/operations/tokens', admin, (request, reply) =>
    send(context, request, reply, { done: told.parse(request.query).done }),
  );

  app.post('/operations/tokens', admin, async (request, reply) => {
    const posted = form.safeParse(request.body ?? {});
    const { name, chosen } = entered.parse(request.body ?? {});
    const wrong = () => send(context, request, reply, { wrong: true, name, chosen }, 422);
    if (!posted.success) return wrong();
    try {
      const made = await makeToken(db, { ...posted.data, by: request.person, now: context.now() });
      return await send(context, request, reply, { fresh: { ...made.token, secret: made.secret } });
    } catch (error) {
      if (error instanceof AccountError) return wrong();
      throw error;
    }
  });

  app.post('/operations/tokens/:id/revoke', admin, async (request, reply) => {
    const who = target.safeParse(request.params);
    const there =
      who.success && (await revokeToken(db, { ...who.data, by: request.person, now: context.now() }));
    if (!there) return missing(context, request, reply);
    return reply.redirect(`${rootOf(request.url)}operations/tokens?done=revoked`, 303);
  });
}

async function send(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { chosen?: readonly unknown[] } & Record<string, unknown>,
  status = 200,
): Promise<FastifyReply> {
  const now = context.now();
  const tokens = (await listTokens(context.db)).map((token) => ({
    ...token,
    over: token.revokedAt === null && token.expiresAt <= now,
  }));
  const holds = ({ revokedAt, over }: (typeof tokens)[number]) => revokedAt === null && !over;
  const data = {
    ...given,
    tokens: tokens.filter(holds),
    former: tokens.filter((token) => !holds(token)),
    scopes: SCOPES.map((scope) => ({ scope, chosen: given.chosen?.includes(scope) ?? false })),
    days: TOKEN_DAYS,
    publicUrl: context.config.publicUrl,
  };
  return sendConsole(context, request, reply, {
    name: 'operations-tokens',
    place: 'operations',
    status,
    data,
  });
}
