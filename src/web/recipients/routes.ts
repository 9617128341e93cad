import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../context.ts';
import { answerRoutes } from './answer.ts';
import { clickRoutes } from './click.ts';
import { pictureRoutes } from './pictures.ts';
import { preferencesRoutes } from './preferences.ts';
import { limitRates } from './rate.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

/** What the world may reach: the pages behind the links of mails. */
export async function recipientRoutes(app: FastifyInstance, context: WebContext): Promise<void> {
  await limitRates(app, context);
  answerRoutes(app, context);
  clickRoutes(app, context);
  unsubscribeRoutes(app, context);
  preferencesRoutes(app, context);
  pictureRoutes(app, context);
}
