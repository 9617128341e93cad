import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changes } from '../../../src/sync/counts.ts';
import { csvCrm } from '../../../src/sync/csv/adapter.ts';
import type { CsvError } from '../../../src/sync/csv/errors.ts';
import { runSync } from '../../../src/sync/sync.ts';
import { testDatabase } from '../../stands/database.ts';

const { db } = await testDatabase();
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'spielbein-csv-'));
  await sql`truncate customers, purchases, products, companies, owners, sync_cursors, sync_seen, sync_runs`.execute(
    db,
  );
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const CUSTOMERS = `id;email;salutation;first_name;last_name;company;company_innovation_ratio;innovation_ratio;consent;country;language;owner
1;jana.weiß@kunde.example;Frau Prof. Dr.;Jana;Weiß;Müller & Söhne;0,25;0,4;Einwilligung;Österreich;;Anna Adler
2;li@kunde.example;Mr;Li;"Stone; ""Rock""";müller  & söhne;;;existing_customer;Narnia;;
3;n/a;;;;;;;;;;
`;
const PRODUCTS = 'id,name,sku,family\np1,Dosierpumpe DP 10,ORV-DP10,Dosieren\np2,AquaDos,,\n';
const PURCHASES = `customer,product,date,quantity,status
1,orv-dp10,31.03.2024,2,
1,p2,2024-04-01,"1,5",
2,p1,1.2.2023,1,storniert
2,p1,1.2.2023,1,
`;

async function files(changed: Record<string, string | Buffer | null> = {}): Promise<void> {
  const all = {
    'customers.csv': CUSTOMERS,
    'products.csv': PRODUCTS,
    'purchases.csv': PURCHASES,
    ...changed,
  };
  for (const [name, content] of Object.entries(all)) {
    if (content !== null) await writeFile(join(dir, name), content);
  }
}

const sync = () => runSync({ db, crm: csvCrm({ dir }), mode: 'incremental' });
const mistakesOf = async () =>
  (await sync().then(
    () => [],
    (error: CsvError) => error.mistakes ?? [String(error)],
  )) as CsvError['mistakes'];
const short = async () =>
  (await mistakesOf()).map(({ file, line, column, code }) => `${file}:${line} ${column} ${code}`);

describe('a folder of CSV files', () => {
  test('with semicolons, umlauts, quotes, German numbers and dates is read', async () => {
    await files();
    const { counts, mode } = await sync();
    expect(mode).toBe('full');
    expect(counts.customers.inserted).toBe(3);
    const [first, second, third] = await db.selectFrom('customers').selectAll().orderBy('id').execute();
    expect(first).toMatchObject({
      email: 'jana.weiß@kunde.example',
      salutation: 'frau',
      title: 'Prof. Dr.',
      last_name: 'Weiß',
      country: 'AT',
      language: 'de',
      consent: 'consent',
      innovation_ratio: 0.4,
      source: 'csv',
    });
    expect(second).toMatchObject({
      last_name: 'Stone; "Rock"',
      salutation: 'herr',
      language: 'en',
      country: null,
    });
    expect(second?.company_id).toBe(first?.company_id);
    expect(third).toMatchObject({ email: null, consent: 'none', language: 'de' });
    expect(await db.selectFrom('companies').select(['name', 'innovation_ratio']).execute()).toEqual([
      { name: 'Müller & Söhne', innovation_ratio: 0.25 },
    ]);
    expect(await db.selectFrom('owners').select('name').execute()).toEqual([{ name: 'Anna Adler' }]);
    const bought = await db
      .selectFrom('purchases')
      .select(['customer_id', 'product_id', 'quantity', 'purchased_on', 'status'])
      .orderBy('id')
      .execute();
    expect(bought).toEqual([
      { customer_id: '1', product_id: 'p1', quantity: 2, purchased_on: '2024-03-31', status: 'kept' },
      { customer_id: '1', product_id: 'p2', quantity: 2, purchased_on: '2024-04-01', status: 'kept' },
      { customer_id: '2', product_id: 'p1', quantity: 1, purchased_on: '2023-02-01', status: 'cancelled' },
      { customer_id: '2', product_id: 'p1', quantity: 1, purchased_on: '2023-02-01', status: 'kept' },
    ]);
    expect(counts.problemCounts).toEqual({ email_impossible: 1, country_unknown: 1, quantity_rounded: 1 });
    expect(JSON.stringify(counts.problems)).not.toContain('n/a');
  });

  test('read again changes nothing; lines that are gone are removed', async () => {
    await files();
    await sync();
    expect(changes((await sync()).counts)).toBe(0);
    await files({
      'customers.csv': CUSTOMERS.split('\n').slice(0, -2).join('\n'),
      'purchases.csv': PURCHASES.split('\n').slice(0, -2).join('\n'),
    });
    const { counts } = await sync();
    expect(counts.customers).toEqual({ inserted: 0, changed: 0, unchanged: 2, removed: 1 });
    expect(counts.purchases).toEqual({ inserted: 0, changed: 0, unchanged: 3, removed: 1 });
  });

  test('follows a purchase that changes hands', async () => {
    const line = (customer: string) => ({
      'purchases.csv': `id,customer,product,date\na-1,${customer},p1,2024-01-01\n`,
    });
    await files(line('1'));
    await sync();
    await files(line('2'));
    expect((await sync()).counts.purchases).toEqual({ inserted: 1, changed: 0, unchanged: 0, removed: 1 });
    expect(await db.selectFrom('purchases').select('customer_id').execute()).toEqual([{ customer_id: '2' }]);
  });

  test('in Windows-1252, with a byte order mark or in UTF-16 is understood', async () => {
    await files({
      'customers.csv': Buffer.from(CUSTOMERS, 'latin1'),
      'products.csv': Buffer.from(`\ufeff${PRODUCTS}`),
      'purchases.csv': Buffer.from(`\ufeff${PURCHASES}`, 'utf16le'),
    });
    const { counts } = await sync();
    expect(counts.problemCounts.not_utf8).toBe(2);
    expect(await db.selectFrom('customers').select('last_name').where('id', '=', '1').execute()).toEqual([
      { last_name: 'Weiß' },
    ]);
    expect(counts.purchases.inserted).toBe(4);
  });

  test('of many lines arrives in batches', async () => {
    const line = (n: number) => `${n},k${n}@kunde.example,existing_customer`;
    const numbers = Array.from({ length: 5000 }, (_, n) => n + 1);
    await files({
      'customers.csv': `id,email,consent\r\n${numbers.map(line).join('\r\n')}\r\n`,
      'purchases.csv': `id,customer,product,date\n${numbers.map((n) => `a-${n},${n},p1,2024-01-01`).join('\n')}`,
    });
    const { counts } = await sync();
    expect([counts.customers.inserted, counts.purchases.inserted]).toEqual([5000, 5000]);
    expect(changes((await sync()).counts)).toBe(0);
  });
});

