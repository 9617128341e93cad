import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';

/** Content files: what there is, and editing them. */
export function libraryRoutes(_app: FastifyInstance, _context: WebContext): void {}
