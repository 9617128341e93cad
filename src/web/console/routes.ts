import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../context.ts';
import { briefRoutes } from './brief.ts';
import { campaignRoutes } from './campaign.ts';
import { effectRoutes } from './effect.ts';
import { guardConsole } from './guard.ts';
import { homeRoutes } from './home.ts';
import { inDoubtRoutes } from './in-doubt.ts';
import { inboxRoutes } from './inbox.ts';
import { learnRoutes } from './learn.ts';
import { liveRoutes } from './live.ts';
import { previewRoutes } from './preview.ts';

/** The console, behind its guard. */
export function consoleRoutes(app: FastifyInstance, context: WebContext): void {
  guardConsole(app, context);
  homeRoutes(app, context);
  campaignRoutes(app, context);
  inDoubtRoutes(app, context);
  inboxRoutes(app, context);
  previewRoutes(app, context);
  briefRoutes(app, context);
  effectRoutes(app, context);
  learnRoutes(app, context);
  liveRoutes(app, context);
}
