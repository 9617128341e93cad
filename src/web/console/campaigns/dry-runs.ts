import { getDraft, settingsVersion } from '../../../campaign/draft.ts';
import { performDryRun } from '../../../campaign/dry-run/run.ts';
import { beginDryRun } from '../../../campaign/dry-run/store.ts';
import type { Person } from '../../../domain/person.ts';
import type { CampaignTools } from './tools.ts';

/** Dry runs of this process: they go on beside its pages. */
export function createDryRuns(tools: CampaignTools) {
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    /** Begins one, unless one of this campaign is under way, here or in another process. */
    async begin(campaignId: string, person: Person): Promise<{ begun: boolean }> {
      const { db, content: source, config, now } = tools;
      const draft = await getDraft(db, campaignId);
      const contentVersion = await source.keep();
      const content = await source.version(contentVersion);
      const version = settingsVersion(draft, contentVersion);
      const { id, begun } = await beginDryRun(db, { campaignId, madeBy: person.name, version, now: now() });
      if (!begun) return { begun };
      const { randomKey, learned, links } = tools;
      const context = {
        db,
        content,
        randomKey,
        learned,
        links,
        now,
        publicUrl: config.publicUrl,
        signal: closing.signal,
      };
      const run = performDryRun(context, draft, id).catch((error: unknown) =>
        tools.log('error', { route: 'dry_run', error: error instanceof Error ? error.name : 'unknown' }),
      );
      running.add(run);
      void run.finally(() => running.delete(run));
      return { begun };
    },
    async close() {
      closing.abort();
      await Promise.all(running);
    },
  };
}

export type DryRuns = ReturnType<typeof createDryRuns>;