describe('mistakes in CSV files', () => {
  test('are all reported with file, line and column, and nothing is changed', async () => {
    await files({
      'customers.csv': `id,email,consent,innovation_ratio,opted_out
1,a@b.example,maybe,"1,5",vielleicht

2,a@b.example,consent,0.5,ja
2,"two
lines",consent,,
,x@y.example,none,,
`,
      'purchases.csv': 'customer,product,date,quantity\n1,p9,30.02.2024,two\n7,p1,,\n1,p1,2024-01-01,1,6,7\n',
      'products.csv': 'id,name,sku\np1,,S\np2,Zwei,s\n',
    });
    expect(await short()).toEqual([
      'products.csv:2 name name_missing',
      'products.csv:3 sku sku_twice',
      'customers.csv:2 consent consent_unknown',
      'customers.csv:2 opted_out not_yes_or_no',
      'customers.csv:2 innovation_ratio ratio_out_of_range',
      'customers.csv:5 id id_twice',
      'customers.csv:7 id id_missing',
      'purchases.csv:2 quantity quantity_unreadable',
      'purchases.csv:2 date date_unreadable',
      'purchases.csv:2 product product_unknown',
      'purchases.csv:3 date date_missing',
      'purchases.csv:3 customer customer_unknown',
      'purchases.csv:4 null too_many_cells',
    ]);
    expect(await db.selectFrom('products').selectAll().execute()).toEqual([]);
    await expect(sync()).rejects.toThrow(
      'customers.csv line 2, column consent: "maybe" is not one of consent, existing_customer, none.',
    );
  });

  test('beyond fifty are counted', async () => {
    const lines = Array.from({ length: 70 }, (_, n) => `${n},p1,2024-01-01`);
    await files({ 'purchases.csv': `customer,product,date\n${lines.join('\n')}\n` });
    await expect(sync()).rejects.toMatchObject({ total: 67, code: 'csv_mistakes', name: 'CsvError' });
    expect(await mistakesOf()).toHaveLength(50);
    await expect(sync()).rejects.toThrow('… and 17 more');
  });

  test.each([
    ['a missing file', { 'products.csv': null }, ['products.csv:null null file_missing']],
    ['an empty file', { 'products.csv': '' }, ['products.csv:null null file_empty']],
    ['a missing column', { 'products.csv': 'id,sku\np1,S\n' }, ['products.csv:1 name column_missing']],
    [
      'unknown and doubled columns',
      { 'products.csv': 'id,name,Preis,name\np1,P,1,P\n' },
      ['products.csv:1 preis column_unknown', 'products.csv:1 name column_twice'],
    ],
    [
      'a quote that never closes',
      { 'products.csv': 'id,name\np1,"P\np2,Q\n' },
      ['products.csv:2 null quote_not_closed'],
    ],
    [
      'several kinds of mistakes before and behind a misplaced quote',
      { 'products.csv': 'id,name\n,x\np1,3" Ventil\np2,\n' },
      [
        'products.csv:2 id id_missing',
        'products.csv:4 name name_missing',
        'products.csv:3 null quote_misplaced',
      ],
    ],
    [
      'a quote inside a cell',
      { 'products.csv': 'id,name\np1,3" Ventil\n' },
      ['products.csv:2 null quote_misplaced'],
    ],
    [
      'two ratios for one company',
      {
        'customers.csv':
          'id,email,consent,company,company_innovation_ratio\n1,,,A,0.1\n2,,,a,0.2\n3,,,,0.3\n',
      },
      [
        'customers.csv:3 company_innovation_ratio company_ratio_differs',
        'customers.csv:4 company_innovation_ratio company_missing',
      ],
    ],
  ])('%s', async (_, changed, expected) => {
    await files(changed as Record<string, string | null>);
    expect(await short()).toEqual(expected);
  });

  test('a folder that does not exist', async () => {
    await rm(dir, { recursive: true });
    expect(await short()).toEqual([`${dir}:null null folder_missing`]);
  });
});
