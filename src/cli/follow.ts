import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../app.ts';
import { type CampaignProgress, campaignProgress, getCampaign, sendCounts } from '../ledger/campaigns.ts';
import { progress } from './output.ts';

/**
 * Shows a campaign's delivery until it is through, paused or cancelled, or until `signal` aborts.
 * @returns the last state seen
 */
export async function followCampaign(
  app: App,
  id: string,
  options: { json?: boolean | undefined; signal: AbortSignal },
): Promise<CampaignProgress> {
  const shown = progress('Sending', { quiet: options.json });
  try {
    for (;;) {
      const [campaign, sends] = await Promise.all([getCampaign(app.db, id), sendCounts(app.db, id)]);
      const settled = sends.sent + sends.failed + sends.skipped + sends.in_doubt;
      shown.update(settled, campaign.planned, sends.failed > 0 ? `${sends.failed} failed` : '');
      const waiting = campaign.state === 'running' || campaign.state === 'planning';
      if (!waiting || options.signal.aborted) return await campaignProgress(app.db, id);
      await sleep(200, undefined, { signal: options.signal }).catch(() => {});
    }
  } finally {
    shown.end();
  }
}
