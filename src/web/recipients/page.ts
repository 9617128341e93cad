import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '../../domain/customer.ts';
import { type OpenedToken, openToken } from '../../links/open.ts';
import type { LinkKind } from '../../links/token.ts';
import type { WebContext } from '../context.ts';
import { pickLanguage } from '../language.ts';
import { rootOf } from '../root.ts';

/** Notes that need no data: a title and a sentence or two. */
export type Note =
  | 'sample'
  | 'invalid'
  | 'expired'
  | 'unavailable'
  | 'missing'
  | 'error'
  | 'restored'
  | 'not_restored';

/** Sends one of the recipients' pages, in their language, with the company's name and imprint below. */
export async function sendPage(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  page: { name: string; status?: number; language?: Language; data?: object },
): Promise<FastifyReply> {
  const query = request.query as { lang?: unknown };
  const language = pickLanguage(
    { query: query.lang, acceptLanguage: request.headers['accept-language'] },
    page.language,
  );
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

export type GoodToken = Extract<OpenedToken, { ok: true }>;

/**
 * Opens the token in the address; if it is not genuine, expired, or from a preview, answers with the page that
 * says so and returns null.
 */
export async function openLink(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  kind: LinkKind,
): Promise<GoodToken | null> {
  const { token } = request.params as { token: string };
  const opened = openToken(token, kind, context);
  if (opened.ok && opened.sendId > 0) return opened;
  if (opened.ok) await sendNote(context, request, reply, { name: 'sample' });
  else {
    await sendNote(context, request, reply, {
      name: opened.reason,
      status: opened.reason === 'expired' ? 410 : 404,
      stop: kind === 'unsubscribe' || kind === 'preferences',
    });
  }
  return null;
}

/** A link was genuine, but the ledger no longer knows what it was about. */
export function sendUnknown(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return sendNote(context, request, reply, { name: 'invalid', status: 404, stop: true });
}
