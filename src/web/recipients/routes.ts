import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../context.ts';
import { answerRoutes } from './answer.ts';
import { clickRoutes } from './click.ts';
import { pictureRoutes } from './pictures.ts';
import { preferencesRoutes } from './preferences.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

/** What the world may reach: the pages behind the links of mails. */
export function recipientRoutes(app: FastifyInstance, context: WebContext): void {
  answerRoutes(app, context);
  clickRoutes(app, context);
  unsubscribeRoutes(app, context);
  preferencesRoutes(app, context);
  pictureRoutes(app, context);
}
