-- Pages of the console that stay quick however much there is.

-- a campaign's sends by state, in the order of the ledger: its counts and its list read what they show, and not the mails
-- of all years
create index sends_by_state on sends (campaign_id, state, id);
-- a few hundred buyers of a product that stand for all, in the order in which they are drawn
create index purchases_draw on purchases (product_id, hashtext(customer_id), customer_id) where status = 'kept';
-- how many a word finds: one that many have is found by reading them by name until a page is full, and a rare one by its
-- trigrams (0008)
create statistics customers_said on
  (id || ' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(email, '')) from customers;
analyze customers;
