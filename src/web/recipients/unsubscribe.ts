import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isUndoable, stopStatus, unsubscribe } from '../../feedback/unsubscribe.ts';
import { noteStop, stopMail, undoStop } from '../../feedback/visits/all-mail.ts';
import { readerOf } from '../../feedback/visits/reader.ts';
import { openToken } from '../../links/open.ts';
import { firstOf } from '../bodies.ts';
import type { WebContext } from '../context.ts';
import { mailLanguage } from './mail-language.ts';
import { isOneClick } from './one-click.ts';
import { openLink, sendNote, sendPage, sendUnknown } from './page.ts';
import { noteOneClick, noteVisit, sentByPerson } from './person.ts';

const undoing = z.object({ undo: firstOf(z.literal('yes')) });
const pressed = z.object({ action: firstOf(z.enum(['keep', 'unsubscribe'])) });

/**
 * Unsubscribing. GET never does it, because scanners open every link of a mail. POST does it: always, when a mailbox
 * provider says that its user pressed "unsubscribe" (our own forms never say so); from the page, when a person pressed
 * the right one of its two buttons. The other button takes it back. Undoing is for people, too.
 */
export function unsubscribeRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/u/:token', async (request, reply) => {
    const link = await openLink(context, request, reply, 'unsubscribe');
    if (!link) return reply;
    const ticket = await noteVisit(context, request, link);
    return sendStatus(context, request, reply, { sendId: link.sendId, ticket });
  });

  app.post('/u/:token', async (request, reply) => {
    if (isOneClick(request.body)) return oneClickAnswer(context, request, reply);
    const link = await openLink(context, request, reply, 'unsubscribe');
    if (!link) return reply;
    const { sendId } = link;
    const undoes = undoing.safeParse(request.body).success;
    if (!undoes && !pressed.safeParse(request.body).success) {
      // no button was pressed: the page once more
      const ticket = await noteVisit(context, request, link);
      return sendStatus(context, request, reply, { sendId, ticket });
    }
    const language = await mailLanguage(context.db, sendId);
    const believed = await sentByPerson(context, request, reply, link, language);
    if (!believed) return reply;
    const { visitId, ticket, ticketId } = believed;
    const by = { sendId, visitId, ticket: ticketId, now: context.now() };
    if (undoes) {
      const { restored } = await undoStop(context.db, by);
      context.log('resubscribe', { send: sendId, restored });
      return sendNote(context, request, reply, { name: restored ? 'restored' : 'not_restored', language });
    }
    if (!(await stopMail(context.db, by))) return sendUnknown(context, request, reply);
    context.log('unsubscribe', { send: sendId, oneClick: false });
    return sendStatus(context, request, reply, { sendId, ticket, justNow: true });
  });
}

/** The page that asks whether to unsubscribe, or says that it is done. */
async function sendStatus(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  page: { sendId: number; ticket: string; justNow?: boolean },
): Promise<FastifyReply> {
  const { sendId, ticket, justNow = false } = page;
  const status = await stopStatus(context.db, sendId);
  if (!status) return sendUnknown(context, request, reply);
  return sendPage(context, request, reply, {
    name: status.stopped ? 'stopped' : 'stop',
    language: await mailLanguage(context.db, sendId),
    data: {
      address: status.addressHint,
      already: !justNow,
      undoable: await isUndoable(context.db, sendId, context.now()),
      ticket,
    },
  });
}

/** For machines: no cookies, no redirects, plain text. */
async function oneClickAnswer(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { token } = request.params as { token: string };
  const opened = openToken(token, 'unsubscribe', context);
  const plain = (status: number, text: string) =>
    reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
  if (!opened.ok) return plain(opened.reason === 'expired' ? 410 : 404, `This link is ${opened.reason}.`);
  if (opened.sendId === 0) return plain(200, 'This was a preview; nothing was changed.');
  const reader = await readerOf(context.db, opened.sendId);
  if (reader === 'unknown') return plain(404, 'This link is invalid.');
  if (reader === 'erased') return plain(200, 'Nothing is sent to you any more.');
  await unsubscribe(context.db, opened.sendId, context.now());
  context.log('unsubscribe', { send: opened.sendId, oneClick: true });
  const noted = await noteOneClick(context, request, { ...opened, kind: 'unsubscribe' });
  if (noted) await noteStop(context.db, noted.visitId);
  return plain(200, 'Unsubscribed.');
}
