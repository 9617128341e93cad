-- The conversation: who opens links, what people say, what they wish for, what the CRM is told of it, and whom the
-- effect is measured against.

create table visits (
  id bigint generated always as identity primary key,
  send_id bigint not null references sends (id),
  -- the kind of link (links/token.ts)
  link text not null check (link in ('answer', 'click', 'unsubscribe', 'preferences')),
  -- which block it is about, and which answer it stands for
  position smallint,
  answer text check (answer in ('yes', 'call', 'later', 'no')),
  -- a form was sent, not only a page opened
  posted boolean not null default false,
  user_agent text,
  -- what shows that no person did it; null: nothing speaks against a person
  machine text check (machine in ('head', 'prefetch', 'agent', 'burst', 'hasty')),
  -- the page that asks once more was answered by it: a person did it, whatever else was going on
  confirmed boolean not null default false,
  -- which page's form, and that of the pages that followed from it (feedback/visits/ticket.ts)
  ticket text,
  -- the button against it was pressed ("that was not me", "keep"): nothing that came by this ticket counts
  denied boolean not null default false,
  -- what it did about all mail, unless that was taken back
  changed text check (changed in ('stopped', 'restored')),
  visited_at timestamptz not null default now()
);
create index visits_send on visits (send_id, visited_at);
-- names of browsers are forgotten after a while
create index visits_agents on visits (visited_at) where user_agent is not null;
comment on table visits is 'Who opened the links of mails: people, and the programs that look at every link.';

insert into visits (send_id, link, position, user_agent, visited_at)
  select send_id, 'click', position, user_agent, clicked_at from clicks order by id;
drop table clicks;

-- Every answer is kept; the last one that a person gave counts.
drop index answers_block;
create index answers_block on answers (send_id, position, id);
alter table answers
  -- programs were opening links of this mail at that moment: it counts for nothing
  add column doubted_at timestamptz,
  -- the page that asks once more was answered: doubted only if that page is answered with "not me" as well
  add column confirmed boolean not null default false,
  -- the form that said it
  add column visit_id bigint references visits (id),
  -- the CRM entry that tells of it
  add column crm_entry_id bigint;

create view heard_answers as
  select id, send_id, position, customer_id, content_id, answer, answered_at
  from answers a
  where doubted_at is null and not exists (
    select from answers later
    where later.send_id = a.send_id and later.position = a.position and later.id > a.id
      and later.doubted_at is null);
comment on view heard_answers is 'What people said to each block at last, as far as it was a person.';

create table statements (
  id bigint generated always as identity primary key,
  customer_id text not null,
  -- the mail and the block it followed; null when it came by another way, e.g. in a conversation
  send_id bigint references sends (id),
  position smallint,
  content_id text,
  -- library id of the question, and its words as they were asked
  question_id text not null,
  question text not null,
  -- code and words of what was chosen; null when nothing was
  choice text,
  choice_words text,
  -- in their own words
  words text check (length(words) <= 2000),
  said_by text not null check (said_by in ('customer', 'salesperson')),
  said_at timestamptz not null default now(),
  -- they asked to be left alone with this content until that day
  not_before date,
  -- ids of the CRM products that stopped counting as theirs by it, until a newer answer to this content
  not_used text[] not null default '{}',
  crm_entry_id bigint,
  -- the form that said it
  visit_id bigint references visits (id),
  -- the answer that it followed is doubted: it counts for nothing
  doubted_at timestamptz,
  check (choice is not null or words is not null)
);
create index statements_customer on statements (customer_id, said_at);
create index statements_block on statements (send_id, position);
comment on table statements is 'What customers said to a further question, themselves or through their salesperson.';

create table preferences (
  customer_id text primary key,
  -- null: as the CRM has it
  language text check (language in ('de', 'en')),
  -- null: as often as the rules allow
  frequency text check (frequency in ('monthly', 'quarterly', 'important')),
  -- kinds of developments they don't want to hear of, and 'offers'
  topics_off text[] not null default '{}',
  -- from -2, much more of the proven, to 2, much more that is new; null: nothing said
  ratio_wish smallint check (ratio_wish between -2 and 2),
  -- no mail before this day
  paused_until date,
  changed_at timestamptz not null default now()
);
comment on table preferences is 'What customers wish for, by themselves, on their preferences page.';

