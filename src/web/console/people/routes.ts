import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';

/** Accounts, and signing in with them or by single sign-on. */
export function peopleRoutes(_app: FastifyInstance, _context: WebContext): void {}
