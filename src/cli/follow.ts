import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../app.ts';
import { sayMoment } from '../campaign/timing/moment.ts';
import { getCampaign } from '../ledger/campaigns.ts';
import { type CampaignProgress, campaignProgress, nextMailDue, sendCounts } from '../ledger/progress.ts';
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
      const failed = sends.failed > 0 ? `${sends.failed} failed` : null;
      const notes = [failed, campaign.attention ?? (await waitsUntil(app, id))];
      shown.update(settled, campaign.planned, notes.filter((note) => note !== null).join('; '));
      const waiting = campaign.state === 'running' || campaign.state === 'planning';
      if (!waiting || options.signal.aborted) return await campaignProgress(app.db, id);
      await sleep(200, undefined, { signal: options.signal }).catch(() => {});
    }
  } finally {
    shown.end();
  }
}

/** When the next mail may go, if that is not soon: a send window, a spread, another try. */
async function waitsUntil(app: App, id: string): Promise<string | null> {
  const due = await nextMailDue(app.db, id);
  if (!due || due.getTime() < app.now().getTime() + 5000) return null;
  const { library } = await app.content.library();
  return `next mail ${sayMoment(due, library.settings.nightly.timeZone)}`;
}
