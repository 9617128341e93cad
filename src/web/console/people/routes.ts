import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ROLES } from '../../../domain/person.ts';
import { AccountError, type AccountTrouble } from '../../../people/account-error.ts';
import {
  addAccount,
  changeRole,
  closeAccount,
  getAccount,
  listAccounts,
  resetPassword,
} from '../../../people/accounts.ts';
import type { WebContext } from '../../context.ts';
import { rootOf } from '../../root.ts';
import { missing, sendConsole } from '../page.ts';
import { by } from './by.ts';
import { ownRoutes } from './own.ts';

const role = z.enum(ROLES);
const newcomer = z.object({ email: z.string().max(1000), name: z.string().max(1000), role });
const target = z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
const otherRole = z.object({ role, was: role });
const round = z.object({ round: z.coerce.number().int().min(1) });
const told = z.object({ done: z.enum(['role', 'closed']).optional().catch(undefined) });

/** Who may sign in, and as what; and one's own page. */
export function peopleRoutes(app: FastifyInstance, context: WebContext): void {
  const admin = { config: { role: 'admin' as const } };

  app.get('/people', admin, (request, reply) =>
    sendPeople(context, request, reply, { done: told.parse(request.query).done }),
  );

  app.post('/people/add', admin, async (request, reply) => {
    const posted = newcomer.safeParse(request.body ?? {});
    if (!posted.success) return missing(context, request, reply);
    const { email, name } = posted.data;
    return attempt(context, request, reply, { entered: posted.data }, async () => {
      const role = (await needsAdminFirst(context, request)) ? 'admin' : posted.data.role;
      const { account, password } = await addAccount(context.db, {
        ...by(context, request),
        email,
        name,
        role,
      });
      return sendPeople(context, request, reply, { fresh: { ...account, password, made: true } });
    });
  });

  app.post('/people/:id/role', admin, async (request, reply) => {
    const [who, posted] = [target.safeParse(request.params), otherRole.safeParse(request.body ?? {})];
    if (!who.success || !posted.success) return missing(context, request, reply);
    return attempt(context, request, reply, {}, async () => {
      await changeRole(context.db, { ...by(context, request), ...who.data, ...posted.data });
      return reply.redirect(`${rootOf(request.url)}people?done=role`, 303);
    });
  });

  app.post('/people/:id/password', admin, async (request, reply) => {
    const [who, posted] = [target.safeParse(request.params), round.safeParse(request.body ?? {})];
    if (!who.success || !posted.success) return missing(context, request, reply);
    return attempt(context, request, reply, {}, async () => {
      const password = await resetPassword(context.db, {
        ...by(context, request),
        ...who.data,
        ...posted.data,
      });
      const account = await getAccount(context.db, who.data.id);
      return sendPeople(context, request, reply, { fresh: account && { ...account, password, made: false } });
    });
  });

  app.post('/people/:id/close', admin, async (request, reply) => {
    const who = target.safeParse(request.params);
    if (!who.success) return missing(context, request, reply);
    return attempt(context, request, reply, {}, async () => {
      await closeAccount(context.db, { ...by(context, request), ...who.data });
      return reply.redirect(`${rootOf(request.url)}people?done=closed`, 303);
    });
  });

  ownRoutes(app, context);
}

/** Does something, or shows the page with what is in the way. */
async function attempt(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  shown: object,
  act: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    return sendPeople(context, request, reply, { ...shown, trouble: error.code });
  }
}

/**
 * Where nobody could sign in so far, the first account has to be an admin's: from then on the console asks who it is,
 * and somebody must be able to look after it.
 */
async function needsAdminFirst(context: WebContext, request: FastifyRequest): Promise<boolean> {
  if (request.session !== null) return false;
  const accounts = await listAccounts(context.db);
  return accounts.every(({ closedAt }) => closedAt !== null);
}

async function sendPeople(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { trouble?: AccountTrouble } & Record<string, unknown>,
): Promise<FastifyReply> {
  const accounts = await listAccounts(context.db);
  const roles = (chosen: string) => ROLES.map((role) => ({ role, chosen: role === chosen }));
  const entered = given.entered as { role?: string } | undefined;
  const list = accounts.map((account) => ({
    ...account,
    roles: roles(account.role),
    own: account.id === request.person.accountId,
  }));
  const data = {
    ...given,
    open: list.filter(({ closedAt }) => closedAt === null),
    closed: list.filter(({ closedAt }) => closedAt !== null),
    roles: roles(entered?.role ?? 'viewer'),
    adminFirst: await needsAdminFirst(context, request),
    sso: Boolean(context.config.oidc),
  };
  const status = given.trouble === undefined ? 200 : 409;
  return sendConsole(context, request, reply, { name: 'people', place: 'operations', status, data });
}
