import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { PREPARED } from '../db/prepared.ts';
import { STALE_AFTER } from './backoff.ts';

/** A mail that was put off for this long since its first try is given up. */
export const GIVE_UP_AFTER = 24 * 3_600_000;

export interface OpenSend {
  id: number;
  customerId: string;
  attempts: number;
  /** When a server first answered a try, or null when none has been made. */
  triedAt: Date | null;
  /** The recipient's domain, lower case; null without an address. */
  domain: string | null;
  /** What was said at the last try; null when there was none. */
  detail: string | null;
  /** Its domain had asked us to slow down: this mail finds out whether it takes some again. */
  probe: boolean;
  /**
   * Its domain has been refusing mail for a day and still does, and so long has this one waited: what the domain last
   * said. Null when there is no reason to give up.
   */
  givenUp: string | null;
  /** Made for a record that was merged into one that has a mail of its own in this campaign, sent or still open. */
  merged: boolean;
  /** Where in the odds of its first offer it draws; null: from the seed. */
  draw: number | null;
}

/**
 * The sends of a chunk that are due and whose domain has not asked us to slow down. A domain that has, and whose
 * pause is over, gets one mail as a probe. Nothing is locked: `beginSends` decides who has a send.
 *
 * @param given.except ids that this process has in hand already
 */
export async function openSends(
  db: Database,
  given: { campaignId: string; chunk: number; limit: number; now: Date; except: number[] },
): Promise<OpenSend[]> {
  const { campaignId, chunk, limit, now, except } = given;
  const longAgo = new Date(now.getTime() - GIVE_UP_AFTER);
  const lately = new Date(now.getTime() - STALE_AFTER);
  const { rows } = await sql<OpenSend>`${sql.raw(PREPARED)}
    select id, "customerId", attempts, "triedAt", detail, domain, probe, "givenUp", merged, draw from (
      select s.id, s.customer_id as "customerId", s.attempts, s.draw, s.tried_at as "triedAt", s.detail,
        s.former_id is not null and exists (select from sends other
          where other.campaign_id = s.campaign_id and other.customer_id = s.customer_id and other.id <> s.id
            and other.state not in ('failed', 'skipped')) as merged,
        address_domain(c.email_key) as domain,
        case when b.since < ${longAgo} and b.resume_at > ${lately}
          and coalesce(s.tried_at, s.due_at) < ${longAgo} then coalesce(b.reply, '') end
          as "givenUp",
        b.domain is not null as probe, b.resume_at as "resumeAt",
        case when b.domain is null then 1
          else row_number() over (partition by b.domain order by s.id) end as place
      from sends s
      left join customers c on c.id = s.customer_id
      left join domain_backoff b on b.domain = address_domain(c.email_key)
      where s.campaign_id = ${campaignId} and s.chunk = ${chunk}
        and s.state in ('planned', 'queued') and s.due_at <= ${now}
    ) open
    where id <> all(${except})
      and ("givenUp" is not null or not probe or ("resumeAt" <= ${now} and place = 1))
    order by id limit ${limit}`.execute(db);
  return rows;
}

/** The chunks of a campaign that still have work, and when: what the queue should know about. */
export async function openChunks(
  db: Database,
  campaignId: string,
): Promise<{ chunk: number; dueAt: Date }[]> {
  const { rows } = await sql<{ chunk: number; dueAt: Date }>`
    select chunk, min(due_at) as "dueAt" from sends
    where campaign_id = ${campaignId} and state in ('planned', 'queued')
    group by chunk order by min(due_at), chunk`.execute(db);
  return rows;
}

/** The queue has been told about these chunks. */
export async function markQueued(db: Database, campaignId: string, chunks: number[]): Promise<void> {
  if (chunks.length === 0) return;
  await db
    .updateTable('sends')
    .set({ state: 'queued' })
    .where('campaign_id', '=', campaignId)
    .where('chunk', 'in', chunks)
    .where('state', '=', 'planned')
    .execute();
}

/** When the next open send of a chunk can go, its domain's pause included; null when the chunk is done. */
export async function nextDue(db: Database, campaignId: string, chunk: number): Promise<Date | null> {
  const { rows } = await sql<{ dueAt: Date | null }>`
    select min(greatest(s.due_at, b.resume_at)) as "dueAt"
    from sends s
    left join customers c on c.id = s.customer_id
    left join domain_backoff b on b.domain = address_domain(c.email_key)
    where s.campaign_id = ${campaignId} and s.chunk = ${chunk} and s.state in ('planned', 'queued')`.execute(
    db,
  );
  return rows[0]?.dueAt ?? null;
}

/** Where a customer's mail of a campaign draws its first offer, so that previews show what will be sent; null: nowhere. */
export async function plannedDraw(
  db: Database,
  campaignId: string,
  customerId: string,
): Promise<number | null> {
  const row = await db
    .selectFrom('sends')
    .select('draw')
    .where('campaign_id', '=', campaignId)
    .where('customer_id', '=', customerId)
    .where('former_id', 'is', null)
    .executeTakeFirst();
  return row?.draw ?? null;
}
