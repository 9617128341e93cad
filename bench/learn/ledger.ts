import { sql } from 'kysely';
import type { Database } from '../../src/db/connect.ts';
import type { Library } from '../../src/library/library.ts';

/** Of each offer: as it was written, and seven forms of four genes. */
export const VARIANTS = [
  'base',
  'headline=a',
  'headline=b',
  'picture=a',
  'benefit=a',
  'headline=a,benefit=a',
  'headline=b,call=a',
  'picture=a,call=a',
];

const BLOCKS_A_MAIL = 4;
const MAILS_A_CUSTOMER = 10;

/**
 * Two years of mails, written by the database itself: four blocks each, one of them an offer; ten mails to each
 * customer. Of 100 blocks six are answered (three yes, two no, one later), three more are clicked; 0.3 % of mails are
 * objected to; and each customer has bought five times in that time, now and then what a mail was about.
 */
export async function writeLedger(db: Database, library: Library, blocks: number, now: Date): Promise<void> {
  const mails = Math.round(blocks / BLOCKS_A_MAIL);
  const customers = Math.round(mails / MAILS_A_CUSTOMER);
  const products = [...library.products.values()];
  const list = (values: Iterable<string>) => sql`${[...values]}::text[]`;
  await sql`select setseed(0.5)`.execute(db);
  await sql`
    insert into products (id, source, sku, name)
    select * from unnest(${list(products.map(({ key }) => key))}, ${list(products.map(() => 'bench'))},
      ${list(products.map(({ skus }) => skus[0] ?? ''))}, ${list(products.map(({ de }) => de.name))})`.execute(
    db,
  );
  await sql`
    insert into customers (id, source, consent)
    select n::text, 'bench', 'consent' from generate_series(0, ${customers - 1}::int) n`.execute(db);
  await sql`
    insert into campaigns (id, name, kind, state, created_at)
    select 'c' || n, 'bench', 'nightly', 'finished', ${now} from generate_series(0, 103) n`.execute(db);
  await sql`
    insert into sends (campaign_id, customer_id, chunk, state, due_at, sending_at, settled_at)
    select 'c' || (n / ${customers}::int * 10 + n % 10), n % ${customers}::int, 0, 'sent', at, at, at
    from (
      select n, ${now}::timestamptz - interval '730 days' * (1 - (n / ${customers}::int + random()) / 10) as at
      from generate_series(0, ${mails - 1}::int) n) m`.execute(db);
  await sql`
    insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
      probability, shown_at)
    select s.id, p, s.customer_id, s.campaign_id,
      case when p = 3 then 'experimental' else 'proven' end,
      case when p = 3 then (${list(library.offers.keys())})[1 + floor(random() * ${library.offers.size}::int)]
        else (${list(library.developments.keys())})[1 + floor(random() * ${library.developments.size}::int)] end,
      case when p = 3 then (${list(VARIANTS)})[1 + floor(random() * ${VARIANTS.length}::int)] else 'base' end,
      (${list(library.products.keys())})[1 + (s.customer_id::int + p) % ${library.products.size}::int],
      1, s.sending_at
    from sends s, generate_series(0, 3) p`.execute(db);
  await sql`
    insert into answers (send_id, position, customer_id, content_id, answer, answered_at)
    select send_id, position, customer_id, content_id,
      case when chance < 0.03 then 'yes' when chance < 0.05 then 'no' else 'later' end, at
    from (
      select b.*, random() as chance, shown_at - interval '2 days' * ln(1 - random()) as at from shown_blocks b) b
    where chance < 0.06 and at <= ${now}`.execute(db);
  await sql`
    insert into visits (send_id, link, position, visited_at)
    select send_id, 'click', position, at
    from (select b.*, shown_at - interval '1 day' * ln(1 - random()) as at from shown_blocks b where random() < 0.05) b
    where at <= ${now}`.execute(db);
  await sql`
    insert into mail_events (send_id, kind, source, occurred_at)
    select id, 'unsubscribe', 'link', sending_at + interval '1 hour' from sends where random() < 0.003`.execute(
    db,
  );
  await sql`
    insert into purchases (id, customer_id, source, product_id, quantity, purchased_on, status)
    select n || '-' || i, n, 'bench', (${list(library.products.keys())})[1 + (n + i) % ${library.products.size}::int], 1,
      ${now}::date - floor(random() * 730)::int, 'kept'
    from generate_series(0, ${customers - 1}::int) n, generate_series(0, 4) i`.execute(db);
  await sql`analyze`.execute(db);
}
