-- Finding customers by a part of a name, company or address, however many there are.

-- Trigrams find what stands in the middle of words. Where a database may not have them, searches read every customer:
-- slower, with the same result.
do $$
begin
  create extension if not exists pg_trgm;
  create index customers_words on customers using gin ((
      id || ' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(email, '')
    ) gin_trgm_ops) where archived_at is null;
  create index companies_words on companies using gin (name gin_trgm_ops);
exception when insufficient_privilege or feature_not_supported or undefined_file or undefined_object then
  raise notice 'Without the extension pg_trgm, searching for customers takes longer.';
end $$;

-- as lists have them
create index customers_by_name on customers (coalesce(last_name, ''), coalesce(first_name, ''), id)
  where archived_at is null;
-- whom a mistake in the CRM or an objection keeps from mail
create index customers_objections on customers (opted_out, bounced)
  where archived_at is null and (opted_out or bounced);
