import type { FastifyReply, FastifyRequest } from 'fastify';
import { campaignContent } from '../../campaign/content.ts';
import type { Language } from '../../domain/customer.ts';
import { mayAs } from '../../domain/person.ts';
import type { Campaign } from '../../ledger/campaigns.ts';
import type { Content } from '../../render/content.ts';
import type { WebContext } from '../context.ts';
import { pickLanguage } from '../language.ts';
import { rootOf } from '../root.ts';
import { readCookie } from './session.ts';

export const LANGUAGE_COOKIE = 'spielbein_lang';

/** Which entry of the console's navigation is lit. */
export type Place =
  | 'home'
  | 'campaigns'
  | 'customers'
  | 'products'
  | 'library'
  | 'experiments'
  | 'studio'
  | 'effect'
  | 'learn'
  | 'inbox'
  | 'operations'
  | null;

export function consoleLanguage(request: FastifyRequest): Language {
  return pickLanguage({
    query: (request.query as { lang?: unknown }).lang,
    chosen: readCookie(request.headers.cookie, LANGUAGE_COOKIE),
    acceptLanguage: request.headers['accept-language'],
  });
}

/**
 * Sends a page of the console. `?lang=` is remembered. Every page also gets `person`, and `may.marketer` and
 * `may.admin`, to leave out what this person may not do.
 */
export async function sendConsole(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
  page: { name: string; place: Place; status?: number; data?: object },
): Promise<FastifyReply> {
  const language = consoleLanguage(request);
  if ((request.query as { lang?: unknown }).lang === language) {
    reply.header(
      'set-cookie',
      `${LANGUAGE_COOKIE}=${language}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly`,
    );
  }
  const library = await context.publicContent.library();
  const url = new URL(request.url, 'http://console');
  url.searchParams.set('lang', language === 'de' ? 'en' : 'de');
  const html = await context.pages.render(
    page.name,
    { language, root: rootOf(request.url), timeZone: library?.settings.nightly.timeZone ?? 'Europe/Berlin' },
    {
      ...page.data,
      place: page.place,
      person: request.person,
      may: { marketer: mayAs(request.person.role, 'marketer'), admin: mayAs(request.person.role, 'admin') },
      nav: page.place === null ? {} : { [page.place]: true },
      otherLanguage: url.search,
      canSignOut: request.session !== null && page.name !== 'sign-in',
      companyName: library?.settings.company.name ?? '',
    },
  );
  return reply
    .code(page.status ?? 200)
    .type('text/html; charset=utf-8')
    .send(html);
}

/** The content of now, or that which a campaign was started with; or what is wrong with it. */
export async function contentOrError(
  context: WebContext,
  campaign: Pick<Campaign, 'contentVersion'> = { contentVersion: null },
): Promise<Content | Error> {
  try {
    return await campaignContent(context.content, campaign);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** There is no such thing here. */
export function missing(
  context: WebContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  return sendConsole(context, request, reply, { name: 'missing', place: null, status: 404 });
}
