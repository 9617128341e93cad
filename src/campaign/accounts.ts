import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import type { SkipReason } from '../domain/composition.ts';

/** What planning came to; candidates = planned + the sum of excluded. */
export interface PlanCounts {
  candidates: number;
  planned: number;
  excluded: Partial<Record<SkipReason, number>>;
}

/** Candidates and planned + excluded differ: a fault of the program, found before anything is sent. */
export class AccountingError extends Error {
  constructor(campaignId: string, counts: PlanCounts, rows: number) {
    super(
      `Campaign "${campaignId}" does not add up: ${counts.candidates} candidates, ${counts.planned} planned, ` +
        `${JSON.stringify(counts.excluded)} excluded, ${rows} rows in the ledger. Nothing was sent; please report this.`,
    );
    this.name = 'AccountingError';
  }
}

/** @throws AccountingError when the counts do not add up, or the ledger has other rows than they say. */
export async function checkAccounts(db: Database, campaignId: string, counts: PlanCounts): Promise<void> {
  const { rows } = await db
    .selectFrom('sends')
    .select(sql<number>`count(*)`.as('rows'))
    .where('campaign_id', '=', campaignId)
    .executeTakeFirstOrThrow();
  const excluded = Object.values(counts.excluded).reduce((sum, n) => sum + n, 0);
  if (counts.candidates !== counts.planned + excluded || rows !== counts.planned) {
    throw new AccountingError(campaignId, counts, rows);
  }
}
