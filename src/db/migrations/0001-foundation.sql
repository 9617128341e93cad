-- The facts from the CRM, the ledger, and what customers did. Ids of CRM records are the CRM's own.

create table installation (
  key text primary key,
  value text not null
);
comment on table installation is 'Facts of this installation, e.g. the key of all seeded randomness.';

create table companies (
  id text primary key,
  source text not null,
  name text,
  innovation_ratio numeric(5, 4) check (innovation_ratio between 0 and 1),
  archived_at timestamptz
);

create table owners (
  id text primary key,
  source text not null,
  name text,
  email text
);
comment on table owners is 'The company''s salespeople, as the CRM knows them.';

create table products (
  id text primary key,
  source text not null,
  sku text,
  name text not null,
  family text,
  archived_at timestamptz
);

create table customers (
  id text primary key,
  source text not null,
  email text,
  -- trimmed and lower-cased: what suppressions and duplicates compare
  email_key text generated always as (nullif(lower(btrim(email)), '')) stored,
  salutation text check (salutation in ('frau', 'herr')),
  title text,
  first_name text,
  last_name text,
  company_id text,
  owner_id text,
  language text not null default 'de' check (language in ('de', 'en')),
  country text,
  consent text not null default 'none' check (consent in ('consent', 'existing_customer', 'none')),
  opted_out boolean not null default false,
  bounced boolean not null default false,
  innovation_ratio numeric(5, 4) check (innovation_ratio between 0 and 1),
  created_at timestamptz,
  archived_at timestamptz
);
create index customers_email_key on customers (email_key, id) where archived_at is null;
create index customers_company on customers (company_id);

create table purchases (
  -- the line item, and who it counts for: a deal may name several contacts
  id text not null,
  customer_id text not null,
  source text not null,
  product_id text not null,
  -- negative for a return
  quantity integer not null,
  purchased_on date not null,
  status text not null check (status in ('kept', 'returned', 'cancelled')),
  primary key (customer_id, id)
);
create index purchases_product on purchases (product_id, customer_id);

create view owned_products as
  select customer_id, product_id, sum(quantity)::int as quantity,
         min(purchased_on) filter (where quantity > 0) as since
  from purchases
  where status = 'kept'
  group by customer_id, product_id
  having sum(quantity) > 0;
comment on view owned_products is 'Purchases minus returns and cancellations.';

create table sync_runs (
  id bigint generated always as identity primary key,
  source text not null,
  mode text not null check (mode in ('full', 'incremental')),
  started_at timestamptz not null,
  finished_at timestamptz,
  -- what is done and what is next, so that a run that died can go on
  progress jsonb not null default '{}',
  counts jsonb not null default '{}',
  error text
);

create table sync_cursors (
  source text not null,
  object text not null,
  synced_until timestamptz not null,
  primary key (source, object)
);
comment on table sync_cursors is 'Up to when each object type is known; moved only together with its rows.';

create table suppressions (
  email_key text primary key,
  reason text not null check (reason in ('unsubscribed', 'bounced', 'complained', 'manual')),
  detail text,
  created_at timestamptz not null default now()
);
comment on table suppressions is 'Addresses that must never be written to again.';

create table campaigns (
  id text primary key,
  name text not null,
  kind text not null check (kind in ('adhoc', 'nightly')),
  audience jsonb not null default '{}',
  state text not null default 'draft'
    check (state in ('draft', 'planning', 'running', 'paused', 'finished', 'cancelled')),
  -- why a person is needed, in plain words
  attention text,
  -- candidates = planned + the sum of excluded, checked when planning ends
  candidates integer,
  planned integer,
  excluded jsonb not null default '{}',
  -- last customer planned, so that planning that died goes on
  planned_up_to text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz
);

create table sends (
  id bigint generated always as identity primary key,
  campaign_id text not null references campaigns (id),
  customer_id text not null,
  -- one BullMQ job works off one chunk
  chunk integer not null,
  state text not null default 'planned'
    check (state in ('planned', 'queued', 'sending', 'sent', 'failed', 'skipped', 'in_doubt')),
  -- stable code: a SkipReason, or why it failed
  reason text,
  -- a sentence for people
  detail text,
  -- the address written to, kept while it matters for suppression and bounces
  email_key text,
  message_id text unique,
  subject text,
  composition jsonb,
  attempts integer not null default 0,
  -- not before this time (a transient refusal waits)
  due_at timestamptz not null default now(),
  -- the process that is sending; it holds an advisory lock of this number while it lives
  worker integer,
  planned_at timestamptz not null default now(),
  sending_at timestamptz,
  settled_at timestamptz,
  smtp_response text,
  unique (campaign_id, customer_id)
);
create index sends_open on sends (campaign_id, chunk) where state in ('planned', 'queued', 'sending');
create index sends_customer on sends (customer_id, sending_at);
create index sends_email_key on sends (email_key, sending_at) where email_key is not null;
create index sends_in_flight on sends (worker) where state = 'sending';

create table shown_blocks (
  send_id bigint not null references sends (id),
  position smallint not null,
  customer_id text not null,
  campaign_id text not null,
  kind text not null check (kind in ('proven', 'experimental')),
  content_id text not null,
  variant_id text not null,
  product_key text not null,
  probability double precision not null,
  shown_at timestamptz not null,
  primary key (send_id, position)
);
create index shown_blocks_customer on shown_blocks (customer_id, content_id);
comment on table shown_blocks is 'What each customer was really shown: written when the mail is sent.';

create table ratio_accounts (
  customer_id text primary key,
  -- sum of ratio x blocks shown, in 1/10,000 blocks
  wanted bigint not null default 0,
  -- experimental blocks shown
  given integer not null default 0,
  -- 1/10,000 blocks that could not be served and were let go beyond the bound
  forgiven bigint not null default 0
);

create table answers (
  id bigint generated always as identity primary key,
  send_id bigint not null references sends (id),
  position smallint not null,
  customer_id text not null,
  content_id text not null,
  answer text not null check (answer in ('yes', 'call', 'later', 'no')),
  answered_at timestamptz not null default now()
);
create unique index answers_block on answers (send_id, position);
create index answers_customer on answers (customer_id, content_id);

create table clicks (
  id bigint generated always as identity primary key,
  send_id bigint not null references sends (id),
  position smallint not null,
  user_agent text,
  clicked_at timestamptz not null default now()
);
create index clicks_block on clicks (send_id, position);

create table mailbox (
  id bigint generated always as identity primary key,
  received_at timestamptz not null default now(),
  mail_from text not null,
  rcpt_to text[] not null,
  message_id text,
  header_from text,
  header_to text,
  subject text,
  raw bytea not null
);
create index mailbox_message_id on mailbox (message_id);
comment on table mailbox is 'The embedded inbox: what the built-in SMTP server received.';
