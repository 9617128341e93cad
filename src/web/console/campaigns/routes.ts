import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../../context.ts';
import { actionRoutes } from './actions.ts';
import { detailRoutes } from './detail.ts';
import { createDryRuns } from './dry-runs.ts';
import { inDoubtRoutes } from './in-doubt.ts';
import { listRoutes } from './list.ts';
import { createMemo } from './memo.ts';
import { newRoutes } from './new.ts';
import { sendRoutes } from './send.ts';
import { setupRoutes } from './setup.ts';
import { approvalRoutes } from './setup-approval.ts';
import { dryRunRoutes } from './setup-dry-run.ts';
import { CONTENT_KEY } from './setup-page.ts';
import { startRoutes } from './setup-start.ts';
import { testRoutes } from './setup-test.ts';
import { createStreams } from './stream.ts';
import type { CampaignTools } from './tools.ts';

/** Campaigns: making, trying, starting and watching them. */
export function campaignsRoutes(app: FastifyInstance, context: WebContext): void {
  const tools: CampaignTools = { ...context, memo: createMemo(), streams: createStreams() };
  const dryRuns = createDryRuns(tools);
  const stopListening = context.onChange(() => tools.memo.forget(CONTENT_KEY));
  app.addHook('preClose', async () => {
    stopListening();
    tools.streams.close();
    await dryRuns.close();
  });
  listRoutes(app, tools);
  newRoutes(app, tools);
  setupRoutes(app, tools);
  dryRunRoutes(app, tools, dryRuns);
  testRoutes(app, tools);
  approvalRoutes(app, tools);
  startRoutes(app, tools);
  detailRoutes(app, tools);
  sendRoutes(app, tools);
  actionRoutes(app, tools);
  inDoubtRoutes(app, tools);
}
