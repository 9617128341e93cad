import { sql } from 'kysely';
import { beforeAll, expect, test } from 'vitest';
import { listCustomers } from '../../src/web/console/customers/find.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();
interface Known {
  id: string;
  words: string;
  company: string;
}
let inOrder: Known[];

beforeAll(async () => {
  await sql`
    insert into companies (id, source, name) select 'f' || n, 'test', substr(md5(n::text), 1, 6) || ' Werke'
    from generate_series(0, 399) n`.execute(db);
  await sql`
    insert into customers (id, source, email, first_name, last_name, company_id, archived_at, language, consent)
    select n::text, 'test', 'k' || n || '@kunde.example', case when n % 3 > 0 then 'Jo' || n % 7 end,
      substr(md5('l' || n), 1, 5), case when n % 4 > 0 then 'f' || n % 400 end,
      case when n % 50 = 0 then now() end, 'de', 'consent'
    from generate_series(0, 1999) n`.execute(db);
  await sql`analyze`.execute(db);
  const { rows } = await sql<Known>`
    select c.id, lower(concat_ws(' ', c.id, coalesce(first_name, ''), last_name, email)) as words,
      lower(coalesce(co.name, '')) as company
    from customers c left join companies co on co.id = c.company_id
    where c.archived_at is null
    order by coalesce(last_name, ''), coalesce(first_name, ''), c.id`.execute(db);
  inOrder = rows;
});

test.each([
  'kunde',
  'werke',
  'jo',
  'q',
  'zz',
  'jo3',
  'a1',
  'k1999',
  'kunde werke',
  'jo we',
  'jo3 a',
  'nobody',
  '%',
  'k_1',
])(
  'those found by "%s" are those whose texts have each word, by name, whatever way the database takes',
  async (typed) => {
    const expected = inOrder.filter(({ words, company }) =>
      typed.split(' ').every((word) => words.includes(word) || company.includes(word)),
    );
    for (const limit of [40, 5000]) {
      const found = await listCustomers(
        db,
        { search: typed, owns: null, basis: '', ratio: '', barred: '', after: '' },
        limit,
      );
      expect(found.map(({ id }) => id)).toEqual(expected.slice(0, limit + 1).map(({ id }) => id));
    }
  },
);
