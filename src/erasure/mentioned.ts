import { type RawBuilder, sql } from 'kysely';

/**
 * Picks the unread reports with any of these addresses (lower-case) in them: by what was noted when they were kept,
 * and by their bytes, which also say what was lost in decoding.
 */
export function mentionedIn(addresses: string[]): RawBuilder<boolean> {
  // Bytes as text, whatever they are: `escape` leaves ASCII as it is.
  return sql`(mentions && array(select address_hash(a) from unnest(${addresses}::text[]) a)
    or exists (select from unnest(${addresses}::text[]) a
      where position(a in lower(encode(raw, 'escape'))) > 0 or position(convert_to(a, 'UTF8') in raw) > 0))`;
}
