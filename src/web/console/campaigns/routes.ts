import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';
import { actionRoutes } from './actions.ts';
import { detailRoutes } from './detail.ts';
import { inDoubtRoutes } from './in-doubt.ts';
import { listRoutes } from './list.ts';
import { createMemo } from './memo.ts';
import { newRoutes } from './new.ts';
import { sendRoutes } from './send.ts';
import type { CampaignTools } from './tools.ts';

/** Campaigns: making, trying, starting and watching them. */
export function campaignsRoutes(app: FastifyInstance, context: WebContext): void {
  const tools: CampaignTools = { ...context, memo: createMemo() };
  listRoutes(app, tools);
  newRoutes(app, tools);
  detailRoutes(app, tools);
  sendRoutes(app, tools);
  actionRoutes(app, tools);
  inDoubtRoutes(app, tools);
}
