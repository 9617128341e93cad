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
    const entered = request.body as { name?: unknown };
    const wrong = () =>
      send(context, request, reply, { wrong: true, name: String(entered?.name ?? '') }, 422);
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
  given: object,
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
    scopes: SCOPES,
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
