import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Database } from '../../../db/connect.ts';
import { keepCustomerIds } from '../../../db/customer-ids.ts';
import { REASONS_BY_STRENGTH } from '../../../db/suppress.ts';
import { addressForms } from '../../../domain/address-forms.ts';
import { maskAddresses } from '../../../domain/mask.ts';
import type { Person } from '../../../domain/person.ts';
import type { SuppressionReason } from '../../../domain/send.ts';
import {
  countSuppressions,
  findSuppression,
  removeSuppression,
  type Suppression,
  suppress,
} from '../../../feedback/suppressions.ts';
import { recordAct } from '../../../people/audit.ts';
import { plausibleEmail } from '../../../sync/clean.ts';
import { firstOf } from '../../bodies.ts';
import type { WebContext } from '../../context.ts';
import { missing, sendConsole } from '../page.ts';

/** What people may enter; everything else is found out by the program. */
const BY_HAND = ['manual', 'unsubscribed'] as const;
/** Nobody but the person themself can take these back: whoever lifts them says that they have. */
const NEEDS_A_WORD: readonly SuppressionReason[] = ['unsubscribed', 'complained'];
/** What was erased stays so; the command line has a way for who must. */
const NEVER: readonly SuppressionReason[] = ['erased'];

const address = firstOf(z.string().trim().max(320));
const note = firstOf(z.string().trim().max(300)).optional().default('');
const asked = z.discriminatedUnion('do', [
  z.object({ do: z.literal('find'), address }),
  z.object({ do: z.literal('add'), address, reason: firstOf(z.enum(BY_HAND)), note }),
  z.object({
    do: z.literal('lift'),
    address,
    /** The reason that was shown. */
    reason: firstOf(z.enum(REASONS_BY_STRENGTH as [SuppressionReason, ...SuppressionReason[]])),
    sure: firstOf(z.literal('yes')).optional().catch(undefined),
    note,
  }),
]);
type Asked<Do> = Extract<z.infer<typeof asked>, { do: Do }>;

/** What happened; each has words. */
type Done = 'added' | 'known' | 'lifted' | 'changed_meanwhile' | 'needs_a_word' | 'never' | 'no_address';
const TROUBLE: readonly Done[] = ['changed_meanwhile', 'needs_a_word', 'never', 'no_address'];

/**
 * Addresses that are not written to. One is looked up by its whole text, in a form's body, because addresses have no
 * place in addresses of pages; a list of all is for the command line.
 */
export function suppressionRoutes(app: FastifyInstance, context: WebContext): void {
  const admin = { config: { role: 'admin' as const } };

  app.get('/operations/suppressions', admin, (request, reply) => send(context, request, reply, {}));

  app.post('/operations/suppressions', admin, async (request, reply) => {
    const posted = asked.safeParse(request.body ?? {});
    if (!posted.success) return missing(context, request, reply);
    const { data } = posted;
    const done =
      data.do === 'find'
        ? undefined
        : data.do === 'add'
          ? await add(context, request.person, data)
          : await lift(context, request.person, data);
    const trouble = done !== undefined && TROUBLE.includes(done);
    const note = trouble && data.do !== 'find' ? data.note : '';
    return send(context, request, reply, { address: data.address, done, note });
  });
}

async function add(context: WebContext, person: Person, given: Asked<'add'>): Promise<Done> {
  const { address, reason, note } = given;
  if (!plausibleEmail(address)) return 'no_address';
  const now = context.now();
  return context.db.transaction().execute(async (tx) => {
    await keepCustomerIds(tx);
    const fresh = await suppress(tx, { address, reason, detail: maskAddresses(note) || null, now });
    const subject = await subjectOf(tx, address);
    await recordAct(tx, person, { action: 'suppression_added', ...subject, detail: { reason }, now });
    return fresh ? 'added' : 'known';
  });
}

async function lift(context: WebContext, person: Person, given: Asked<'lift'>): Promise<Done> {
  const { address, reason, sure, note } = given;
  if (NEVER.includes(reason)) return 'never';
  if (NEEDS_A_WORD.includes(reason) && (sure === undefined || note === '')) return 'needs_a_word';
  const now = context.now();
  return context.db.transaction().execute(async (tx) => {
    await keepCustomerIds(tx);
    const entry = await findSuppression(tx, address);
    // another reason than the one that was shown: somebody has to look again
    if (entry === null || entry.reason !== reason || !(await removeSuppression(tx, entry)))
      return 'changed_meanwhile';
    const detail = { reason, ...(note && { because: maskAddresses(note) }) };
    const subject = await subjectOf(tx, address);
    await recordAct(tx, person, { action: 'suppression_removed', ...subject, detail, now });
    return 'lifted';
  });
}

/** Whose address it is, by the customer's id: the audit log holds no addresses. */
async function subjectOf(db: Database, address: string): Promise<{ subject?: string }> {
  const customer = await db
    .selectFrom('customers')
    .select('id')
    .where('email_key', 'in', addressForms(address))
    .limit(1)
    .executeTakeFirst();
  return customer ? { subject: customer.id } : {};
}

async function send(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  given: { address?: string; done?: Done | undefined; note?: string },
): Promise<FastifyReply> {
  const { address, done, note = '' } = given;
  const [counts, entry] = await Promise.all([
    countSuppressions(context.db),
    address === undefined ? null : findSuppression(context.db, address),
  ]);
  const trouble = done !== undefined && TROUBLE.includes(done);
  return sendConsole(context, request, reply, {
    name: 'operations-suppressions',
    place: 'operations',
    status: trouble ? 409 : 200,
    data: {
      counts: REASONS_BY_STRENGTH.filter((reason) => counts[reason]).map((reason) => ({
        reason,
        count: counts[reason] ?? 0,
      })),
      looked: address !== undefined && done !== 'no_address',
      address: address ?? '',
      entry: entry && entryView(entry),
      note,
      done: trouble ? null : done,
      trouble: trouble ? done : null,
      byHand: BY_HAND,
    },
  });
}

const entryView = ({ reason, detail, since }: Suppression) => ({
  reason,
  detail,
  since,
  never: NEVER.includes(reason),
  needsAWord: NEEDS_A_WORD.includes(reason),
});
