import { nightlyRound } from '../../jobs/nightly.ts';
import { campaignProgress } from '../ledger/progress.ts';
import { startWorkers } from '../worker.ts';
import { campaignSummary } from './campaign.ts';
import { FAILED } from './exit.ts';
import { followCampaign } from './follow.ts';
import { count, dim, progress } from './output.ts';
import { type Common, print, withApp } from './session.ts';
import { syncSummary } from './sync.ts';
import { syncLine } from './sync-progress.ts';

/** The nightly round, now; safe to run twice. */
export async function nightlyNow(options: Common): Promise<void> {
  await withApp(async (app, signal) => {
    const { tools, close } = await startWorkers(app, { scheduler: false });
    const shown = syncLine({ quiet: options.json });
    const planning = progress('Planning', { quiet: options.json });
    const round = await nightlyRound(
      { ...tools, signal },
      {
        sync: shown.update,
        plan: (c) => {
          shown.end();
          planning.update(c.candidates, null, `${count(c.planned)} have something new to hear`);
        },
      },
    );
    planning.end();
    if (!options.json) {
      process.stdout.write(`${syncSummary(round.synced)}\n\n`);
      if (!round.created)
        process.stdout.write(dim('Tonight’s round had been started already; going on with it.\n'));
    }
    await followCampaign(app, round.campaign.id, { ...options, signal });
    await close();
    const progressNow = await campaignProgress(app.db, round.campaign.id);
    print(options, { synced: round.synced, ...progressNow }, () => campaignSummary(progressNow));
    if (
      progressNow.campaign.state !== 'finished' ||
      progressNow.sends.failed + progressNow.sends.in_doubt > 0
    )
      process.exitCode = FAILED;
  });
}
