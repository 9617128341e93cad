import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../context.ts';

/** The API for programs, `/api/v1`: described by OpenAPI, let in by tokens with scopes. */
export function apiRoutes(_app: FastifyInstance, _context: WebContext): void {}
