import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';

/** Experiments: the family tree of variants. */
export function experimentsRoutes(_app: FastifyInstance, _context: WebContext): void {}
