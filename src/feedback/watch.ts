import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { FailReason } from '../domain/reasons.ts';
import { CampaignError, moveCampaign } from '../ledger/campaigns.ts';
import type { BreakerLimits } from '../library/schema.ts';
import type { ContentSource } from '../render/content.ts';
import { type Trip, tripped, tripWords, type WatchedMails } from './breaker.ts';

/** Failures that a mail server caused. A mail that could not be made is a mistake in the content: no server saw it. */
const REFUSED: FailReason[] = ['smtp_rejected', 'gave_up'];

export interface WatchTools {
  db: Database;
  content: Pick<ContentSource, 'library' | 'version'>;
  now: () => Date;
  log: (line: string) => void;
  alert?:
    | ((alert: { code: 'breaker'; campaign: string; title: string; text: string }) => unknown)
    | undefined;
}

interface Watched {
  id: string;
  contentVersion: string | null;
  /** Mails before this have been looked at by a person. */
  since: Date | null;
}

/**
 * The circuit breaker: pauses every running campaign of which too many mails fail, come back, are complained about or
 * answered with an unsubscription, and says so where people look. Cheap; meant to be called every few seconds.
 * @returns how many campaigns it paused
 */
export async function watchCampaigns(tools: WatchTools): Promise<number> {
  const running: Watched[] = await tools.db
    .selectFrom('campaigns')
    .select(['id', 'content_version as contentVersion', 'watched_since as since'])
    .where('state', '=', 'running')
    .execute();
  let paused = 0;
  for (const campaign of running) {
    const trip = await tripOf(tools.db, campaign, await limitsFor(tools.content, campaign));
    if (trip && (await pause(tools, campaign.id, trip))) paused++;
  }
  return paused;
}

/**
 * Looks at the window's last mails twice: up to now; and, because reports come minutes or hours after the mails that
 * they are about, up to the mail that was reported about last.
 */
async function tripOf(db: Database, campaign: Watched, limits: BreakerLimits): Promise<Trip | null> {
  const { window } = limits;
  const trip = tripped(await lastMails(db, campaign, window, null), limits);
  if (trip) return trip;
  const reported = await lastReported(db, campaign);
  return reported && tripped(await lastMails(db, campaign, window, reported), limits);
}

/**
 * Settled mails that a server had to do with: the last `window` ones up to `until`; where that reaches back to before
 * the campaign began, as many of those after it as are missing.
 */
async function lastMails(
  db: Database,
  { id, since }: Watched,
  window: number,
  until: Date | null,
): Promise<WatchedMails> {
  const settled = sql`
    select id, state from sends
    where campaign_id = ${id} and settled_at is not null
      and (state = 'sent' or (state = 'failed' and reason = any(${REFUSED})))
      and ${since ? sql`settled_at > ${since}` : sql`true`}`;
  const later =
    until &&
    sql`
    union all
    (${settled} and settled_at > ${until} order by settled_at limit (select ${window} - count(*) from before))`;
  const { rows } = await sql<WatchedMails>`
    with before as (
      ${settled} and ${until ? sql`settled_at <= ${until}` : sql`true`} order by settled_at desc limit ${window}
    ), mails as (
      select * from before ${later ?? sql``}
    ), reported as (
      select array_agg(e.kind) as kinds from mail_events e join mails m on m.id = e.send_id group by e.send_id
    )
    select
      (select count(*) from mails) as mails,
      (select count(*) from mails where state = 'failed') as failures,
      count(*) filter (where kinds && '{hard_bounce,soft_bounce}') as bounces,
      count(*) filter (where kinds && '{complaint}') as complaints,
      count(*) filter (where kinds && '{unsubscribe}') as unsubscribes
    from reported`.execute(db);
  return rows[0] ?? { mails: 0, bounces: 0, complaints: 0, unsubscribes: 0, failures: 0 };
}

/** When the mail was settled that was reported about last. */
async function lastReported(db: Database, { id, since }: Watched): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`
    select s.settled_at as at from mail_events e join sends s on s.id = e.send_id
    where e.campaign_id = ${id} and s.settled_at > ${since ?? new Date(0)}
    order by e.id desc limit 1`.execute(db);
  return rows[0]?.at ?? null;
}

/**
 * The limits of now, so that somebody can change them and go on. While the library is being edited and can't be read,
 * those that the campaign was started with: a mistake in a text must not switch the breaker off.
 */
async function limitsFor(
  content: WatchTools['content'],
  { contentVersion }: Watched,
): Promise<BreakerLimits> {
  try {
    return (await content.library()).library.settings.breaker;
  } catch (error) {
    if (contentVersion === null) throw error;
    return (await content.version(contentVersion)).library.settings.breaker;
  }
}

/** @returns false when somebody paused or ended it in the meantime */
async function pause(tools: WatchTools, campaign: string, trip: Trip): Promise<boolean> {
  const { title, text } = tripWords(trip, campaign);
  try {
    const given = { now: tools.now(), from: 'running', attention: `${title} ${text}` } as const;
    await moveCampaign(tools.db, campaign, 'paused', given);
  } catch (error) {
    if (error instanceof CampaignError) return false;
    throw error;
  }
  // Nobody waits for it: it may have to be tried again.
  if (tools.alert) void tools.alert({ code: 'breaker', campaign, title, text });
  else tools.log(`${title} ${text}`);
  return true;
}
