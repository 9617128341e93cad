import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CustomerFacts } from '../../src/compose/facts.ts';
import { loadFacts } from '../../src/compose/load-facts.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { syncDemo } from '../stands/demo.ts';

const now = new Date('2026-11-23T08:00:00Z');
const rules = { periodDays: 30, minDaysBetween: 7, laterDays: 60 };
let database: TestDatabase;
let close: () => Promise<void>;
let ids: string[];
let facts: Map<string, CustomerFacts>;

/** A company with a past: mails, answers, wishes, holdouts, objections and addresses that several customers share. */
async function live(): Promise<void> {
  const run = (query: string) => database.pool.query(query);
  await run(
    `create temp view numbered as select *, (row_number() over (order by id))::int as n from customers`,
  );
  await run(`update customers c set email = (select email from numbered o where o.n = m.n - 1)
    from numbered m where m.id = c.id and m.n % 5 = 0`);
  await run(
    `update customers c set archived_at = '2026-11-01' from numbered m where m.id = c.id and m.n % 20 = 0`,
  );
  await run(`update customers c set opted_out = true from numbered m where m.id = c.id and m.n % 15 = 0`);
  await run(`insert into suppressions (email_key, reason)
    select distinct email_key, 'manual' from numbered where n % 11 = 0 and email_key is not null on conflict do nothing`);
  await run(
    `insert into campaigns (id, name, kind) select 'k' || k, 'k' || k, 'adhoc' from generate_series(1, 4) k`,
  );
  await run(`insert into sends (campaign_id, customer_id, chunk, state, email_key, sending_at)
    select 'k' || k, id, 0, (array['sent', 'sent', 'failed', 'sending'])[1 + (n + k) % 4], email_key,
      timestamptz '2026-11-23' - (n % 120 + k) * interval '1 day'
    from numbered, generate_series(1, 4) k where (n + k) % 3 > 0`);
  await run(`insert into shown_blocks
      (send_id, position, customer_id, campaign_id, kind, content_id, variant_id, product_key, probability, shown_at)
    select id, p, customer_id, campaign_id, 'proven', 'piece-' || (id + p) % 7, 'base', 'p', 1, sending_at
    from sends, generate_series(0, 1) p where state = 'sent'`);
  await run(`insert into answers (send_id, position, customer_id, content_id, answer, answered_at, doubted_at)
    select send_id, position, customer_id, content_id, (array['later', 'yes', 'later', 'no'])[1 + (send_id + a) % 4],
      shown_at + a * interval '1 hour', case when send_id % 9 = 0 then shown_at end
    from shown_blocks, generate_series(1, 2) a where send_id % 3 > 0`);
  await run(`insert into statements (customer_id, content_id, question_id, question, choice, said_by, said_at, not_before)
    select customer_id, content_id, 'q', 'q', 'c', 'customer', answered_at + (id % 3 - 1) * interval '1 hour',
      date '2026-12-01' + (id % 30)::int from answers where id % 4 = 0`);
  await run(`insert into preferences (customer_id, language, frequency, topics_off, ratio_wish, paused_until)
    select id, 'en', (array['monthly', 'quarterly', 'important', null])[1 + n % 4],
      (array['{}', '{offers}', '{training,offers}'])[1 + n % 3]::text[], n % 5 - 2,
      case when n % 3 = 0 then date '2026-12-24' + n % 9 end
    from numbered where n % 3 > 0 or n % 20 = 0`);
  await run(`insert into ratio_accounts select id, n * 100, n % 4, n from numbered where n % 2 = 0`);
  await run(`insert into product_use (customer_id, product_id, used, said_on)
    select m.id, p.id, m.n % 2 = 0, '2026-11-22' from numbered m, (select id from products order by id limit 2) p
    where m.n % 4 < 2`);
  await run(`insert into held_out (campaign_id, customer_id, chunk, due_at, decided_at, blocks, account)
    select 'k' || k, id, 0, '2026-11-01', timestamptz '2026-11-01' + k * interval '1 day',
      case when (n + k) % 3 > 0 then '[{"contentId": "piece-1"}, {"contentId": "piece-2"}]'::jsonb end,
      jsonb_build_object('wanted', k, 'given', 0, 'forgiven', 0)
    from numbered, generate_series(1, 3) k where n % 6 = 0`);
}

beforeAll(async () => {
  database = await testDatabase();
  const { server } = await syncDemo(database.db, 300);
  close = () => server.close();
  await live();
  const { rows } = await sql<{ id: string }>`select id from customers order by id`.execute(database.db);
  ids = rows.map(({ id }) => id);
  facts = await loadFacts(database.db, ids, { now, rules });
});
afterAll(() => close());

/** Of how many customers this is so. */
const count = (is: (known: CustomerFacts) => boolean) => [...facts.values()].filter(is).length;

describe('the facts of a customer', () => {
  it('are the same for one alone and for everybody together', async () => {
    expect([...facts.keys()].sort()).toEqual(ids.toSorted());
    for (const id of ids) {
      const alone = await loadFacts(database.db, [id], { now, rules });
      expect(alone.get(id)).toEqual(facts.get(id));
    }
  });

  it('tell of each kind of past', () => {
    const kinds: Record<string, (known: CustomerFacts) => boolean> = {
      bought: (known) => known.owned.some(({ declared }) => !declared),
      declared: (known) => known.owned.some(({ declared }) => declared === true),
      duplicates: (known) => known.duplicate,
      suppressed: (known) => known.suppressed,
      shown: (known) => known.shown.size > 0,
      answered: (known) => known.answers.size > 0,
      resting: (known) => known.notBefore.size > 0,
      wishes: (known) => known.preferences.frequency !== null,
      written: (known) => known.recentMails.length > 0,
      'in flight': (known) => known.inFlight,
      'held out': (known) => known.heldOut.shown.get('piece-1') === 2,
      accounts: (known) => known.account.wanted > 0,
    };
    const none = Object.entries(kinds).filter(([, is]) => count(is) === 0);
    expect(none.map(([kind]) => kind)).toEqual([]);
  });

  it('take an objection, a wish and a mail for the address, whichever record of it they came to', async () => {
    const { rows } = await sql<{ one: string; other: string }>`
      select a.id as one, b.id as other from customers a join customers b on b.email_key = a.email_key and b.id > a.id
      where a.archived_at is null and b.archived_at is null`.execute(database.db);
    expect(rows.length).toBeGreaterThan(20);
    for (const { one, other } of rows) {
      const [a, b] = [facts.get(one), facts.get(other)];
      expect(a?.customer.optedOut).toBe(b?.customer.optedOut);
      expect(a?.preferences.frequency).toBe(b?.preferences.frequency);
      expect(a?.preferences.pausedUntil).toBe(b?.preferences.pausedUntil);
      expect(a?.recentMails).toEqual(b?.recentMails);
      expect(a?.duplicate || b?.duplicate).toBe(true);
    }
  });

  it('name one of each address as the one written to', async () => {
    const { rows } = await sql<{ list: string[] }>`
      select array_agg(id) as list from customers
      where email_key is not null and archived_at is null group by email_key`.execute(database.db);
    for (const { list } of rows) expect(list.filter((id) => !facts.get(id)?.duplicate)).toHaveLength(1);
  });

  it('are missing for an id that does not exist', async () => {
    expect(await loadFacts(database.db, ['nobody'], { now, rules })).toEqual(new Map());
  });
});
