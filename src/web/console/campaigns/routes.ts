import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';

/** Campaigns: making, trying, starting and watching them. */
export function campaignsRoutes(_app: FastifyInstance, _context: WebContext): void {}
