import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';

/** Customers: search, and one page for each. */
export function customersRoutes(_app: FastifyInstance, _context: WebContext): void {}
