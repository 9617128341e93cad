import { sql } from 'kysely';
import type { Database } from '../../src/db/connect.ts';
import type { Library } from '../../src/library/library.ts';

/** How much of everything there is. */
export interface Size {
  customers: number;
  purchases: number;
  campaigns: number;
  /** Of each campaign but the newest, which are drafts, paused and running. */
  sends: number;
}

const MAIL =
  'Subject: Neues\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><h1>Neues</h1><p>Text</p></body></html>';
const FIRST = ['Anna', 'Bernd', 'Çelik', 'Dörte', 'Emil', 'Frauke', 'Georg', 'Hanna', 'Ivo', 'Jutta'];
const LAST = ['Adler', 'Brandt', 'Conrad', 'Dressel', 'Ebert', 'Frings', 'Göbel', 'Haas', 'Jahnke', 'Kühn'];

/**
 * A company with years of mails behind it, written by the database itself: people with names that searches can tell
 * apart, what they own, campaigns with their sends and what each mail showed, answers, clicks, bounces and an audit log.
 */
export async function writeCompany(db: Database, library: Library, size: Size, now: Date): Promise<void> {
  const { customers } = size;
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
    insert into companies (id, source, name, innovation_ratio)
    select 'f' || n, 'bench', initcap(substr(md5(n::text), 1, 7)) || ' Werke GmbH',
      case when n % 9 = 0 then 0.3 end
    from generate_series(0, ${Math.ceil(customers / 4)}::int) n`.execute(db);
  await sql`
    insert into owners (id, source, name, email)
    select 'o' || n, 'bench', 'Vertrieb ' || n, 'v' || n || '@firma.example' from generate_series(0, 19) n`.execute(
    db,
  );
  await sql`
    insert into customers (id, source, email, first_name, last_name, company_id, owner_id, language, consent, opted_out,
      bounced, innovation_ratio)
    select n::text, 'bench', 'k' || n || '@kunde' || n % 5000 || '.example', (${list(FIRST)})[1 + n % 10],
      (${list(LAST)})[1 + n / 10 % 10] || substr(md5(n::text), 1, 4), 'f' || n / 4, 'o' || n % 20,
      case when n % 6 = 0 then 'en' else 'de' end,
      case when n % 5 < 2 then 'consent' when n % 5 < 4 then 'existing_customer' else 'none' end,
      n % 40 = 0, n % 97 = 0, case when n % 7 = 0 then 0.4 end
    from generate_series(0, ${customers - 1}::int) n`.execute(db);
  await sql`
    insert into purchases (id, customer_id, source, product_id, quantity, purchased_on, status)
    select 'd' || n, (n % ${customers}::int)::text, 'bench',
      -- some are owned by many, some by few
      (${list(library.products.keys())})[1 + floor(power(random(), 2) * ${products.length}::int)::int],
      1, ${now}::date - floor(random() * 2500)::int, case when n % 50 = 0 then 'returned' else 'kept' end
    from generate_series(0, ${size.purchases - 1}::int) n`.execute(db);
  await sql`
    insert into suppressions (email_key, reason)
    select email_key, 'unsubscribed' from customers where id::int % 53 = 0 and email_key is not null`.execute(
    db,
  );
  await writeCampaigns(db, library, size, now);
  await writeWhatCameBack(db, size, now);
  await sql`vacuum analyze`.execute(db);
}

/** The newest three are a draft, one that is paused and one that runs; the rest are over. */
async function writeCampaigns(db: Database, library: Library, size: Size, now: Date): Promise<void> {
  const { customers, campaigns, sends } = size;
  const list = (values: Iterable<string>) => sql`${[...values]}::text[]`;
  await sql`
    insert into campaigns (id, name, kind, state, candidates, planned, excluded, audience, created_at, started_at,
      finished_at, made_by)
    select 'c' || n, 'Runde ' || n, case when n % 3 = 0 then 'adhoc' else 'nightly' end,
      case n when ${campaigns - 1}::int then 'draft' when ${campaigns - 2}::int then 'paused'
        when ${campaigns - 3}::int then 'running' else 'finished' end,
      ${customers}, ${sends}, jsonb_build_object('nothing_new', ${customers - sends}::int),
      case when n % 3 = 0 then jsonb_build_object('products', jsonb_build_array(
        (${list(library.products.keys())})[1 + n % ${library.products.size}::int])) else '{}' end,
      at, at, case when n < ${campaigns - 3}::int then at + interval '2 hours' end, 'bench'
    from (select n, ${now}::timestamptz - interval '7 days' * (${campaigns}::int - n) as at
      from generate_series(0, ${campaigns - 1}::int) n) c`.execute(db);
  await sql`
    insert into sends (campaign_id, customer_id, chunk, state, reason, subject, email_key, message_id, due_at, planned_at,
      sending_at, settled_at, composition)
    select 'c' || c, (n * 7 + c * 13) % ${customers}::int, n / 500,
      case when c = ${campaigns - 3}::int and n % 2 = 0 then 'planned' when n % 400 = 0 then 'failed'
        when n % 5000 = 1 then 'in_doubt' else 'sent' end,
      case when n % 400 = 0 then 'smtp_rejected' end, 'Neues zu Ihren Produkten', 'k' || n || '@kunde.example',
      '<' || c || '-' || n || '@bench>', at, at, at, at,
      jsonb_build_object('blocks', '[]'::jsonb, 'left', '[]'::jsonb, 'language', 'de',
        'ratio', jsonb_build_object('value', 0.2, 'source', 'default'), 'experimentsDue', 1, 'seed', 'bench',
        'account', jsonb_build_object('before', jsonb_build_object('wanted', c * 6000, 'given', c / 2, 'forgiven', 0),
          'after', jsonb_build_object('wanted', (c + 1) * 6000, 'given', (c + 1) / 2, 'forgiven', 0)))
    from (select c, n, ${now}::timestamptz - interval '7 days' * (${campaigns}::int - c) + interval '1 second' * (n / 10) as at
      from generate_series(0, ${campaigns - 2}::int) c, generate_series(0, ${sends - 1}::int) n) s`.execute(
    db,
  );
  await sql`
    insert into shown_blocks (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key,
      probability, shown_at)
    select s.id, p, s.customer_id, s.campaign_id, case when p = 2 then 'experimental' else 'proven' end,
      case when p = 2 then (${list(library.offers.keys())})[1 + floor(random() * ${library.offers.size}::int)::int]
        else (${list(library.developments.keys())})[1 + floor(random() * ${library.developments.size}::int)::int] end,
      'base', (${list(library.products.keys())})[1 + (s.customer_id::int + p) % ${library.products.size}::int], 0.5,
      s.sending_at
    from sends s, generate_series(0, 2) p where s.state = 'sent'`.execute(db);
}

/** Of 100 blocks six are answered and five clicked; some mails bounce; people worked in the console. */
async function writeWhatCameBack(db: Database, size: Size, now: Date): Promise<void> {
  await sql`
    insert into answers (send_id, position, customer_id, content_id, answer, answered_at, doubted_at)
    select send_id, position, customer_id, content_id, (array['yes', 'call', 'later', 'no'])[1 + floor(random() * 4)::int],
      shown_at + interval '1 hour', case when random() < 0.03 then shown_at + interval '2 hours' end
    from shown_blocks where random() < 0.06`.execute(db);
  await sql`
    insert into visits (send_id, link, position, machine, visited_at)
    select send_id, 'click', position, case when random() < 0.2 then 'agent' end, shown_at + interval '50 minutes'
    from shown_blocks where random() < 0.05`.execute(db);
  await sql`
    insert into mail_events (send_id, campaign_id, kind, source, occurred_at)
    select id, campaign_id, (array['soft_bounce', 'hard_bounce', 'unsubscribe'])[1 + floor(random() * 3)::int], 'dsn',
      sending_at + interval '1 hour'
    from sends where state = 'sent' and random() < 0.004`.execute(db);
  await sql`
    insert into ratio_accounts (customer_id, wanted, given)
    select id, 60000, 6 from customers where id::int % 2 = 0`.execute(db);
  await sql`
    insert into ratio_suggestions (customer_id, ratio, suggested, probability, times, made_at)
    select id, 0.2, 0.3, 0.96, 1.9, ${now} from customers where id::int % 50 = 1`.execute(db);
  await sql`
    insert into audit_log (at, who, action, subject)
    select ${now}::timestamptz - interval '1 hour' * n, 'Bench', 'campaign_started', 'c' || n % ${size.campaigns}::int
    from generate_series(0, 4999) n`.execute(db);
  await sql`
    insert into mailbox (mail_from, rcpt_to, message_id, header_from, header_to, subject, raw)
    select 'news@firma.example', array['k' || n || '@kunde.example'], '<' || n || '@inbox>', 'Firma', 'Kunde',
      'Neues zu Ihren Produkten', convert_to(${MAIL}, 'utf8') from generate_series(0, 1999) n`.execute(db);
}
