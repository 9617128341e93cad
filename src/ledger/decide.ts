import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';

/** What became of an open send when it was looked at, other than being sent. */
export type NotSent =
  | { id: number; kind: 'skip'; reason: string }
  | { id: number; kind: 'fail'; reason: string; detail: string }
  /** Not now, for a reason that passes by itself: another mail on its way, a send window, a rate. */
  | { id: number; kind: 'wait'; until: Date };

/** Writes down why sends are not sent (now). Only those that nobody else has in hand meanwhile are changed. */
export async function writeNotSent(db: Database, decisions: NotSent[], now: Date): Promise<void> {
  if (decisions.length === 0) return;
  const rows = decisions.map((d) => ({
    id: d.id,
    state: { skip: 'skipped', fail: 'failed', wait: 'queued' }[d.kind],
    reason: d.kind === 'wait' ? null : d.reason,
    detail: d.kind === 'fail' ? d.detail : null,
    due_at: d.kind === 'wait' ? d.until : null,
  }));
  await sql`
    update sends s set
      state = d.state,
      reason = d.reason,
      detail = coalesce(d.detail, s.detail),
      due_at = coalesce(d.due_at, s.due_at),
      settled_at = case when d.state <> 'queued' then ${now}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as d (id bigint, state text, reason text, detail text, due_at timestamptz)
    where s.id = any(${rows.map((r) => r.id)}::bigint[]) and s.id = d.id and s.state in ('planned', 'queued')`.execute(
    db,
  );
}
