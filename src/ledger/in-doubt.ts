import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { inTransaction } from '../db/in-transaction.ts';
import type { Person } from '../domain/person.ts';
import { recordAct } from '../people/audit.ts';
import { CampaignError } from './campaigns.ts';
import { SHOWN_AND_ACCOUNTS } from './settle.ts';

/** A send of which nobody knows whether the server took it. */
export interface InDoubt {
  id: number;
  campaignId: string;
  customerId: string;
  /** What to look for in the mail server's log. */
  messageId: string | null;
  subject: string | null;
  reason: string | null;
  detail: string | null;
  sendingAt: Date | null;
  heldAt: Date | null;
}

/** Sends in doubt, oldest first. */
export async function listInDoubt(
  db: Database,
  given: { campaignId?: string; limit?: number } = {},
): Promise<InDoubt[]> {
  let query = db
    .selectFrom('sends')
    .select([
      'id',
      'campaign_id as campaignId',
      'customer_id as customerId',
      'message_id as messageId',
      'subject',
      'reason',
      'detail',
      'sending_at as sendingAt',
      'held_at as heldAt',
    ])
    .where('state', '=', 'in_doubt')
    .orderBy('campaign_id')
    .orderBy('id')
    .limit(given.limit ?? 1000);
  if (given.campaignId !== undefined) query = query.where('campaign_id', '=', given.campaignId);
  return query.execute();
}

/** What somebody found out: `sent`, the server had it; `resend`, it had not, or a doubled mail is the lesser evil. */
export type Verdict = 'sent' | 'resend';

/**
 * Resolves doubts of one campaign. As `sent` they count as shown; as `resend` they are queued again, with the same
 * Message-ID, and decided anew when their turn comes.
 *
 * @param given.ids only these; without it all
 * @returns the ids resolved; ids that are not in doubt (any more) are left alone
 * @throws CampaignError when a cancelled campaign is asked to send again
 */
export async function resolveInDoubt(
  db: Database,
  given: { campaignId: string; ids?: number[]; as: Verdict; now: Date; by?: Person },
): Promise<number[]> {
  const { campaignId, ids, as, now } = given;
  const remember = async (tx: Database, resolved: number[]): Promise<number[]> => {
    if (given.by && resolved.length > 0) {
      const detail = { as, mails: resolved.length };
      await recordAct(tx, given.by, { action: 'in_doubt_resolved', subject: campaignId, detail, now });
    }
    return resolved;
  };
  const chosen = sql`campaign_id = ${campaignId} and state = 'in_doubt'
    and ${ids === undefined ? sql`true` : sql`id = any(${ids})`}`;
  if (as === 'sent') {
    return inTransaction(db, async (tx) => {
      const { rows } = await sql<{ id: number }>`
        update sends set state = 'sent', settled_at = ${now}, worker = null,
          detail = concat_ws(' ', detail, 'Somebody found out that the server had it.')
        where ${chosen} returning id`.execute(tx);
      const resolved = rows.map((row) => row.id);
      await sql`
        with sent as (select * from sends where id = any(${resolved})), ${SHOWN_AND_ACCOUNTS(now)}`.execute(
        tx,
      );
      return resolved;
    });
  }
  return inTransaction(db, async (tx) => {
    // Finished while these were held: it has work again.
    const open = await tx
      .updateTable('campaigns')
      .set({ state: sql`case when state = 'finished' then 'running' else state end`, finished_at: null })
      .where('id', '=', campaignId)
      .where('state', '<>', 'cancelled')
      .executeTakeFirst();
    if (open.numUpdatedRows === 0n) {
      throw new CampaignError(`Campaign "${campaignId}" is cancelled: nothing of it is sent again.`);
    }
    const { rows } = await sql<{ id: number }>`
      update sends set state = 'queued', worker = null, due_at = ${now}, held_at = null, reason = null,
        -- a new beginning: the day in which it is tried starts again
        tried_at = null
      -- nobody is written to who was erased meanwhile
      where ${chosen} and exists (select from customers c where c.id = customer_id) returning id`.execute(tx);
    return remember(
      tx,
      rows.map((row) => row.id),
    );
  });
}

/** A worker that was only cut off has this long to come back and say what it knows, in seconds. */
const GRACE = 120;

/**
 * Sends again what is in doubt in campaigns that chose so, once nobody can be expected to know better. Held and judged by
 * the database's clock, because those of two machines may differ by more than the grace.
 * @returns how many
 */
export async function resendInDoubt(db: Database, now: Date, grace = GRACE): Promise<number> {
  const { rows } = await sql<{ campaign_id: string; ids: number[] }>`
    select s.campaign_id, array_agg(s.id)::int8[] as ids from sends s
    join campaigns c on c.id = s.campaign_id and c.in_doubt_policy = 'resend' and c.state in ('running', 'finished')
    where s.state = 'in_doubt' and s.held_at < clock_timestamp() - ${grace}::float8 * interval '1 second'
    group by s.campaign_id`.execute(db);
  let count = 0;
  for (const { campaign_id: campaignId, ids } of rows) {
    count += (await resolveInDoubt(db, { campaignId, ids: ids.map(Number), as: 'resend', now })).length;
  }
  return count;
}
