import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ACTS } from '../../../domain/person.ts';
import { listAccounts } from '../../../people/accounts.ts';
import { listActs } from '../../../people/audit.ts';
import type { WebContext } from '../../context.ts';
import { sendConsole } from '../page.ts';
import { actView } from './act-view.ts';

const PER_PAGE = 50;
/** Names for the field to offer; who types another finds it just as well. */
const MOST_NAMES = 200;

const text = z.string().trim().max(300).optional().catch(undefined);
const asked = z.object({
  who: text,
  action: z.enum(ACTS).optional().catch(undefined),
  subject: text,
  before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional().catch(undefined),
});

/** The audit log: who did what, and to what. */
export function auditRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/operations/audit', { config: { role: 'admin' } }, async (request, reply) => {
    const { who, action, subject, before } = asked.parse(request.query);
    const filter = { who: who || undefined, action, subject: subject || undefined };
    const [found, accounts] = await Promise.all([
      listActs(context.db, { ...filter, before, limit: PER_PAGE + 1 }),
      listAccounts(context.db),
    ]);
    const page = found.slice(0, PER_PAGE);
    const last = page.at(-1);
    return sendConsole(context, request, reply, {
      name: 'operations-audit',
      place: 'operations',
      data: {
        asked: filter,
        narrowed: Object.values(filter).some((value) => value !== undefined),
        acts: ACTS.map((each) => ({ act: each, chosen: each === action })),
        names: [...new Set(accounts.map(({ name }) => name))].slice(0, MOST_NAMES),
        entries: page.map((entry) => ({
          ...actView(entry),
          byWho: entry.who === '' ? null : linkTo({ who: entry.who }),
          bySubject: entry.subject === null ? null : linkTo({ subject: entry.subject }),
        })),
        first: before === undefined ? null : linkTo(filter),
        more: found.length > PER_PAGE && last ? linkTo({ ...filter, before: last.id }) : null,
      },
    });
  });
}

function linkTo(asked: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) query.set(name, String(value));
  return `?${query}`;
}
