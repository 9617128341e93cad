import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';

/**
 * How long an entry waits for more to be said, in milliseconds: people correct a slip, answer the further question,
 * and only then it is a whole; programs that open every link show themselves in that time, too.
 */
export const GATHER_MS = 60_000;
/** Who goes on and on is told of after this long, in milliseconds. */
const LONGEST_MS = 10 * 60_000;

/**
 * Notes that the CRM is to be told something about a customer: a job writes it (jobs/write-crm.ts). What is not yet begun
 * takes this in, and waits for more; otherwise there is one more entry. Call it in the transaction that stores what is
 * to be told.
 */
export async function gatherEntry(
  db: Database,
  given: {
    kind: 'note' | 'task' | 'profile';
    customerId: string;
    /** The block it is about. */
    about?: { sendId: number; position: number };
    now: Date;
  },
): Promise<void> {
  const { kind, customerId, about, now } = given;
  await sql`
    insert into crm_entries (kind, customer_id, send_id, position, created_at, due_at)
    values (${kind}, ${customerId}, ${about?.sendId ?? null}, ${about?.position ?? null}, ${now},
      ${new Date(now.getTime() + GATHER_MS)})
    on conflict (kind, customer_id, coalesce(send_id, 0), coalesce(position, -1))
      where begun_at is null and settled_at is null
    do update set due_at = least(excluded.due_at,
      crm_entries.created_at + ${LONGEST_MS}::float8 * interval '1 millisecond')`.execute(db);
}
