-- HubSpot in depth: limits shared by all processes, events as they come in, comparisons over many nights, merges.

create table crm_limits (
  -- 'general' or 'search': HubSpot counts them apart
  bucket text primary key,
  -- what the account allows in one window: the least that any account has, until its answers tell
  max_calls integer not null,
  window_ms integer not null,
  -- nobody calls before this: the CRM has asked for it
  paused_until timestamptz not null default '-infinity',
  -- calls of the whole account in a day, and what is left of them; for both buckets told by 'general'
  daily integer,
  daily_remaining integer,
  told_at timestamptz
);
insert into crm_limits (bucket, max_calls, window_ms) values ('general', 100, 10000), ('search', 5, 1000);
comment on table crm_limits is 'The CRM''s limits, as its answers tell them. Its row is locked while somebody takes a place.';

-- Unlogged, because it is written for every call; what a crash of the database forgets costs a retry at most.
create unlogged table crm_calls (
  id bigint generated always as identity primary key,
  bucket text not null,
  -- null while it is under way: the CRM may count it at any moment until its answer
  ended_at timestamptz,
  -- a call can't be under way longer than this: its process has died
  lost_at timestamptz not null
);
create index crm_calls_bucket on crm_calls (bucket);
comment on table crm_calls is 'Calls that the CRM may still count, by all processes.';

create table crm_hours (
  hour timestamptz primary key,
  calls integer not null
);
comment on table crm_hours is 'Calls that Spielbein made in each hour, for the daily budget.';

-- Takes up to `wanted` places for calls of a bucket; `places` are their ids. One round trip, and each statement
-- sees what the one before has waited for. A call holds its place from its beginning until one window after its
-- end (src/sync/hubspot/places.ts says why). One place in 40 is left to urgent calls. `clock` is given by tests.
create function crm_take(
  asked_bucket text, wanted integer, urgent boolean, longest_ms integer, clock timestamptz default null,
  out places bigint[], out wait_ms double precision
) language plpgsql as $$
declare
  lim crm_limits;
  t timestamptz;
  held interval;
  taken integer;
  room integer;
begin
  select * into strict lim from crm_limits where bucket = asked_bucket for update;
  -- only now: waiting for the row takes time
  t := coalesce(clock, clock_timestamp());
  held := lim.window_ms * interval '1 millisecond';
  delete from crm_calls where bucket = asked_bucket and coalesce(ended_at, lost_at) + held <= t;
  select count(*) into taken from crm_calls where bucket = asked_bucket;
  room := lim.max_calls - case when urgent then 0 else lim.max_calls / 40 end - taken;
  wait_ms := 0;
  if lim.paused_until > t then
    wait_ms := 1000 * extract(epoch from lim.paused_until - t);
    room := 0;
  elsif room <= 0 then
    -- calls under way may end this moment
    select 1000 * extract(epoch from soonest - t) into wait_ms
      from (select coalesce(ended_at, t) + held as soonest from crm_calls where bucket = asked_bucket) as calls
      order by soonest offset -room limit 1;
  end if;
  with new as (
    insert into crm_calls (bucket, lost_at)
      select asked_bucket, t + longest_ms * interval '1 millisecond'
      from generate_series(1, least(wanted, room))
      returning id
  )
  select coalesce(array_agg(id), '{}') into places from new;
end $$;

create table crm_events (
  id bigint generated always as identity primary key,
  received_at timestamptz not null default now(),
  occurred_at timestamptz,
  -- as the CRM calls it, e.g. contact.propertyChange
  kind text not null,
  -- what to look at again: [{"type": "contacts", "id": "17"}]; property values are not kept
  records jsonb not null,
  dedupe_key text not null unique,
  -- nobody takes it before this: somebody has it in hand, or it failed
  due_at timestamptz not null default '-infinity',
  -- so many may be worked off in one go: a group that failed is halved until the one that fails is alone
  together integer not null default 500,
  -- how often it failed alone
  tries integer not null default 0,
  handled_at timestamptz,
  -- refreshed, erased, unknown, ignored, or failed
  outcome text
);
create index crm_events_waiting on crm_events (id) where handled_at is null;
create index crm_events_handled on crm_events (handled_at) where handled_at is not null;
-- erasure and access ask which events name a person
create index crm_events_records on crm_events using gin (records jsonb_path_ops);
comment on table crm_events is 'What the CRM''s webhooks said: worked off in order of arrival, forgotten after some days.';

-- Unlogged: a crash of the database ends every read that is under way, too.
create unlogged table crm_reads (
  object text not null,
  -- the record's id; for purchases the deal or order
  id text not null,
  asked_at timestamptz not null,
  primary key (object, id)
);
create index crm_reads_age on crm_reads (asked_at);
comment on table crm_reads is 'Records read by themselves, and when: an answer that was asked for earlier does not undo them.';

create table customer_merges (
  -- of somebody who was erased their hash, as in erasures
  id text primary key,
  -- never one that is itself merged into another
  into_id text not null,
  merged_at timestamptz not null default now()
);
create index customer_merges_into on customer_merges (into_id);
comment on table customer_merges is 'Contacts that the CRM merged into others: old id, and the id that lives on.';

-- Two records of one person may both have a mail in a campaign. After the merge both mails are that person's.
alter table sends
  -- the id it was made under, when the customer has another mail in this campaign
  add column former_id text,
  drop constraint sends_campaign_id_customer_id_key;
create unique index sends_campaign_customer on sends (campaign_id, customer_id) where former_id is null;

alter table sync_runs drop constraint sync_runs_mode_check;
alter table sync_runs add constraint sync_runs_mode_check
  check (mode in ('full', 'incremental', 'comparison'));

-- The last part of a purchase's id: deal-17-4711 is line 4711.
create function purchase_line(id text) returns text
  language sql immutable parallel safe
  return regexp_replace(id, '^.*-', '');
create index purchases_line on purchases (purchase_line(id));

-- Unsubscribes and complaints are told to the CRM: suppressions are their own outbox.
alter table suppressions
  add column crm_told_at timestamptz,
  -- told, known (the CRM had it already), no_address (the CRM has no such address), or withheld: it is not to be told
  add column crm_outcome text check (crm_outcome in ('told', 'known', 'no_address', 'withheld')),
  -- written down before the CRM is told: what to restore there, should the person take it back; as long as they may
  add column crm_before jsonb,
  add column crm_try_at timestamptz not null default '-infinity',
  add column crm_tries integer not null default 0;
-- Whoever objected before there was any telling did not object to the CRM's mail.
update suppressions set crm_outcome = 'withheld' where reason in ('unsubscribed', 'complained');
create index suppressions_untold on suppressions (crm_try_at)
  where crm_outcome is null and email_key is not null and reason in ('unsubscribed', 'complained');
create index suppressions_before on suppressions (created_at) where crm_before is not null;

create table crm_take_backs (
  email_key text primary key,
  -- a suppression's crm_before
  before jsonb not null,
  taken_back_at timestamptz not null
);
comment on table crm_take_backs is 'Unsubscribes that the CRM may know of and that were taken back: gone when it is told.';
