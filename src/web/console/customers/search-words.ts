import { type RawBuilder, sql } from 'kysely';

/** Each word stands in the customer's own texts or in the company's name. */
export function wordConditions(typed: string): RawBuilder<unknown>[] {
  // PostgreSQL's text knows no NUL
  const words = typed.replaceAll('\0', ' ').split(/\s+/).filter(Boolean).slice(0, 6);
  return words.map((word) => {
    const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
    return sql`((c.id || ' ' || coalesce(c.first_name, '') || ' ' || coalesce(c.last_name, '') || ' ' || coalesce(c.email, ''))
        ilike ${pattern} or c.company_id = any(array(select id from companies where name ilike ${pattern})))`;
  });
}
