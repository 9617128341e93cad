import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '../../domain/customer.ts';
import { requestSign } from '../../feedback/visits/signs.ts';
import { readTicket, type Ticket, writeTicket } from '../../feedback/visits/ticket.ts';
import { recordVisit } from '../../feedback/visits/visits.ts';
import type { OpenedLink } from '../../links/open.ts';
import type { WebContext } from '../context.ts';
import { sendErased, sendPage } from './page.ts';

/** How a form was believed: right away, or on the page that asks once more. */
export type Believed = 'at_once' | 'confirmed';

/**
 * Notes who opened this page, and makes the ticket that its form sends along: a hidden field "ticket". A form is
 * believed from 1.5 seconds after its ticket was made (feedback/visits/belief.ts), from browsers only.
 */
export async function noteVisit(
  context: WebContext,
  request: FastifyRequest,
  link: OpenedLink,
): Promise<string> {
  await recordVisit(context.db, { link, ...visitOf(context, request), posted: false });
  return newTicket(context, link);
}

/** A ticket for the form of a page that answers a form: nobody opened another link for it. */
export function newTicket(
  context: WebContext,
  link: Pick<OpenedLink, 'kind' | 'sendId' | 'position'>,
  page: Pick<Ticket, 'again'> = { again: false },
): string {
  return writeTicket(context.secret, link, { ...page, madeAt: context.now().getTime() });
}

/**
 * Whether a person sent this form, as far as can be told; notes that it was sent. If not, the page that asks once more
 * is sent, with everything that was filled in, and false is returned.
 */
export async function sentByPerson(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  link: OpenedLink,
  language: Language,
): Promise<Believed | false> {
  const { ticket: text, ...fields } = (request.body ?? {}) as Record<string, unknown>;
  const ticket = readTicket(context.secret, link, text);
  const belief = await recordVisit(context.db, { link, ...visitOf(context, request), posted: true, ticket });
  if (belief === null) {
    await sendErased(context, request, reply);
    return false;
  }
  if (belief.sign === null) return belief.confirmed ? 'confirmed' : 'at_once';
  context.log('asked_again', { link: link.kind, send: link.sendId, sign: belief.sign });
  await sendPage(context, request, reply, {
    name: 'again',
    language,
    data: {
      about: `again.${link.kind}`,
      soon: ticket?.again ?? false,
      fields: hiddenFields(fields),
      answered: true,
      ticket: newTicket(context, link, { again: true }),
    },
  });
  return false;
}

/** Notes that a mailbox provider unsubscribed its user (RFC 8058): there is nothing to judge. */
export async function noteOneClick(
  context: WebContext,
  request: FastifyRequest,
  link: OpenedLink,
): Promise<void> {
  await recordVisit(context.db, { link, ...visitOf(context, request), posted: true });
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
