import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AccountError, type AccountTrouble } from '../../../people/account-error.ts';
import { changePassword, endSessions, getAccount, rename } from '../../../people/accounts.ts';
import type { WebContext } from '../../context.ts';
import { rootOf } from '../../root.ts';
import { missing, sendConsole } from '../page.ts';
import { createPatience } from '../patience.ts';
import { by } from './by.ts';

const name = z.object({ name: z.string().max(1000) });
const passwords = z.object({ present: z.string().max(1000), password: z.string().max(1000) });
const told = z.object({ done: z.enum(['name']).optional().catch(undefined) });

/** One's own page: name, password, sessions. Everybody may, about themselves. */
export function ownRoutes(app: FastifyInstance, context: WebContext): void {
  const patience = createPatience();
  const everybody = { config: { role: 'viewer' as const } };

  app.get('/me', everybody, (request, reply) =>
    sendOwn(context, request, reply, { done: told.parse(request.query).done }),
  );

  app.post('/me/name', everybody, (request, reply) =>
    change(context, request, reply, 'name', async (id) => {
      const posted = name.safeParse(request.body ?? {});
      if (!posted.success) throw new AccountError('bad_name');
      await rename(context.db, { ...by(context, request), id, ...posted.data });
      return reply.redirect(`${rootOf(request.url)}me?done=name`, 303);
    }),
  );

  app.post('/me/password', everybody, (request, reply) =>
    change(context, request, reply, 'password', async (id) => {
      const posted = passwords.safeParse(request.body ?? {});
      if (!posted.success) throw new AccountError('bad_password');
      const round = request.session?.round ?? 0;
      const given = { ...by(context, request), id, round, ...posted.data };
      // whoever found a computer unlocked must not find out the password with it
      const done = await patience.attempt({ who: String(id), device: 'own' }, () =>
        changePassword(context.db, given).then(
          () => true,
          (error: unknown) => {
            if (error instanceof AccountError && error.code === 'wrong_password') return null;
            throw error;
          },
        ),
      );
      if (done !== true) throw new AccountError('wrong_password');
      // all sessions are over, this one too: the page asks for the new password
      return reply.redirect(`${rootOf(request.url)}sign-in`, 303);
    }),
  );

  app.post('/me/sessions/end', everybody, (request, reply) =>
    change(context, request, reply, 'sessions', async (id) => {
      await endSessions(context.db, { ...by(context, request), id });
      return reply.redirect(`${rootOf(request.url)}sign-in`, 303);
    }),
  );
}

/** Only who has an account has something of their own to change. */
async function change(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  form: 'name' | 'password' | 'sessions',
  act: (id: number) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const id = request.person.accountId;
  if (id === null) return missing(context, request, reply);
  try {
    return await act(id);
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    return sendOwn(context, request, reply, { trouble: error.code, form });
  }
}

async function sendOwn(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { done?: string | undefined; trouble?: AccountTrouble; form?: string },
): Promise<FastifyReply> {
  const { accountId } = request.person;
  const account = accountId === null ? null : await getAccount(context.db, accountId);
  const data = { ...given, account };
  const status = given.trouble === undefined ? 200 : 409;
  return sendConsole(context, request, reply, { name: 'me', place: null, status, data });
}
