import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ANSWERS } from '../../domain/conversation.ts';
import type { Language } from '../../domain/customer.ts';
import { requestSign } from '../../feedback/visits/signs.ts';
import { newTicketId, readTicket, type Ticket, writeTicket } from '../../feedback/visits/ticket.ts';
import { recordVisit, type SentForm } from '../../feedback/visits/visits.ts';
import type { OpenedLink } from '../../links/open.ts';
import { firstOf } from '../bodies.ts';
import type { WebContext } from '../context.ts';
import { sendErased, sendNote, sendPage } from './page.ts';

/** A form that a person sent. */
export interface Believed {
  /** Where it is noted: what it says is kept with it, because it may be taken back. */
  visitId: number;
  /** On the page that asks once more. */
  confirmed: boolean;
  /** For the form of the page that answers. */
  ticket: string;
  /** What that has in common with this form's ticket. */
  ticketId: string;
}

/** What forms say that bears on whether they are believed. */
const fields = {
  answer: firstOf(z.enum(ANSWERS)),
  was: firstOf(z.enum(['me', 'program'])),
  action: firstOf(z.enum(['keep', 'unsubscribe'])),
  undo: firstOf(z.literal('yes')),
};

/**
 * Notes who opened this page, and makes the ticket that its form sends along: a hidden field "ticket". A form is
 * believed from 1.5 seconds after its ticket was made (feedback/visits/belief.ts), from browsers only.
 */
export async function noteVisit(
  context: WebContext,
  request: FastifyRequest,
  link: OpenedLink,
): Promise<string> {
  await recordVisit(context.db, { link, ...visitOf(context, request), form: null });
  return newTicket(context, link);
}

function newTicket(
  context: WebContext,
  link: OpenedLink,
  page: Partial<Pick<Ticket, 'again' | 'id'>> = {},
): string {
  const { again = false, id = newTicketId() } = page;
  return writeTicket(context.secret, link, { again, id, madeAt: context.now().getTime() });
}

/**
 * Whether a person sent this form, as far as can be told; notes that it was sent. If not, the page that asks once more
 * is sent, with everything that was filled in, and false is returned; so it is when the form says that it was not the
 * person, or that all is to stay as it is.
 */
export async function sentByPerson(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  link: OpenedLink,
  language: Language,
): Promise<Believed | false> {
  const { ticket: text, was, ...posted } = (request.body ?? {}) as Record<string, unknown>;
  const ticket = readTicket(context.secret, link, firstOf(z.string()).safeParse(text).data);
  const form = sentForm(link, ticket, { ...posted, was });
  const recorded = await recordVisit(context.db, { link, ...visitOf(context, request), form });
  if (recorded === null) {
    await sendErased(context, request, reply);
    return false;
  }
  if (form.says === 'not_me') {
    const done = ticket?.again ? 'not_me' : 'kept';
    await sendNote(context, request, reply, { name: recorded.tooLate ? 'not_restored' : done, language });
    return false;
  }
  const { visitId, sign, confirmed } = recorded;
  if (sign === null && ticket !== null) {
    return { visitId, confirmed, ticket: newTicket(context, link, { id: ticket.id }), ticketId: ticket.id };
  }
  context.log('asked_again', { link: link.kind, send: link.sendId, sign });
  await sendPage(context, request, reply, {
    name: 'again',
    language,
    data: {
      about: `again.${link.kind}`,
      fields: hiddenFields(posted),
      ticket: newTicket(context, link, { again: true }),
    },
  });
  return false;
}

/** Notes that a mailbox provider unsubscribed its user (RFC 8058): there is nothing to judge. Null: nobody's mail. */
export async function noteOneClick(
  context: WebContext,
  request: FastifyRequest,
  link: OpenedLink,
): Promise<{ visitId: number } | null> {
  return await recordVisit(context.db, { link, ...visitOf(context, request), form: 'one_click' });
}

function sentForm(
  link: OpenedLink,
  ticket: Ticket | null,
  posted: Partial<Record<keyof typeof fields, unknown>>,
): SentForm {
  const read = <T>(field: z.ZodType<T>, value: unknown) => field.safeParse(value).data ?? null;
  const was = ticket?.again ? read(fields.was, posted.was) : null;
  const keeps = link.kind === 'unsubscribe' && read(fields.action, posted.action) === 'keep';
  return {
    ticket,
    answer: link.kind === 'answer' ? read(fields.answer, posted.answer) : null,
    says: was === 'program' || keeps ? 'not_me' : was,
    undoes: link.kind === 'unsubscribe' && read(fields.undo, posted.undo) === 'yes',
  };
}

function visitOf(context: WebContext, request: FastifyRequest) {
  return {
    sign: requestSign(request),
    userAgent: request.headers['user-agent'] ?? null,
    now: context.now(),
  };
}

/** What was posted, as hidden inputs have it: a field with several values several times. */
function hiddenFields(posted: Record<string, unknown>): { name: string; value: string }[] {
  return Object.entries(posted).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => (typeof value === 'string' ? [{ name, value }] : [])),
  );
}
