import { createHash } from 'node:crypto';
import type { Database } from '../db/connect.ts';
import type { Person } from '../domain/person.ts';
import type { CampaignAudience, InDoubtPolicy } from '../domain/send.ts';
import { CampaignError, createCampaign, getCampaign } from '../ledger/campaigns.ts';
import { recordAct } from '../people/audit.ts';
import { idsForName } from './new-id.ts';

/** What of a draft can be changed. */
export interface DraftSettings {
  name: string;
  audience: CampaignAudience;
  /** When it is to start; null: as soon as somebody starts it. */
  startsAt: Date | null;
  spreadHours: number;
  inDoubtPolicy: InDoubtPolicy;
}

/** A draft as it is being prepared. */
export interface Draft extends DraftSettings {
  id: string;
  state: string;
  /** One more with each change: a change says which one it was based on. */
  revision: number;
  madeBy: string | null;
  approval: DraftApproval;
}

/** Who asked for a second person's look, and who agreed to what. */
export interface DraftApproval {
  askedBy: string | null;
  /** Stable key of whoever asked (`personKey`). */
  askedKey: string | null;
  askedAt: Date | null;
  approvedBy: string | null;
  approvedAt: Date | null;
  /** What was agreed to (`settingsVersion`). */
  version: string | null;
}

/** A draft that somebody else changed, or started, in the meantime. Nothing was changed. */
export class ChangedMeanwhileError extends Error {
  constructor(id: string) {
    super(
      `Campaign "${id}" was changed by somebody else in the meantime. Look at it again; nothing was overwritten.`,
    );
    this.name = 'ChangedMeanwhileError';
  }
}

/** @throws CampaignError when there is none */
export async function getDraft(db: Database, id: string): Promise<Draft> {
  const campaign = await getCampaign(db, id);
  const row = await db
    .selectFrom('campaigns')
    .select([
      'revision',
      'made_by',
      'approval_asked_by',
      'approval_asked_key',
      'approval_asked_at',
      'approved_by',
      'approved_at',
      'approved_version',
    ])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const { name, audience, startsAt, spreadHours, inDoubtPolicy, state } = campaign;
  return {
    ...{ id, name, audience, startsAt, spreadHours, inDoubtPolicy, state },
    revision: row.revision,
    madeBy: row.made_by,
    approval: {
      askedBy: row.approval_asked_by,
      askedKey: row.approval_asked_key,
      askedAt: row.approval_asked_at,
      approvedBy: row.approved_by,
      approvedAt: row.approved_at,
      version: row.approved_version,
    },
  };
}

/** Makes a draft under the first free id that its name gives. @returns the id */
export async function makeDraft(
  db: Database,
  given: { name: string; inDoubtPolicy: InDoubtPolicy; person: Person; now: Date },
): Promise<string> {
  const { name, inDoubtPolicy, person, now } = given;
  for (const id of idsForName(name)) {
    const made = await db.transaction().execute(async (tx) => {
      const { created } = await createCampaign(tx, { id, name, kind: 'adhoc', inDoubtPolicy, now });
      if (!created) return false;
      await tx.updateTable('campaigns').set({ made_by: person.name }).where('id', '=', id).execute();
      await recordAct(tx, person, { action: 'campaign_made', subject: id, now });
      return true;
    });
    if (made) return id;
  }
  throw new CampaignError('No id is free.');
}

/**
 * Changes a draft. Whatever was approved before is approved no more.
 * @param given.revision what the change was based on
 * @throws ChangedMeanwhileError, and nothing is changed
 */
export async function changeDraft(
  db: Database,
  id: string,
  given: { revision: number; changes: Partial<DraftSettings>; person: Person; now: Date },
): Promise<Draft> {
  const { revision, changes, person, now } = given;
  const { name, audience, startsAt, spreadHours, inDoubtPolicy } = changes;
  return db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('campaigns')
      .set({
        ...(name === undefined ? {} : { name }),
        ...(audience === undefined ? {} : { audience: JSON.stringify(audience) }),
        ...(startsAt === undefined ? {} : { starts_at: startsAt }),
        ...(spreadHours === undefined ? {} : { spread_hours: spreadHours }),
        ...(inDoubtPolicy === undefined ? {} : { in_doubt_policy: inDoubtPolicy }),
        revision: revision + 1,
        attention: null,
        ...NOT_APPROVED,
      })
      .where('id', '=', id)
      .where('kind', '=', 'adhoc')
      .where('state', '=', 'draft')
      .where('revision', '=', revision)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) throw new ChangedMeanwhileError(id);
    await recordAct(tx, person, {
      action: 'campaign_changed',
      subject: id,
      detail: { what: Object.keys(changes) },
      now,
    });
    return getDraft(tx, id);
  });
}

/** Columns of a campaign that nobody has asked or agreed about. */
export const NOT_APPROVED = {
  approval_asked_by: null,
  approval_asked_key: null,
  approval_asked_at: null,
  approved_by: null,
  approved_at: null,
  approved_version: null,
} as const;

/**
 * Names what a campaign is and says, so that any change of either is seen.
 * @param contentVersion id of the content it would go with
 */
export function settingsVersion(settings: DraftSettings, contentVersion: string): string {
  const { name, audience, startsAt, spreadHours, inDoubtPolicy } = settings;
  const { products = [], families = [], developments = [] } = audience;
  const said = [
    name,
    products,
    families,
    developments,
    startsAt?.toISOString() ?? null,
    spreadHours,
    inDoubtPolicy,
  ];
  return createHash('sha256')
    .update(JSON.stringify([said, contentVersion]))
    .digest('hex')
    .slice(0, 32);
}
