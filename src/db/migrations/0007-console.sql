-- People who work in the console, what they did, and what they prepared there.

create table accounts (
  id bigint generated always as identity primary key,
  email text not null,
  -- as it is compared: lower case
  email_key text not null unique generated always as (lower(email)) stored,
  name text not null,
  role text not null check (role in ('viewer', 'marketer', 'admin')),
  -- scrypt; null: this person only signs in by single sign-on
  password_hash text,
  -- issuer and subject of the identity provider; null: not yet signed in that way
  sso_subject text unique,
  -- the role comes from the identity provider's groups at each sign-in, and goes with them
  role_by_sso boolean not null default false,
  -- sessions carry it: one more ends all that were begun before
  session_round integer not null default 1,
  created_at timestamptz not null default now(),
  closed_at timestamptz
);
comment on table accounts is 'People who sign in to the console. Whoever knows SPIELBEIN_PASSWORD is an admin without one.';

create table ended_sessions (
  -- SHA-256 of the session's number
  id bytea primary key,
  -- it would have ended by itself then; after that the row is of no use
  until timestamptz not null
);
comment on table ended_sessions is 'Sessions that somebody signed out of: their cookies open nothing any more.';

create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  -- as shown: a name, "API: …", or empty for whoever sits at this machine
  who text not null,
  account_id bigint references accounts (id),
  -- stable code, e.g. campaign_started
  action text not null,
  -- what it was done to, e.g. a campaign's id or a file; never an address or a name of a customer
  subject text,
  detail jsonb not null default '{}'
);
create index audit_log_by_time on audit_log (at desc, id desc);
create index audit_log_by_subject on audit_log (subject, id desc) where subject is not null;
create index audit_log_by_who on audit_log (who, id desc);
create index audit_log_by_action on audit_log (action, id desc);
comment on table audit_log is 'Who did what in the console and through the API. Only ever added to.';

create table api_tokens (
  id bigint generated always as identity primary key,
  name text not null,
  -- SHA-256 of the token; the token itself is shown once
  token_hash bytea not null unique,
  scopes text[] not null,
  made_by text not null,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
comment on table api_tokens is 'What programs show to use the API.';

-- Who made a campaign, and whether a second person has to look at it before it starts.
alter table campaigns
  add column made_by text,
  -- one more with each change of a draft: who changes it says what it was based on
  add column revision integer not null default 0,
  add column approval_asked_by text,
  -- who that is for good (personKey): names may change
  add column approval_asked_key text,
  add column approval_asked_at timestamptz,
  add column approved_by text,
  add column approved_at timestamptz,
  -- what was approved: content and settings; another one needs a new yes
  add column approved_version text;

-- what a campaign showed, and what came of each block of it
create index shown_blocks_campaign on shown_blocks (campaign_id, kind, content_id);
-- what customers said last, for the first page
create index answers_lately on answers (answered_at desc, id desc);

create table dry_runs (
  id bigint generated always as identity primary key,
  campaign_id text not null references campaigns (id) on delete cascade,
  made_at timestamptz not null,
  made_by text not null,
  -- while it runs: when it last said how far it is
  updated_at timestamptz not null default now(),
  finished_at timestamptz,
  -- what was looked at: the campaign's settings and the content
  version text not null default '',
  -- what it comes to, for people: counts, shares, checks that fail
  summary jsonb not null default '{}',
  error text
);
create index dry_runs_by_campaign on dry_runs (campaign_id, id desc);
create unique index dry_runs_under_way on dry_runs (campaign_id) where finished_at is null;
comment on table dry_runs is 'What a campaign would have done when somebody asked.';

create table dry_run_customers (
  run_id bigint not null references dry_runs (id) on delete cascade,
  -- no reference: customers are erased without asking dry runs (erasure deletes these rows)
  customer_id text not null,
  -- null: would get a mail
  reason text,
  -- what the mail would hold: kind, content, variant and product of each block
  blocks jsonb,
  primary key (run_id, customer_id)
);
create index dry_run_customers_by_customer on dry_run_customers (customer_id);

create table library_edits (
  id bigint generated always as identity primary key,
  -- within LIBRARY_DIR or TEMPLATES_DIR
  folder text not null check (folder in ('library', 'templates')),
  file text not null,
  -- SHA-256 of the file before and after, in content_files; null: there was, or is, none
  before_hash text,
  after_hash text,
  who text not null,
  at timestamptz not null
);
create index library_edits_by_file on library_edits (folder, file, id desc);
comment on table library_edits is 'What was changed in content files from the browser. Whoever uses an editor has git.';
