import type { FastifyInstance } from 'fastify';
import { rememberEffects } from '../../effect/remember.ts';
import { rememberReport } from '../../learn/report/remember.ts';
import type { WebContext } from '../context.ts';
import { briefRoutes } from './brief.ts';
import { campaignsRoutes } from './campaigns/routes.ts';
import { customersRoutes } from './customers/routes.ts';
import { effectRoutes } from './effect.ts';
import { experimentsRoutes } from './experiments/routes.ts';
import { guardConsole } from './guard.ts';
import { homeRoutes } from './home/routes.ts';
import { inboxRoutes } from './inbox.ts';
import { learnRoutes } from './learn.ts';
import { libraryRoutes } from './library/routes.ts';
import { liveRoutes } from './live.ts';
import { operationsRoutes } from './operations/routes.ts';
import { peopleRoutes } from './people/routes.ts';
import { productsRoutes } from './products/routes.ts';
import { studioRoutes } from './studio/routes.ts';

/** The console, behind its guard. */
export function consoleRoutes(app: FastifyInstance, context: WebContext): void {
  guardConsole(app, context);
  const report = rememberReport(context.db);
  const measure = rememberEffects(context.db);
  homeRoutes(app, context, { makeReport: report, measure });
  inboxRoutes(app, context);
  briefRoutes(app, context);
  effectRoutes(app, context, measure);
  learnRoutes(app, context, report);
  liveRoutes(app, context);
  peopleRoutes(app, context);
  campaignsRoutes(app, context);
  customersRoutes(app, context);
  productsRoutes(app, context);
  libraryRoutes(app, context);
  experimentsRoutes(app, context, report);
  operationsRoutes(app, context);
  studioRoutes(app, context);
}
