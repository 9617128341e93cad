import { type Refreshed, refreshContent } from '../campaign/content.ts';
import { bold } from './output.ts';
import { type Common, print, withApp } from './session.ts';

/** Gives a campaign that has begun the content of now, and says what that changes. */
export async function refreshCampaign(id: string, options: Common): Promise<void> {
  await withApp(async (app) => {
    const refreshed = await refreshContent(app, id);
    const { campaign, ...versions } = refreshed;
    print(options, { campaign: campaign.id, ...versions }, () => refreshSummary(refreshed));
  });
}

function refreshSummary({ campaign, before, after, changes }: Refreshed): string {
  const id = bold(campaign.id);
  if (before === after) return `Campaign ${id} has the content of now already (version ${short(after)}).`;
  const lines = (word: string, paths: string[]) => paths.map((path) => `  ${word.padEnd(8)} ${path}`);
  return [
    `Campaign ${id} goes on with the content of now, version ${short(after)}${before ? ` instead of ${short(before)}` : ''}.`,
    ...(changes
      ? [
          ...lines('changed', changes.changed),
          ...lines('added', changes.added),
          ...lines('removed', changes.removed),
        ]
      : []),
    campaign.state === 'paused'
      ? `It is paused; go on with: spielbein campaign resume ${campaign.id}`
      : 'The chunks that workers have in hand (up to 250 mails each) go out as they were; everything after them has the new content.',
  ].join('\n');
}

const short = (version: string): string => version.slice(0, 12);
