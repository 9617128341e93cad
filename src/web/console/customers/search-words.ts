import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';

/** Of so many companies each leads to its customers by index; of more, each customer's company is looked up among them. */
const FEW_COMPANIES = 200;

/** Each word stands in the customer's own texts or in the company's name. */
export async function wordConditions(db: Database, typed: string): Promise<RawBuilder<unknown>[]> {
  // PostgreSQL's text knows no NUL
  const words = typed.replaceAll('\0', ' ').split(/\s+/).filter(Boolean).slice(0, 6);
  return Promise.all(
    words.map(async (word) => {
      const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
      const named = sql<{ id: string }>`select id from companies where name ilike ${pattern}`;
      const { rows } = await sql<{ id: string }>`${named} limit ${FEW_COMPANIES + 1}`.execute(db);
      const works =
        rows.length > FEW_COMPANIES ? sql`in (${named})` : sql`= any(${rows.map(({ id }) => id)}::text[])`;
      return sql`((c.id || ' ' || coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '') || ' ' || coalesce(c.email, ''))
        ilike ${pattern} or c.company_id ${works})`;
    }),
  );
}
