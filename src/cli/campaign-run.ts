import { planAndEnqueue } from '../../jobs/plan.ts';
import type { App } from '../app.ts';
import { campaignContent } from '../campaign/content.ts';
import { foretellAll } from '../campaign/plan.ts';
import type { Composition, SkipReason } from '../domain/composition.ts';
import { reasonSentence } from '../domain/reasons.ts';
import { type Campaign, CampaignError, getCampaign } from '../ledger/campaigns.ts';
import { campaignProgress } from '../ledger/progress.ts';
import { startWorkers } from '../worker.ts';
import { campaignSummary, lookedAt } from './campaign.ts';
import { FAILED, UsageError } from './exit.ts';
import { followCampaign } from './follow.ts';
import { bold, count, dim, percent, plain, progress, yellow } from './output.ts';
import { type Common, print, withApp } from './session.ts';

interface RunOptions extends Common {
  dryRun?: boolean;
  limit?: number;
}

export async function runCampaign(id: string, options: RunOptions): Promise<void> {
  if (options.limit !== undefined && !options.dryRun) {
    throw new UsageError(
      '--limit is for --dry-run: without it, the campaign goes to everybody. Nothing was sent.',
    );
  }
  await withApp(async (app, signal) => {
    const campaign = await getCampaign(app.db, id);
    if (options.dryRun) return dryRun(app, campaign, options, signal);
    if (campaign.state === 'paused') {
      throw new CampaignError(`Campaign "${id}" is paused. Go on with: spielbein campaign resume ${id}`);
    }
    if (campaign.state === 'scheduled') {
      throw new CampaignError(
        `Campaign "${id}" is scheduled and starts by itself. To run it now: spielbein campaign schedule ${id} --clear, then run it.`,
      );
    }
    if (campaign.state === 'finished' || campaign.state === 'cancelled') {
      throw new CampaignError(
        `Campaign "${id}" is ${campaign.state}. \`spielbein campaign show ${id}\` says how it went.`,
      );
    }
    const { tools, close } = await startWorkers(app, { scheduler: false });
    const planning = progress('Planning', { quiet: options.json });
    await planAndEnqueue({ ...tools, signal }, id, (c) =>
      planning.update(c.candidates, null, `${count(c.planned)} to send`),
    );
    planning.end();
    await followCampaign(app, id, { ...options, signal });
    await close();
    const end = await campaignProgress(app.db, id);
    print(options, end, () => campaignSummary(end));
    if (end.campaign.state === 'running' && signal.aborted) {
      process.stderr.write(
        yellow(`Interrupted: nothing is lost. Go on with: spielbein campaign run ${id}\n`),
      );
    }
    if (end.campaign.state !== 'finished' || end.sends.failed + end.sends.in_doubt > 0)
      process.exitCode = FAILED;
  });
}

/** One line of a dry run. */
interface Shown {
  customer: string;
  name: string;
  blocks: Composition['blocks'];
  ratio: Composition['ratio'];
}

async function dryRun(app: App, campaign: Campaign, options: RunOptions, signal: AbortSignal): Promise<void> {
  const content = await campaignContent(app.content, campaign);
  const limit = options.limit ?? (options.json ? Number.POSITIVE_INFINITY : 20);
  const listed: Shown[] = [];
  const excluded: Partial<Record<SkipReason, number>> = {};
  let [candidates, planned, blocks, experimental, wanted] = [0, 0, 0, 0, 0];
  const { db, randomKey, learned, now } = app;
  const context = { db, content, randomKey, learned, now, signal };
  for await (const batch of foretellAll(context, campaign)) {
    for (const { customer, decision } of batch) {
      candidates += 1;
      if (!decision.send) {
        excluded[decision.reason] = (excluded[decision.reason] ?? 0) + 1;
        continue;
      }
      const { composition } = decision;
      planned += 1;
      blocks += composition.blocks.length;
      experimental += composition.blocks.filter((b) => b.kind === 'experimental').length;
      wanted += composition.ratio.value * composition.blocks.length;
      if (listed.length < limit) {
        const name = [customer.firstName, customer.lastName].filter(Boolean).join(' ');
        listed.push({ customer: customer.id, name, blocks: composition.blocks, ratio: composition.ratio });
      }
    }
  }
  const experimentalShare = {
    wanted: blocks ? wanted / blocks : 0,
    given: blocks ? experimental / blocks : 0,
  };
  const result = {
    campaign: campaign.id,
    candidates,
    planned,
    excluded,
    blocks,
    experimental,
    experimentalShare,
    mails: listed,
  };
  print(options, result, () =>
    [
      bold(`Dry run of ${plain(campaign.name)} (${campaign.id}): nothing was sent, nothing was changed.`),
      ...listed.flatMap(mailLines),
      ...(planned > listed.length
        ? [dim(`… and ${count(planned - listed.length)} more (--limit, or --json for all)`)]
        : []),
      '',
      ...lookedAt(candidates, `${count(planned)} would get a mail`, excluded),
      `${count(blocks)} blocks, ${count(experimental)} experimental. Share wanted ${percent(experimentalShare.wanted)}, ` +
        `given ${percent(experimentalShare.given)}.`,
    ].join('\n'),
  );
}

function mailLines({ customer, name, blocks, ratio }: Shown): string[] {
  return [
    `${bold(customer)}  ${plain(name, 40)}  ${dim(`innovation ratio ${ratio.value} (${ratio.source})`)}`,
    ...blocks.map(
      (b) =>
        `    ${b.kind === 'proven' ? 'Standbein ' : 'Spielbein '} ${b.contentId}  ${dim(
          `${b.reason}: ${reasonSentence(b.reason, 'en')}${b.kind === 'experimental' ? ` (p = ${b.probability.toFixed(2)})` : ''}`,
        )}`,
    ),
  ];
}
