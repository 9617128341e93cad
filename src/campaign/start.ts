import type { Database } from '../db/connect.ts';
import type { Act, Person } from '../domain/person.ts';
import type { CampaignState } from '../domain/send.ts';
import { CampaignError, cancelCampaign, finishIfDone, moveCampaign } from '../ledger/campaigns.ts';
import { recordAct } from '../people/audit.ts';

/** What people do to a campaign by a button, from which states, and what it becomes. */
const STEPS = {
  start: { from: ['draft'], to: 'planning', act: 'campaign_started' },
  schedule: { from: ['draft'], to: 'scheduled', act: 'campaign_scheduled' },
  unschedule: { from: ['scheduled'], to: 'draft', act: 'campaign_changed' },
  pause: { from: ['running'], to: 'paused', act: 'campaign_paused' },
  resume: { from: ['paused'], to: 'running', act: 'campaign_resumed' },
  cancel: {
    from: ['draft', 'scheduled', 'planning', 'running', 'paused'],
    to: 'cancelled',
    act: 'campaign_cancelled',
  },
} as const satisfies Record<string, { from: readonly CampaignState[]; to: CampaignState; act: Act }>;

export type CampaignStep = keyof typeof STEPS;
export const CAMPAIGN_STEPS = Object.keys(STEPS) as CampaignStep[];

/** What became of a step: done; somebody was quicker (by whom and when, where it is known); or it is too late for it. */
export type StepResult =
  | { kind: 'done' }
  | { kind: 'done_before'; by: string | null; at: Date | null }
  | { kind: 'not_now'; state: CampaignState; by: string | null; at: Date | null }
  | { kind: 'changed' };

/**
 * Takes a step with a campaign: of several people at once exactly one does, and the others are told who.
 *
 * @param given.revision of a draft: what whoever starts it looked at; another one is `changed`
 * @throws CampaignError when there is no such campaign, or its time has passed
 */
export async function stepCampaign(
  db: Database,
  id: string,
  step: CampaignStep,
  given: { person: Person; now: Date; revision?: number },
): Promise<StepResult> {
  const { person, now, revision } = given;
  const { from, to, act } = STEPS[step];
  const result = await db.transaction().execute(async (tx): Promise<StepResult> => {
    const row = await tx
      .selectFrom('campaigns')
      .select(['state', 'revision', 'starts_at'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw new CampaignError(`There is no campaign "${id}".`);
    if (!(from as readonly CampaignState[]).includes(row.state)) {
      const last = await lastMove(tx, id);
      // whoever pressed the same button a moment earlier did what this person wanted
      const same = row.state === to || last?.action === act;
      return same
        ? { kind: 'done_before', by: last?.who ?? null, at: last?.at ?? null }
        : { kind: 'not_now', state: row.state, by: last?.who ?? null, at: last?.at ?? null };
    }
    if (revision !== undefined && row.revision !== revision) return { kind: 'changed' };
    if (step === 'schedule' && (row.starts_at === null || row.starts_at <= now)) {
      throw new CampaignError('Choose a moment that is still to come.');
    }
    await moveCampaign(tx, id, to, { now });
    await recordAct(tx, person, { action: act, subject: id, now });
    return { kind: 'done' };
  });
  // Its sends are closed after it is cancelled for everybody.
  if (result.kind === 'done' && step === 'cancel') await cancelCampaign(db, id, now);
  if (result.kind === 'done' && step === 'resume') await finishIfDone(db, id, now);
  return result;
}

/** Who moved a campaign on last, and when; undefined: nobody by hand. */
export async function lastMove(db: Database, id: string) {
  return db
    .selectFrom('audit_log')
    .select(['who', 'at', 'action'])
    .where('subject', '=', id)
    .where(
      'action',
      'in',
      Object.values(STEPS).map(({ act }) => act),
    )
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}
