import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '../../domain/customer.ts';
import { readerOf } from '../../feedback/visits/reader.ts';
import { type OpenedLink, openToken } from '../../links/open.ts';
import type { LinkKind } from '../../links/token.ts';
import type { WebContext } from '../context.ts';
import { pickLanguage } from '../language.ts';
import { rootOf } from '../root.ts';

/** Notes that need no data: a title and a sentence or two. */
export type Note =
  | 'sample'
  | 'invalid'
  | 'erased'
  | 'too_many'
  | 'expired'
  | 'unavailable'
  | 'missing'
  | 'error'
  | 'restored'
  | 'kept'
  | 'not_me'
  | 'not_restored';

/** Sends one of the recipients' pages, in their language, with the company's name and imprint below. */
export async function sendPage(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  page: { name: string; status?: number; language?: Language; data?: object },
): Promise<FastifyReply> {
  const language = pageLanguage(request, page.language);
  const library = await context.publicContent.library();
  const company = library?.settings.company;
  const html = await context.pages.render(
    page.name,
    { language, root: rootOf(request.url), timeZone: library?.settings.nightly.timeZone ?? 'Europe/Berlin' },
    {
      ...page.data,
      otherLanguage: language === 'de' ? 'en' : 'de',
      company: company && {
        name: company.name,
        website: company.website,
        privacyUrl: company.privacyUrl,
        imprint: company.imprint[language],
      },
    },
  );
  return reply
    .code(page.status ?? 200)
    .type('text/html; charset=utf-8')
    .send(html);
}

/** The language that `sendPage` picks; the fallback is that of the mail. */
export function pageLanguage(request: FastifyRequest, fallback?: Language): Language {
  const { lang } = request.query as { lang?: unknown };
  return pickLanguage({ query: lang, acceptLanguage: request.headers['accept-language'] }, fallback);
}

/** A short kind page. `stop` adds how to unsubscribe when the link for it is broken. */
export function sendNote(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  note: { name: Note; status?: number; language?: Language; stop?: boolean },
): Promise<FastifyReply> {
  return sendPage(context, request, reply, {
    name: 'note',
    ...(note.status ? { status: note.status } : {}),
    ...(note.language ? { language: note.language } : {}),
    data: {
      title: `${note.name}.title`,
      text:
        note.name === 'restored' || note.name === 'not_restored'
          ? `${note.name}.effect`
          : `${note.name}.text`,
      stop: note.stop ?? false,
    },
  });
}

/**
 * Opens the token in the address; if it is not genuine, expired, from a preview, or of a mail that belongs to nobody
 * any more, answers with the page that says so and returns null. A send that the ledger does not know is told like a
 * token that was made up.
 */
export async function openLink(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  kind: LinkKind,
): Promise<OpenedLink | null> {
  const { token } = request.params as { token: string };
  const opened = openToken(token, kind, context);
  if (!opened.ok) {
    if (opened.reason === 'invalid') await sendUnknown(context, request, reply);
    else await sendNote(context, request, reply, { name: 'expired', status: 410, stop: isWayOut(kind) });
    return null;
  }
  const { sendId, position, answer } = opened;
  const reader = sendId === 0 ? 'sample' : await readerOf(context.db, sendId);
  if (reader === 'there') return { kind, sendId, position, answer };
  if (reader === 'sample') await sendNote(context, request, reply, { name: 'sample' });
  else if (reader === 'erased') await sendErased(context, request, reply);
  else await sendUnknown(context, request, reply);
  return null;
}

const isWayOut = (kind: LinkKind): boolean => kind === 'unsubscribe' || kind === 'preferences';

/** A link that is not genuine, or whose send or block the ledger does not know: both get the same page. */
export function sendUnknown(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return sendNote(context, request, reply, { name: 'invalid', status: 404, stop: true });
}

/** The mail's reader was erased: nothing is left to be shown or changed. */
export function sendErased(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return sendNote(context, request, reply, { name: 'erased', status: 410 });
}
