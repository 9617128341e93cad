import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../../db/connect.ts';
import { SEND_STATES, type SendState } from '../../../domain/send.ts';
import type { Answer } from '../../../links/token.ts';
import { personName } from '../home-data.ts';

export const SENDS_ON_PAGE = 50;

/** What the list of a campaign's sends may be asked for. Nonsense counts as nothing. */
export const sendsQuery = z.object({
  state: z.enum(SEND_STATES).optional().catch(undefined),
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).catch(0).default(0),
});

export interface SendRow {
  id: number;
  state: SendState;
  reason: string | null;
  customerId: string;
  customer: string;
  company: string | null;
  subject: string | null;
  at: Date | null;
  hasWhy: boolean;
}

interface FoundSend extends Pick<SendRow, 'id' | 'state' | 'reason' | 'company' | 'subject' | 'hasWhy'> {
  customer_id: string;
  settled_at: Date | null;
  first_name: string | null;
  last_name: string | null;
}

/**
 * One page of a campaign's sends in the order of the ledger; one more than fits says that there is a next page. Each state
 * is asked for its first, by index (sends_by_state): of all at once, the database would read the mails of all years.
 */
export async function sendRows(
  db: Database,
  campaignId: string,
  query: z.infer<typeof sendsQuery>,
): Promise<{ rows: SendRow[]; next: number | null }> {
  const states = query.state ? [query.state] : SEND_STATES;
  const { rows: found } = await sql<FoundSend>`
    select s.id, s.state, s.reason, s.subject, s.customer_id, s.settled_at, s.composition is not null as "hasWhy",
      c.first_name, c.last_name, co.name as company
    from (
      select each_s.* from unnest(${[...states]}::text[]) wanted (state),
        lateral (select * from sends
          where campaign_id = ${campaignId} and state = wanted.state and id > ${query.after}
          order by id limit ${SENDS_ON_PAGE + 1}) each_s
      order by each_s.id limit ${SENDS_ON_PAGE + 1}) s
    left join customers c on c.id = s.customer_id
    left join companies co on co.id = c.company_id
    order by s.id`.execute(db);
  const rows = found.slice(0, SENDS_ON_PAGE).map(
    (row): SendRow => ({
      id: row.id,
      state: row.state,
      reason: row.reason,
      customerId: row.customer_id,
      customer: personName(row) ?? row.customer_id,
      company: row.company,
      subject: row.subject,
      at: row.settled_at,
      hasWhy: row.hasWhy,
    }),
  );
  return { rows, next: found.length > SENDS_ON_PAGE ? (rows.at(-1)?.id ?? null) : null };
}

/** What customers answered in a campaign, counted. */
export async function answerCounts(
  db: Database,
  campaignId: string,
): Promise<Partial<Record<Answer, number>>> {
  const rows = await db
    .selectFrom('heard_answers as answers')
    .innerJoin('sends', 'sends.id', 'answers.send_id')
    .select(['answers.answer', sql<number>`count(*)`.as('count')])
    .where('sends.campaign_id', '=', campaignId)
    .groupBy('answers.answer')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.answer, row.count]));
}

/** One row of the ledger with everything that says why and what came of it; undefined when there is none. */
export async function sendDetail(db: Database, campaignId: string, sendId: number) {
  const row = await db
    .selectFrom('sends')
    .leftJoin('customers', 'customers.id', 'sends.customer_id')
    .leftJoin('companies', 'companies.id', 'customers.company_id')
    .select([
      'sends.id',
      'sends.state',
      'sends.reason',
      'sends.detail',
      'sends.subject',
      'sends.customer_id as customerId',
      'sends.message_id as messageId',
      'sends.composition',
      'sends.attempts',
      'sends.settled_at as settledAt',
      'sends.smtp_response as smtpResponse',
      'customers.first_name',
      'customers.last_name',
      'companies.name as company',
    ])
    .where('sends.id', '=', sendId)
    .where('sends.campaign_id', '=', campaignId)
    .executeTakeFirst();
  if (!row) return undefined;
  const answers = await db
    .selectFrom('heard_answers as answers')
    .select(['position', 'answer', 'answered_at as at'])
    .where('send_id', '=', sendId)
    .orderBy('position')
    .execute();
  const mail = row.messageId
    ? await db.selectFrom('mailbox').select('id').where('message_id', '=', row.messageId).executeTakeFirst()
    : undefined;
  return { ...row, customer: personName(row) ?? row.customerId, answers, mailId: mail?.id ?? null };
}
