import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { SkipReason } from '../domain/composition.ts';
import { CampaignError } from '../ledger/campaigns.ts';
import type { PlanCounts } from './accounts.ts';

/** A send that is about to be written. */
export interface NewSend {
  customerId: string;
  chunk: number;
  dueAt: Date;
  draw: number | null;
}

/**
 * @returns how many were new: somebody may have a mail of this campaign already, from a record that was planned and
 *   has been merged into theirs since
 */
async function insertSends(tx: Database, campaignId: string, at: Date, sends: NewSend[]): Promise<number> {
  if (sends.length === 0) return 0;
  const { numAffectedRows } = await sql`
    insert into sends (campaign_id, customer_id, chunk, planned_at, due_at, draw)
    select ${campaignId}, customer_id, chunk, ${at}::timestamptz, due_at, draw
    from unnest(${sends.map((each) => each.customerId)}::text[], ${sends.map((each) => each.chunk)}::integer[],
      ${sends.map((each) => each.dueAt.toISOString())}::timestamptz[],
      ${sends.map((each) => each.draw)}::double precision[]) as planned (customer_id, chunk, due_at, draw)
    on conflict (campaign_id, customer_id) where former_id is null do nothing`.execute(tx);
  return Number(numAffectedRows ?? 0n);
}

/** What their mails would have been is decided when the others' are (deliver/held-out.ts). */
async function insertHeldOut(tx: Database, campaignId: string, rows: NewSend[]): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insertInto('held_out')
    .values(
      rows.map(({ customerId, chunk, dueAt: due_at }) => ({
        campaign_id: campaignId,
        customer_id: customerId,
        chunk,
        due_at,
      })),
    )
    .onConflict((oc) => oc.doNothing())
    .execute();
}

/** A batch's part of the plan. */
export interface PlannedBatch {
  sends: NewSend[];
  heldOut: NewSend[];
  excluded: PlanCounts['excluded'];
  candidates: number;
  /** Its last customer; null: there was none. */
  upTo: string | null;
}

/** Writes down a batch, adds it to the counts, and writes down how far planning has come: all of it or nothing. */
export async function writePlanned(
  db: Database,
  campaignId: string,
  batch: PlannedBatch,
  { counts, at }: { counts: PlanCounts; at: Date },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await insertHeldOut(tx, campaignId, batch.heldOut);
    const written = await insertSends(tx, campaignId, at, batch.sends);
    counts.candidates += batch.candidates;
    counts.planned += written;
    const merged = batch.sends.length - written;
    for (const [reason, n] of Object.entries({ ...batch.excluded, ...(merged > 0 && { merged }) })) {
      counts.excluded[reason as SkipReason] = (counts.excluded[reason as SkipReason] ?? 0) + n;
    }
    const { numUpdatedRows } = await tx
      .updateTable('campaigns')
      .set({
        candidates: counts.candidates,
        planned: counts.planned,
        excluded: JSON.stringify(counts.excluded),
        planned_up_to: batch.upTo,
      })
      .where('id', '=', campaignId)
      .where('state', '=', 'planning')
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) {
      throw new CampaignError(`Campaign "${campaignId}" was cancelled while it was being planned.`);
    }
  });
}
