-- What a full sync has met so far, so that a run that died can go on, and that only what a complete pass did
-- not meet counts as gone. Logged on purpose: emptied by a crash, everything would look gone.

create table sync_seen (
  run_id bigint not null references sync_runs (id) on delete cascade,
  object text not null,
  -- the record's id; for purchases the deal or order they belong to
  id text not null,
  primary key (run_id, object, id)
);
comment on table sync_seen is 'Records met by the full sync that is under way; empty when none is.';

-- A purchase's id is <parent>-<line>: deal-17-4711. Deals and orders are always replaced as a whole.
create function purchase_parent(id text) returns text
  language sql immutable parallel safe
  return regexp_replace(id, '-[^-]*$', '');

create index purchases_parent on purchases (purchase_parent(id));
