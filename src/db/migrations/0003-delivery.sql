-- Delivery in depth: what a mail's way out and back needs beyond the ledger's first shape.

-- An erased person stays suppressed without our keeping the address: suppressions are found by a salted hash.
insert into installation (key, value)
  values ('address_salt', replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''))
  on conflict (key) do nothing;

create function address_hash(address text) returns text
  language sql stable parallel safe
  return encode(sha256(convert_to(
    (select i.value from installation i where i.key = 'address_salt') || lower(btrim(address)), 'UTF8')), 'hex');
comment on function address_hash is 'Salted SHA-256 of a trimmed, lower-cased address, as hex.';

create function address_domain(email_key text) returns text
  language sql immutable parallel safe
  return split_part(email_key, '@', -1);

alter table suppressions add column email_hash text;
update suppressions set email_hash = address_hash(email_key);
alter table suppressions drop constraint suppressions_pkey;
alter table suppressions add primary key (email_hash);
alter table suppressions alter column email_key drop not null;
alter table suppressions add unique (email_key);
alter table suppressions drop constraint suppressions_reason_check;
alter table suppressions add constraint suppressions_reason_check
  check (reason in ('unsubscribed', 'bounced', 'complained', 'manual', 'erased'));
comment on column suppressions.email_key is 'Null when the person was erased: the hash alone keeps them suppressed.';

create function hash_suppression() returns trigger language plpgsql as $$
begin
  if new.email_key is not null then new.email_hash := address_hash(new.email_key); end if;
  return new;
end $$;
create trigger suppressions_hash before insert or update of email_key on suppressions
  for each row execute function hash_suppression();

alter table campaigns drop constraint campaigns_state_check;
alter table campaigns add constraint campaigns_state_check
  check (state in ('draft', 'scheduled', 'planning', 'running', 'paused', 'finished', 'cancelled'));
alter table campaigns
  -- when a scheduled campaign is to be planned
  add column starts_at timestamptz,
  -- its mails are spread over so many hours
  add column spread_hours numeric(6, 2) not null default 0 check (spread_hours between 0 and 720),
  add column in_doubt_policy text not null default 'hold' check (in_doubt_policy in ('hold', 'resend')),
  -- the content it was started with; null means whatever is current
  add column content_version text,
  -- the circuit breaker counts from here: a person who resumes has seen what was before
  add column watched_since timestamptz;

alter table sends
  -- the first try that a server answered; 24 hours later the last one
  add column tried_at timestamptz,
  -- when it became in doubt
  add column held_at timestamptz,
  -- enhanced status code (RFC 3463) of the last reply, e.g. 5.1.1
  add column smtp_status text;
create index sends_in_doubt on sends (campaign_id, id) where state = 'in_doubt';
create index sends_settled on sends (campaign_id, settled_at desc) where settled_at is not null;

create table domain_backoff (
  domain text primary key,
  -- deferrals in a row; each doubles the pause
  strikes integer not null,
  -- when the first of them came: mails that have waited a day since then are given up
  since timestamptz not null,
  resume_at timestamptz not null,
  reply text
);
comment on table domain_backoff is 'Recipient domains that asked us to slow down (421, 4.7.x), learned while sending.';

create table send_rates (
  -- '*' for everything, else a recipient domain
  scope text primary key,
  -- token bucket: mails that may leave at once, as of refilled_at
  tokens double precision not null,
  refilled_at timestamptz not null,
  -- the last moment at which somebody who waits was told to ask again
  asked_until timestamptz not null
);
comment on table send_rates is 'Rates shared by all workers.';

create table daily_volume (
  day date primary key,
  reserved integer not null default 0
);
comment on table daily_volume is 'Mails begun on each day, for warm-up steps.';

create table mail_events (
  id bigint generated always as identity primary key,
  send_id bigint references sends (id),
  campaign_id text references campaigns (id),
  kind text not null check (kind in ('hard_bounce', 'soft_bounce', 'complaint', 'unsubscribe')),
  -- whom it is about; null once erased
  email_key text,
  -- enhanced status code (RFC 3463), e.g. 5.1.1
  status text,
  detail text,
  -- where it came from: dsn, arf, ses, mailgun, postmark, link
  source text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  -- the same report delivered twice counts once
  dedupe_key text unique
);
create index mail_events_campaign on mail_events (campaign_id, occurred_at);
create index mail_events_address on mail_events (email_key, occurred_at) where email_key is not null;
create index mail_events_send on mail_events (send_id);
comment on table mail_events is 'What came back about a mail: bounces, complaints, unsubscribes.';

create table unread_reports (
  id bigint generated always as identity primary key,
  source text not null,
  received_at timestamptz not null default now(),
  -- why the program could not make sense of it
  problem text not null,
  -- its beginning; reports say what they have to say there
  raw bytea not null,
  sha256 bytea not null generated always as (sha256(raw)) stored,
  -- address_hash of every address in it, however it is encoded: so access and erasure find it
  mentions text[] not null default '{}',
  handled_at timestamptz
);
create unique index unread_reports_waiting on unread_reports (sha256) where handled_at is null;
create index unread_reports_mentions on unread_reports using gin (mentions);
comment on table unread_reports is 'Bounces and complaints that the program could not read: kept for a person.';

create table webhook_tokens (
  -- SHA-256 of a token that a provider signed, as hex
  token text primary key,
  -- SHA-256 of the report that came with it
  report text not null,
  taken_at timestamptz not null
);
create index webhook_tokens_age on webhook_tokens (taken_at);
comment on table webhook_tokens is 'Mailgun signs tokens, not reports: each counts for one report, and is forgotten after a day.';

create table content_files (
  -- SHA-256 of the bytes, as hex
  hash text primary key,
  body bytea not null
);
create table content_versions (
  -- SHA-256 of the list of files
  id text primary key,
  -- {"library/settings.yaml": "<hash>", "templates/mail/newsletter.mjml": "<hash>"}
  files jsonb not null,
  created_at timestamptz not null default now()
);
comment on table content_versions is 'Content as it was when a campaign started, file by file; equal files are kept once.';

create table erasures (
  -- salted SHA-256 of 'customer:' and the id (src/sync/erased.ts): the id itself is not kept
  customer_hash text primary key,
  erased_at timestamptz not null
);
comment on table erasures is 'People erased on request (GDPR Art. 17): a sync does not bring them back.';

create table reports (
  day date primary key,
  sent_at timestamptz not null
);
comment on table reports is 'Daily reports sent to the operator: one a day, whoever sends it.';
