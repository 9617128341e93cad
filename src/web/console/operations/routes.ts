import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';
import { auditRoutes } from './audit.ts';
import { boardRoutes } from './board.ts';
import { overviewRoutes } from './overview.ts';
import { settingsRoutes } from './settings.ts';
import { suppressionRoutes } from './suppressions.ts';
import { tokenRoutes } from './tokens.ts';

/** Operations, for admins: how the installation is, its queues, suppressions, settings, and who did what. */
export function operationsRoutes(app: FastifyInstance, context: WebContext): void {
  overviewRoutes(app, context);
  boardRoutes(app, context);
  suppressionRoutes(app, context);
  settingsRoutes(app, context);
  tokenRoutes(app, context);
  auditRoutes(app, context);
}
