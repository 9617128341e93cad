import type { FastifyRequest } from 'fastify';
import type { WebContext } from '../context.ts';
import { rootOf } from '../root.ts';

/** From another page of the same mail to its preferences, in the language chosen there. */
export const preferencesHref = (context: WebContext, request: FastifyRequest, sendId: number): string =>
  hrefTo(request, `p/${tokenOf(context.links.preferences(sendId))}`);

/** The same, to the page where all mail can be stopped. */
export const stopHref = (context: WebContext, request: FastifyRequest, sendId: number): string =>
  hrefTo(request, `u/${tokenOf(context.links.unsubscribe(sendId))}`);

const tokenOf = (link: string) => link.split('/').at(-1);

const hrefTo = (request: FastifyRequest, path: string): string =>
  `${rootOf(request.url)}${path}${new URL(request.url, 'http://page').search}`;
