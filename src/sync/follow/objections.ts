import { type RawBuilder, sql, type Transaction } from 'kysely';
import { hashOfKey } from '../../db/address-hash.ts';
import type { Tables } from '../../db/schema.ts';
import { type NewSuppression, suppressAll } from '../../db/suppress.ts';
import type { SuppressionReason } from '../../domain/send.ts';

/**
 * What a person has said about advertising (UWG §7(3) no. 3 knows no other way out of it than the person's own word)
 * and what a colleague decided about them, most often because they rang up: it holds for the person, whatever their
 * address. A bounce belongs to the address. An erasure is remembered as a hash, and nothing new is learned about it.
 */
const FOLLOWING: readonly SuppressionReason[] = ['manual', 'unsubscribed', 'complained'];

/** Whether a suppression's `detail` says that it came from this customer: such an address may stand nowhere else. */
export const cameFrom = (id: RawBuilder<string>): RawBuilder<boolean> => sql`(
  position('; merged from ' || ${id} || ';' in '; ' || detail || ';') > 0
  or position('; customer ' || ${id} || ' has changed the address;' in '; ' || detail || ';') > 0)`;

/** Somebody who is reached at another address from now on. */
export interface Move {
  /** The customer of before, or an erased one's hash. */
  formerId: string;
  /** The address from now on, as a key. */
  address: string;
  /** False: the customer is the same, and has a new address. */
  merged: boolean;
}

/**
 * Stops mail to the addresses that people are reached at from now on, if they have objected at an earlier one.
 *
 * Earlier addresses are the one of the former record and, when that is another record or has none, those that it was
 * written to, unless they are somebody else's today. A record that was merged away also counts when the CRM had it as
 * opted out, and when its person was erased: that was a wish to be left alone, too.
 *
 * The CRM is not told of these. It has merged the records or changed the address itself, and what stands in it about
 * the new address is what the person, or whoever has the address by now, said there: not ours to overwrite.
 */
export async function passOnObjections(
  trx: Transaction<Tables>,
  moves: readonly Move[],
  now: Date,
): Promise<void> {
  if (moves.length === 0) return;
  const { rows } = await sql<NewSuppression>`
    with moves as (
      select * from unnest(${moves.map((m) => m.formerId)}::text[], ${moves.map((m) => m.address)}::text[],
        ${moves.map((m) => m.merged)}::boolean[]) as m (former_id, address, merged)
    ),
    earlier as (
      select m.*, f.email_key from moves m join customers f on f.id = m.former_id
      union all
      select m.*, s.email_key from moves m
      join sends s on s.customer_id = m.former_id
      left join customers f on f.id = m.former_id
      where (m.merged or f.email_key is null) and not exists (
        select from customers other
        where other.email_key = s.email_key and other.archived_at is null and other.id <> m.former_id)
    )
    select e.address, x.reason, x.created_at as since,
      case when e.merged then 'merged from ' || e.former_id
        else 'customer ' || e.former_id || ' has changed the address' end as detail
    from earlier e join suppressions x on x.email_hash = ${hashOfKey(sql`e.email_key`)}
    where x.reason = any(${FOLLOWING}) and e.email_key <> e.address
    union
    select m.address, 'unsubscribed', ${now}::timestamptz, 'merged from ' || f.id || '; opted out in the CRM'
    from moves m join customers f on f.id = m.former_id
    where m.merged and f.opted_out
    union
    select m.address, 'manual', ${now}::timestamptz, 'merged from a record whose person was erased'
    from moves m join erasures e on e.customer_hash = m.former_id`.execute(trx);
  await suppressAll(trx, rows, { withheld: true });
}
