import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Store } from '../store.ts';
import { foundContacts, shownContact, touchedContacts } from './contacts.ts';
import type { Html } from './html.ts';
import { contactPage, listPage, missingPage } from './pages.ts';
import { STYLE } from './style.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A page for people: none of the API's tokens, limits and weather. */
    forPeople?: boolean;
  }
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** What is in the CRM, to look at in a browser: contacts with what the conversation left on them. Changes nothing. */
export function viewRoutes(app: FastifyInstance, store: Store): void {
  const config = { forPeople: true };
  const send = (reply: FastifyReply, page: Html, code = 200) =>
    reply.code(code).headers(HEADERS).type('text/html; charset=utf-8').send(page.text);

  app.get<{ Querystring: { q?: unknown } }>('/', { config }, async ({ query }, reply) => {
    const search = typeof query.q === 'string' ? query.q.trim().slice(0, 100) : '';
    return send(
      reply,
      listPage(search === '' ? touchedContacts(store) : foundContacts(store, search), search),
    );
  });
  app.get<{ Params: { id: string } }>('/contacts/:id', { config }, async ({ params }, reply) => {
    const contact = /^\d{1,15}$/.test(params.id) ? shownContact(store, Number(params.id)) : undefined;
    return contact ? send(reply, contactPage(contact)) : send(reply, missingPage(), 404);
  });
  app.get('/view.css', { config }, async (_request, reply) =>
    reply.headers(HEADERS).type('text/css; charset=utf-8').send(STYLE),
  );
}
