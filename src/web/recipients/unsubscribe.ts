import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Language } from '../../domain/customer.ts';
import { resubscribe, stopStatus, unsubscribe } from '../../feedback/unsubscribe.ts';
import { readerOf } from '../../feedback/visits/reader.ts';
import { openToken } from '../../links/open.ts';
import { firstOf } from '../bodies.ts';
import type { WebContext } from '../context.ts';
import { rootOf } from '../root.ts';
import { mailLanguage } from './mail-language.ts';
import { isOneClick } from './one-click.ts';
import { openLink, sendNote, sendPage, sendUnknown } from './page.ts';
import { newTicket, noteOneClick, noteVisit, sentByPerson } from './person.ts';

const undoing = z.object({ undo: firstOf(z.literal('yes')) });

/**
 * Unsubscribing. GET never does it, because scanners open every link of a mail. POST does it: always, when a mailbox
 * provider says that its user pressed "unsubscribe" (our own forms never say so); from the page's button, when a person
 * pressed it. Taking it back is for people, too.
 */
export function unsubscribeRoutes(app: FastifyInstance, context: WebContext): void {
  app.get('/u/:token', async (request, reply) => {
    const link = await openLink(context, request, reply, 'unsubscribe');
    if (!link) return reply;
    const status = await stopStatus(context.db, link.sendId);
    if (!status) return sendUnknown(context, request, reply);
    const language = await mailLanguage(context.db, link.sendId);
    return sendPage(context, request, reply, {
      name: status.stopped ? 'stopped' : 'stop',
      language,
      data: {
        address: status.addressHint,
        already: true,
        undoable: false,
        ticket: await noteVisit(context, request, link),
      },
    });
  });

  app.post('/u/:token', async (request, reply) => {
    if (isOneClick(request.body)) return oneClickAnswer(context, request, reply);
    const link = await openLink(context, request, reply, 'unsubscribe');
    if (!link) return reply;
    const language = await mailLanguage(context.db, link.sendId);
    if (!(await sentByPerson(context, request, reply, link, language))) return reply;
    if (undoing.safeParse(request.body).success) {
      const { restored } = await resubscribe(context.db, link.sendId, context.now());
      context.log('resubscribe', { send: link.sendId, restored });
      return sendNote(context, request, reply, { name: restored ? 'restored' : 'not_restored', language });
    }
    return stopNow(context, request, reply, link.sendId, language);
  });
}

/** Unsubscribes and says so. Also behind the button of the preferences page. */
export async function stopNow(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  sendId: number,
  language: Language,
): Promise<FastifyReply> {
  const done = await unsubscribe(context.db, sendId, context.now());
  if (!done.ok) return sendUnknown(context, request, reply);
  context.log('unsubscribe', { send: sendId, oneClick: false });
  const status = await stopStatus(context.db, sendId);
  return sendPage(context, request, reply, {
    name: 'stopped',
    language,
    data: {
      address: status?.addressHint,
      already: false,
      undoable: done.undoable,
      undoAction: undoAction(context, request, sendId),
      ticket: newTicket(context, { kind: 'unsubscribe', sendId, position: 0 }),
    },
  });
}

/** Undoing belongs to the unsubscribe link, wherever the button was. Null: the page is there already. */
function undoAction(context: WebContext, request: FastifyRequest, sendId: number): string | null {
  if (request.routeOptions.url === '/u/:token') return null;
  const token = context.links.unsubscribe(sendId).split('/').at(-1);
  return `${rootOf(request.url)}u/${token}${new URL(request.url, 'http://page').search}`;
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
  await noteOneClick(context, request, { ...opened, kind: 'unsubscribe' });
  return plain(200, 'Unsubscribed.');
}
