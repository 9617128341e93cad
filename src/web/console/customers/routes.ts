import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';
import { customerRoutes } from './customer.ts';
import { customerListRoutes } from './list.ts';
import { privacyRoutes } from './privacy.ts';

/** Customers: search, and one page for each. */
export function customersRoutes(app: FastifyInstance, context: WebContext): void {
  customerListRoutes(app, context);
  customerRoutes(app, context);
  privacyRoutes(app, context);
}
