import type { FastifyRequest } from 'fastify';
import type { WebContext } from '../context.ts';
import { rootOf } from '../root.ts';

/** From another page of the same mail to its preferences, in the language chosen there. */
export function preferencesHref(context: WebContext, request: FastifyRequest, sendId: number): string {
  const token = context.links.preferences(sendId).split('/').at(-1);
  return `${rootOf(request.url)}p/${token}${new URL(request.url, 'http://page').search}`;
}
