import { sql } from 'kysely';
import { addressForms } from '../domain/address-forms.ts';
import type { SuppressionReason } from '../domain/send.ts';
import type { Database } from './connect.ts';

/**
 * Reasons from the weakest to the strongest: what a machine found out, what a colleague decided, what the recipient
 * said, what the law says. Removing an entry asks for the more care, the stronger its reason is.
 */
export const REASONS_BY_STRENGTH: readonly SuppressionReason[] = [
  'bounced',
  'manual',
  'unsubscribed',
  'complained',
  'erased',
];

/** An entry to be: known by its address, or by its hash alone. */
export type NewSuppression = ({ address: string } | { hash: string }) & {
  reason: SuppressionReason;
  /** For people, e.g. `send 42`; without addresses. */
  detail: string | null;
  since: Date;
};

/** What was said about mail, as against found out or decided. */
const SAID: readonly SuppressionReason[] = ['unsubscribed', 'complained'];

/**
 * Stops all mail to many addresses at once, in a few statements, whatever their number. An address has one entry: the
 * first one's date stays, the strongest reason wins, and every other reason is added to the detail, so that taking one
 * back never lets another be forgotten. An erased person's entry never learns anything again, neither address nor
 * reason. An address that can be written in two ways is stopped in both.
 * @param options.withheld these are not for the CRM's ears: nobody has said them here about these addresses. Once
 *   somebody has, later than the entry's date, the CRM is told
 * @returns how many were free until now, as they were given
 */
export async function suppressAll(
  db: Database,
  entries: NewSuppression[],
  { withheld = false }: { withheld?: boolean } = {},
): Promise<number> {
  const added = await store(db, entries, withheld);
  await store(db, entries.flatMap(inOtherForms), withheld);
  return added;
}

function inOtherForms(entry: NewSuppression): NewSuppression[] {
  if (!('address' in entry)) return [];
  return addressForms(entry.address)
    .slice(1)
    .map((address) => ({ ...entry, address }));
}

async function store(db: Database, entries: NewSuppression[], withheld: boolean): Promise<number> {
  if (entries.length === 0) return 0;
  const given = sql`given as (
    select distinct on (email_hash) *
    from (
      select coalesce(hash, address_hash(address)) as email_hash,
        case when reason <> 'erased' then lower(btrim(address)) end as email_key,
        reason, case when reason <> 'erased' then left(detail, 500) end as detail, since,
        array_position(${REASONS_BY_STRENGTH}::text[], reason) as strength
      from unnest(
        ${entries.map((e) => ('address' in e ? e.address : null))}::text[],
        ${entries.map((e) => ('hash' in e ? e.hash : null))}::text[],
        ${entries.map((e) => e.reason)}::text[],
        ${entries.map((e) => e.detail)}::text[],
        ${entries.map((e) => e.since)}::timestamptz[]) as e (address, hash, reason, detail, since)
    ) e
    order by email_hash, strength desc)`;
  const added = await sql`
    with ${given}
    insert into suppressions (email_hash, email_key, reason, detail, created_at, crm_outcome)
    select email_hash, email_key, reason, detail, since, case when ${withheld}::boolean then 'withheld' end from given
    on conflict do nothing`.execute(db);
  // The row's own columns, not a second look at the table: after waiting for another process they are the new ones.
  const stronger = sql`g.strength > array_position(${REASONS_BY_STRENGTH}::text[], s.reason)`;
  // Entries made just now have the same reason, so this leaves them alone.
  await sql`
    with ${given}
    update suppressions s set
      reason = case when ${stronger} then g.reason else s.reason end,
      email_key = case when g.reason <> 'erased' then s.email_key end,
      crm_outcome = case when ${withheld}::boolean and s.reason <> all(${SAID}) then 'withheld' else s.crm_outcome end,
      detail = case when g.reason <> 'erased' then left(
        case when ${stronger} then concat_ws('; ', g.detail, 'also ' || s.reason, s.detail)
        else concat_ws('; ', s.detail, 'also ' || g.reason, g.detail) end, 500) end
    from given g
    where s.email_hash = g.email_hash and s.reason <> g.reason and s.reason <> 'erased'
      and coalesce(position('also ' || g.reason in s.detail), 0) = 0`.execute(db);
  if (!withheld) {
    await sql`
      with ${given}
      update suppressions s set crm_outcome = null, crm_try_at = '-infinity'
      from given g
      where s.email_hash = g.email_hash and s.crm_outcome = 'withheld' and g.reason = any(${SAID})
        and g.since > s.created_at`.execute(db);
  }
  return Number(added.numAffectedRows ?? 0n);
}
