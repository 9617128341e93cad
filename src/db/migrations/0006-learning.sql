-- What is learned from answers: which forms of offers are tried, what they earned, and what waits for a person's yes.

create table variants (
  offer_id text not null,
  -- its genes, as domain/genes.ts writes them; 'base' for the offer as it was written
  variant_id text not null,
  state text not null default 'alive' check (state in ('alive', 'retired', 'stopped')),
  origin text not null check (origin in ('founder', 'mutation', 'crossover', 'person')),
  -- variant ids it was bred from
  parents text[] not null default '{}',
  born_at timestamptz not null,
  -- in the order of birth, over all offers: whatever tests many at once needs to know how many there were
  number bigint generated always as identity,
  ended_at timestamptz,
  -- stable code and plain words
  end_reason text,
  end_detail text,
  -- since when it is tested against proven blocks, and as which of all that were
  tested_since timestamptz,
  test_number integer,
  primary key (offer_id, variant_id)
);
comment on table variants is 'Forms of offers that are or were tried. An offer without any is shown as it was written.';

create table pairings (
  offer_id text not null,
  -- library key of the owned product
  product_key text not null,
  -- proposed: waits for a person; agreed, refused
  state text not null check (state in ('proposed', 'agreed', 'refused')),
  -- similar in the sense of UWG section 7(3): a person says so when agreeing
  is_similar boolean not null default false,
  -- why it was proposed, for people: numbers behind it
  evidence jsonb not null default '{}',
  proposed_at timestamptz not null,
  decided_at timestamptz,
  primary key (offer_id, product_key)
);
comment on table pairings is 'Offers for owners of a product that nobody had thought of.';

create table proposals (
  id bigint generated always as identity primary key,
  -- graduate: make a development of a variant; rewrite: a development that nobody answers any more; stopped: a variant
  -- was stopped, and somebody should know
  kind text not null check (kind in ('graduate', 'rewrite', 'stopped')),
  content_id text not null,
  variant_id text not null default 'base',
  evidence jsonb not null default '{}',
  made_at timestamptz not null,
  decided_at timestamptz,
  decision text check (decision in ('yes', 'no'))
);
create unique index proposals_open on proposals (kind, content_id, variant_id) where decided_at is null;
comment on table proposals is 'What learning puts forward; a person decides.';

create table models (
  id bigint generated always as identity primary key,
  made_at timestamptz not null,
  -- what it was made from, added up: the model follows from it (learn/model)
  summary jsonb not null,
  -- the last facts that went into it, by table
  seen jsonb not null
);
comment on table models is 'What was known each time it was learned; the newest one decides.';

-- where in the odds of its first offer a mail draws, in [0, 1): even over the mails of a campaign with the same choice
-- (campaign/draws.ts); null: from the seed
alter table sends add column draw double precision;

-- the model that chose it; null: none had
alter table shown_blocks add column model_id bigint;
create index shown_blocks_content on shown_blocks (kind, content_id, shown_at);

create table ratio_suggestions (
  customer_id text primary key,
  -- the innovation ratio that held when it was made, and the one that is suggested
  ratio numeric(5, 4) not null,
  suggested numeric(5, 4) not null,
  -- how likely it points the right way, and how many times as often new blocks are answered as proven ones
  probability double precision not null,
  times double precision not null,
  made_at timestamptz not null,
  -- when the ratio was found to be another one: what follows from that is waited for
  settled_at timestamptz
);
comment on table ratio_suggestions is 'Innovation ratios that customers'' answers suggest. People set ratios.';