create table product_use (
  customer_id text not null,
  product_id text not null,
  -- false: "I don't use this (any more)"; true: "I use this", although no purchase is known
  used boolean not null,
  said_on date not null,
  primary key (customer_id, product_id)
);
comment on table product_use is 'Where customers correct what their purchases say.';

create or replace view owned_products as
  select o.customer_id, o.product_id, o.quantity, o.since, false as declared
  from (
    select customer_id, product_id, sum(quantity)::int as quantity,
      min(purchased_on) filter (where quantity > 0) as since, max(purchased_on) filter (where quantity > 0) as latest
    from purchases
    where status = 'kept'
    group by customer_id, product_id
    having sum(quantity) > 0
  ) o
  where not exists (
    select from product_use u
    where u.customer_id = o.customer_id and u.product_id = o.product_id and not u.used and u.said_on >= o.latest)
  union all
  select u.customer_id, u.product_id, 1, u.said_on, true
  from product_use u
  where u.used and coalesce((
    select sum(p.quantity) from purchases p
    where p.customer_id = u.customer_id and p.product_id = u.product_id and p.status = 'kept'), 0) <= 0;
comment on view owned_products is
  'Purchases minus returns and cancellations, as their owners corrected it. `declared`: they say so, no purchase does.';

create table crm_entries (
  id bigint generated always as identity primary key,
  customer_id text not null,
  -- note: what was said to a block, or to nothing in particular; task: somebody wants a call; profile: the contact's
  -- properties
  kind text not null check (kind in ('note', 'task', 'profile')),
  -- the block it is about; null: the customer as a whole
  send_id bigint references sends (id),
  position smallint,
  created_at timestamptz not null default now(),
  -- not before this: people correct themselves, and say more
  due_at timestamptz not null,
  -- a try was begun: the CRM may have it from here on
  begun_at timestamptz,
  -- the CRM was last asked to take it then, and what came of it is not known
  asked_at timestamptz,
  -- what is written, fixed when it is begun
  body jsonb,
  tries integer not null default 0,
  settled_at timestamptz,
  -- written; nothing (there is nothing left to tell), gone (the CRM has no such contact), refused, or not_wanted
  outcome text check (outcome in ('written', 'nothing', 'gone', 'refused', 'not_wanted')),
  -- the CRM's id of it
  crm_id text,
  -- the CRM's words when it refused
  refusal text
);
create unique index crm_entries_gathering
  on crm_entries (kind, customer_id, coalesce(send_id, 0), coalesce(position, -1))
  where begun_at is null and settled_at is null;
create index crm_entries_open on crm_entries (due_at) where settled_at is null;
create index crm_entries_customer on crm_entries (customer_id);
comment on table crm_entries is 'What the CRM is to be told of the conversation: written by a job, each once.';

create table held_out (
  campaign_id text not null references campaigns (id),
  customer_id text not null,
  -- decided about together with the sends of the same chunk
  chunk integer not null,
  -- when the mail would have been due
  due_at timestamptz not null,
  -- when it was decided what it would have been; null: not yet
  decided_at timestamptz,
  -- a SkipReason: it would not have gone out after all
  reason text,
  -- what it would have shown: [{"kind", "contentId", "productKey"}]; null: nothing
  blocks jsonb,
  -- the innovation account as it would be afterwards
  account jsonb,
  primary key (campaign_id, customer_id)
);
create index held_out_customer on held_out (customer_id);
create index held_out_open on held_out (campaign_id, chunk) where decided_at is null;
comment on table held_out is
  'Mails that were left out only because their customer is in the holdout: what the mailed ones are compared with.';

-- wishes count for an address, also those of records that are archived by now
create index customers_address on customers (email_key);

-- purchases of a product since a day, by anybody
create index purchases_day on purchases (purchased_on);
