import type { FastifyRequest } from 'fastify';
import type { WebContext } from '../../context.ts';

/** Who does it, and when. */
export const by = (context: WebContext, request: FastifyRequest) => ({
  by: request.person,
  now: context.now(),
});
