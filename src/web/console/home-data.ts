import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { BlockKind } from '../../domain/composition.ts';
import type { Language } from '../../domain/customer.ts';
import { BASE } from '../../domain/genes.ts';
import type { SendState } from '../../domain/send.ts';
import { type Campaign, listCampaigns } from '../../ledger/campaigns.ts';
import type { Library } from '../../library/library.ts';
import { pieceTitle } from '../../library/piece-title.ts';
import type { Answer } from '../../links/token.ts';
import { type StateBar, stateBar } from './bars.ts';
import { countsOf } from './campaigns/counts.ts';
import type { Memo } from './campaigns/memo.ts';

export interface CampaignRow {
  campaign: Campaign;
  sends: Partial<Record<SendState, number>>;
  bar: StateBar[];
}

export interface AnswerRow {
  answer: Answer;
  label: string;
  at: Date;
  customer: string;
  company: string | null;
  owner: string | null;
  about: string;
  /** What they said to the further question; null: nothing. */
  said: string | null;
  customerId: string;
  campaignId: string;
  sendId: number;
}

/** Newest campaigns first, with how many of their sends are in which state. */
export async function campaignRows(db: Database, memo: Memo, limit: number): Promise<CampaignRow[]> {
  const campaigns = await listCampaigns(db, limit);
  return await Promise.all(
    campaigns.map(async (campaign) => {
      const sends = await countsOf(db, memo, campaign);
      return { campaign, sends, bar: stateBar(sends) };
    }),
  );
}

/** What customers said lately and somebody should act on: "yes" and "call me", newest first. */
export async function answersToActOn(
  db: Database,
  given: { library: Library | null; language: Language; since: Date; limit: number },
): Promise<AnswerRow[]> {
  const rows = await db
    // by themselves first: planning all at once took longer than reading
    .selectFrom((eb) =>
      eb
        .selectFrom('heard_answers')
        .selectAll()
        .where('answer', 'in', ['yes', 'call'])
        .where('answered_at', '>', given.since)
        .orderBy('answered_at', 'desc')
        .orderBy('id', 'desc')
        .limit(given.limit)
        .as('answers'),
    )
    .innerJoin('sends', 'sends.id', 'answers.send_id')
    .leftJoin('shown_blocks', (join) =>
      join
        .onRef('shown_blocks.send_id', '=', 'answers.send_id')
        .onRef('shown_blocks.position', '=', 'answers.position'),
    )
    .leftJoin('customers', 'customers.id', 'answers.customer_id')
    .leftJoin('companies', 'companies.id', 'customers.company_id')
    .leftJoin('owners', 'owners.id', 'customers.owner_id')
    .select([
      'answers.answer',
      'answers.answered_at',
      'answers.content_id',
      'answers.send_id',
      'answers.position',
      'answers.customer_id',
      'sends.campaign_id',
      'sends.composition',
      'shown_blocks.kind',
      'shown_blocks.variant_id',
      'customers.first_name',
      'customers.last_name',
      'companies.name as company',
      'owners.name as owner',
      (eb) =>
        eb
          .selectFrom('statements')
          .select(sql<string>`concat_ws(': ', choice_words, words)`.as('said'))
          .whereRef('statements.send_id', '=', 'answers.send_id')
          .whereRef('statements.position', '=', 'answers.position')
          .where('said_by', '=', 'customer')
          .where('statements.doubted_at', 'is', null)
          .orderBy('statements.id', 'desc')
          .limit(1)
          .as('said'),
    ])
    .orderBy('answers.answered_at', 'desc')
    .orderBy('answers.id', 'desc')
    .execute();
  return rows.map((row) => {
    const composed = row.composition?.blocks[row.position];
    const kind: BlockKind = row.kind ?? composed?.kind ?? 'proven';
    const variantId = row.variant_id ?? composed?.variantId ?? BASE;
    return {
      answer: row.answer,
      label: `answer.${kind}.${row.answer}`,
      at: row.answered_at,
      customer: personName(row) ?? row.customer_id,
      company: row.company,
      owner: row.owner,
      about: pieceTitle(given.library, { kind, contentId: row.content_id, variantId }, given.language),
      said: row.said,
      customerId: row.customer_id,
      campaignId: row.campaign_id,
      sendId: row.send_id,
    };
  });
}

export function personName(person: { first_name: string | null; last_name: string | null }): string | null {
  return [person.first_name, person.last_name].filter(Boolean).join(' ') || null;
}
