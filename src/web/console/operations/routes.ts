import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';

/** Operations: queues, sync, suppressions, settings, audit log. */
export function operationsRoutes(_app: FastifyInstance, _context: WebContext): void {}
