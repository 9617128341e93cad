import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';

/** Products and segments: who owns what, and what there is to tell. */
export function productsRoutes(_app: FastifyInstance, _context: WebContext): void {}
