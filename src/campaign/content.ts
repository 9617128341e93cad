import type { Database } from '../db/connect.ts';
import { type Campaign, CampaignError, getCampaign } from '../ledger/campaigns.ts';
import type { Content, ContentSource } from '../render/content.ts';
import { type ContentChanges, changesBetween } from '../render/version/files.ts';
import { findVersion } from '../render/version/store.ts';
import { NothingToTellError } from './plan.ts';

/**
 * What a campaign says: the content it was started with, and before its start that of now.
 * @throws LibraryError, TemplateError, ContentError
 */
export function campaignContent(
  source: Pick<ContentSource, 'current' | 'version'>,
  { contentVersion }: Pick<Campaign, 'contentVersion'>,
): Promise<Content> {
  return contentVersion === null ? source.current() : source.version(contentVersion);
}

/** Errors that only a person can mend, by editing content. */
const CONTENT_ERRORS = new Set([
  'LibraryError',
  'TemplateError',
  'ContentError',
  'NothingToTellError',
  'TimingError',
]);

/** What to show at a campaign that its content keeps from going on; null for an error about something else. */
export function contentTrouble(error: unknown): string | null {
  return error instanceof Error && CONTENT_ERRORS.has(error.name) ? error.message : null;
}

/** What `refreshContent` did. */
export interface Refreshed {
  campaign: Campaign;
  /** The version before; null for a campaign that was started when content was not kept yet. */
  before: string | null;
  after: string;
  /** Null without a version before. */
  changes: ContentChanges | null;
}

/**
 * Gives a campaign that has begun the content of now, e.g. for a mistake found after its start. What is under way is
 * sent as it is; each chunk of mails that a worker takes up afterwards has the new content.
 *
 * @throws CampaignError when the campaign has not begun, is being planned or is over.
 * @throws LibraryError, TemplateError, ContentError, NothingToTellError; then it keeps what it has.
 */
export async function refreshContent(
  given: { db: Database; content: Pick<ContentSource, 'keep' | 'version'>; now: () => Date },
  campaignId: string,
): Promise<Refreshed> {
  const { db, content } = given;
  const { contentVersion: before, ...campaign } = await getCampaign(db, campaignId);
  refuseUnlessBegun(campaign);
  const after = await content.keep();
  if ((await content.version(after)).library.developments.size === 0) throw new NothingToTellError();
  await db
    .updateTable('campaigns')
    .set({ content_version: after })
    .where('id', '=', campaignId)
    .where('state', 'in', ['running', 'paused'])
    .execute();
  // The settings may say other hours now. What was put off by them is looked at again; sending asks them once more.
  await db
    .updateTable('sends')
    .set({ due_at: given.now() })
    .where('campaign_id', '=', campaignId)
    .where('state', 'in', ['planned', 'queued'])
    .where('tried_at', 'is', null)
    .where('due_at', '>', given.now())
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('campaigns').select('id').where('id', '=', campaignId).where('spread_hours', '=', 0)),
    )
    .execute();
  const refreshed = await getCampaign(db, campaignId);
  // It may have been finished or cancelled in the meantime.
  refuseUnlessBegun(refreshed);
  const [old, now] = await Promise.all([before && findVersion(db, before), findVersion(db, after)]);
  return {
    campaign: refreshed,
    before,
    after,
    changes: old && now ? changesBetween(old.hashes, now.hashes) : null,
  };
}

function refuseUnlessBegun({ id, state }: Pick<Campaign, 'id' | 'state'>): void {
  if (state === 'running' || state === 'paused') return;
  const why =
    state === 'finished' || state === 'cancelled'
      ? 'nothing of it will be sent any more'
      : state === 'planning'
        ? 'try again when it is running'
        : 'it takes the content of the moment when it starts';
  throw new CampaignError(`Campaign "${id}" is ${state}: ${why}.`);
}
