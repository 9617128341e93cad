import type { LightMyRequestResponse } from 'fastify';
import { pathOf, type WebStand } from './stand.ts';

/** What a person's browser says of itself; who says nothing, or something else, is taken for a program. */
export const BROWSER = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
};

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The ticket of a page's form. */
export const ticketIn = (html: string): string => /name="ticket" value="([^"]*)"/.exec(html)?.[1] ?? '';

/** Somebody with a browser, who takes two seconds to read a page. */
export function personAt(web: WebStand) {
  const open = (url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
    web.app.inject({ method: 'GET', url: pathOf(url), headers: { ...BROWSER, ...headers } });

  /** Sends a form of `page`, which was opened at `url`, after a while. */
  async function send(
    url: string,
    page: { body: string },
    fields: string | Record<string, string>,
    afterMs = 2000,
  ): Promise<LightMyRequestResponse> {
    web.clock.advance(afterMs);
    const payload = new URLSearchParams(fields);
    payload.set('ticket', ticketIn(page.body));
    return await web.app.inject({
      method: 'POST',
      url: pathOf(url),
      payload: payload.toString(),
      headers: { ...BROWSER, ...FORM },
    });
  }

  return {
    open,
    send,
    /** Opens a link and sends the form that it leads to. */
    answer: async (url: string, fields: string | Record<string, string> = '') =>
      await send(url, await open(url), fields),
  };
}
