import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';

/** The studio: the real mail of a real customer, beside the reasons for it. */
export function studioRoutes(_app: FastifyInstance, _context: WebContext): void {}
