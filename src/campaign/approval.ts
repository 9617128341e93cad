import type { Database } from '../db/connect.ts';
import { maskAddresses } from '../domain/mask.ts';
import { type Person, personKey, samePerson } from '../domain/person.ts';
import { CampaignError } from '../ledger/campaigns.ts';
import { recordAct } from '../people/audit.ts';
import {
  ChangedMeanwhileError,
  type Draft,
  type DraftApproval,
  getDraft,
  NOT_APPROVED,
  settingsVersion,
} from './draft.ts';

/**
 * Where a campaign stands with its second person: `not_needed`, `needed` (nobody was asked), `asked`, `given`, or `stale`
 * (something was asked or agreed, and something else is to be sent now).
 */
export type ApprovalState = 'not_needed' | 'needed' | 'asked' | 'given' | 'stale';

/** A campaign that has to wait for a second person. The message is for people. */
export class ApprovalError extends CampaignError {
  readonly state: ApprovalState;
  constructor(id: string, state: ApprovalState) {
    super(
      `Campaign "${id}" waits for a second person: ${WHY[state] ?? ''} (settings.yaml: campaigns.approval)`,
    );
    this.name = 'ApprovalError';
    this.state = state;
  }
}

const WHY: Partial<Record<ApprovalState, string>> = {
  needed: 'nobody has been asked yet. Ask in the console, at the campaign.',
  asked: 'somebody was asked and has not agreed yet.',
  stale: 'what was agreed to has changed since. Ask again in the console, at the campaign.',
};

/** Pure: where it stands. @param version what would be sent now (`settingsVersion`) */
export function approvalState(needed: boolean, approval: DraftApproval, version: string): ApprovalState {
  if (!needed) return 'not_needed';
  if (approval.version === null) return 'needed';
  if (approval.version !== version) return 'stale';
  return approval.approvedAt === null ? 'asked' : 'given';
}

/** Whether this person may be the second one: never who asked. */
export const mayApprove = (person: Person, approval: DraftApproval): boolean =>
  approval.askedKey !== null && !samePerson(person, approval.askedKey);

/** @throws ApprovalError unless the campaign may start as far as its second person goes */
export async function requireApproval(
  db: Database,
  id: string,
  given: { needed: boolean; contentVersion: string },
): Promise<void> {
  if (!given.needed) return;
  const draft = await getDraft(db, id);
  const state = approvalState(true, draft.approval, settingsVersion(draft, given.contentVersion));
  if (state !== 'given') throw new ApprovalError(id, state);
}

interface Asked {
  /** What the person looked at. */
  revision: number;
  /** `settingsVersion` of what they looked at. */
  version: string;
  person: Person;
  now: Date;
}

/** Asks for a second person's look. @throws ChangedMeanwhileError */
export async function askApproval(db: Database, id: string, given: Asked): Promise<void> {
  const { revision, version, person, now } = given;
  await db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('campaigns')
      .set({
        ...NOT_APPROVED,
        approval_asked_by: person.name,
        approval_asked_key: personKey(person),
        approval_asked_at: now,
        approved_version: version,
      })
      .where('id', '=', id)
      .where('state', '=', 'draft')
      .where('revision', '=', revision)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw new ChangedMeanwhileError(id);
    await recordAct(tx, person, { action: 'approval_asked', subject: id, now });
  });
}

/**
 * The second person's yes or no, to exactly what was asked about. A no takes the question back.
 * @throws ChangedMeanwhileError when that is not what is asked any more, or this person may not answer
 */
export async function answerApproval(
  db: Database,
  id: string,
  given: Asked & { yes: boolean; why?: string },
): Promise<void> {
  const { revision, version, person, now, yes, why } = given;
  await db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('campaigns')
      .set(yes ? { approved_by: person.name, approved_at: now } : NOT_APPROVED)
      .where('id', '=', id)
      .where('state', '=', 'draft')
      .where('revision', '=', revision)
      .where('approved_version', '=', version)
      .where('approved_at', 'is', null)
      .where('approval_asked_key', '<>', personKey(person))
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw new ChangedMeanwhileError(id);
    await recordAct(tx, person, {
      action: yes ? 'approval_given' : 'approval_refused',
      subject: id,
      // the audit log is never emptied: no address gets into it
      ...(why ? { detail: { why: maskAddresses(why) } } : {}),
      now,
    });
  });
}

/** Whether a campaign of this kind needs a second person under these settings. */
export const needsApproval = (
  campaign: { kind: 'adhoc' | 'nightly' } | Draft,
  settings: { campaigns: { approval: 'none' | 'second_person' } },
): boolean =>
  settings.campaigns.approval === 'second_person' && !('kind' in campaign && campaign.kind === 'nightly');
