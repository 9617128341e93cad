import { stat } from 'node:fs/promises';
import type { Problem } from '../port.ts';
import type { CompanyRow, OwnerRow, PurchaseRow } from '../rows.ts';
import { Mistakes } from './errors.ts';
import { type CsvFile, lookAtFile } from './file.ts';
import {
  CSV_TABLES,
  type CsvName,
  type PurchaseRecord,
  RecordReader,
  readCustomer,
  readProduct,
  readPurchase,
} from './records.ts';
import { type CsvRecord, readTable } from './table.ts';

/** A folder whose files were read once from beginning to end and hold no mistake. */
export interface CheckedFolder {
  files: Record<CsvName, CsvFile>;
  /** Companies and owners, which the files only name. */
  companies: CompanyRow[];
  owners: OwnerRow[];
  /** Product id for each id and each SKU, in lower case. */
  products: ReadonlyMap<string, string>;
  problems: Problem[];
}

/**
 * Reads all files without keeping more than ids, and finds every mistake before anything is changed.
 * @throws CsvError with all of them
 */
export async function checkFolder(dir: string, signal: AbortSignal): Promise<CheckedFolder> {
  const mistakes = new Mistakes();
  const files = await lookAtFiles(dir, mistakes, signal);
  const check = new Check(mistakes);
  const complete: Partial<Record<CsvName, boolean>> = {};
  for (const name of ['products.csv', 'customers.csv', 'purchases.csv'] as const) {
    const file = files[name];
    if (!file) continue;
    const records = readTable(file, CSV_TABLES[name], mistakes, signal);
    for (;;) {
      const { value, done } = await records.next();
      if (done) {
        complete[name] = value === true;
        break;
      }
      check.record(name, value as CsvRecord, complete);
    }
  }
  mistakes.throwIfAny();
  return {
    files: files as Record<CsvName, CsvFile>,
    companies: [...check.companies.values()].map(({ line: _, ...row }) => row),
    owners: [...check.owners.values()],
    products: check.productKeys,
    problems: Object.values(files).flatMap(encodingProblem),
  };
}

async function lookAtFiles(
  dir: string,
  mistakes: Mistakes,
  signal: AbortSignal,
): Promise<Partial<Record<CsvName, CsvFile>>> {
  const isFolder = await stat(dir).then(
    (s) => s.isDirectory(),
    () => false,
  );
  const absent = (file: string, code: string, message: string) =>
    mistakes.add({ file, line: null, column: null, code, message });
  if (!isFolder) {
    absent(dir, 'folder_missing', 'there is no such folder.');
    return {};
  }
  const files: Partial<Record<CsvName, CsvFile>> = {};
  for (const name of Object.keys(CSV_TABLES) as CsvName[]) {
    const file = await lookAtFile(dir, name, signal);
    if (file) files[name] = file;
    else {
      const columns = CSV_TABLES[name].required.join(', ');
      absent(
        name,
        'file_missing',
        `is missing in ${dir}. It needs the columns ${columns} (see docs/csv.md).`,
      );
    }
  }
  return files;
}

function encodingProblem(file: CsvFile): Problem[] {
  if (file.encoding === 'utf-8') return [];
  const read = file.encoding === 'windows-1252' ? 'Windows-1252' : 'UTF-16';
  return [
    {
      record: file.name,
      code: 'not_utf8',
      message: `Not UTF-8; it was read as ${read}. If umlauts look wrong, save it as "CSV UTF-8".`,
    },
  ];
}

/** What must hold across lines and files. */
class Check {
  readonly #mistakes: Mistakes;
  readonly #customers = new Map<string, number>();
  readonly #products = new Map<string, number>();
  readonly #purchases = new Map<string, number>();
  readonly productKeys = new Map<string, string>();
  readonly companies = new Map<string, CompanyRow & { line: number | null }>();
  readonly owners = new Map<string, OwnerRow>();

  constructor(mistakes: Mistakes) {
    this.#mistakes = mistakes;
  }

  /** `complete`: the files read to their end so far; only their ids are all known. */
  record(name: CsvName, record: CsvRecord, complete: Partial<Record<CsvName, boolean>>): void {
    const reader = new RecordReader(name, record, this.#mistakes);
    if (name === 'products.csv') this.#product(reader, record.line);
    else if (name === 'customers.csv') this.#customer(reader, record.line);
    else this.#purchase(reader, record.line, complete);
  }

  #product(reader: RecordReader, line: number): void {
    const { id, sku } = readProduct(reader);
    if (!this.#once(this.#products, id, line, reader)) return;
    this.productKeys.set(productKey(id), id);
    if (sku === null) return;
    const other = this.productKeys.get(productKey(sku));
    if (other === undefined) this.productKeys.set(productKey(sku), id);
    else if (other !== id)
      reader.fail('sku', 'sku_twice', `"${sku.slice(0, 40)}" is also the SKU or id of product ${other}.`);
  }

  #customer(reader: RecordReader, line: number): void {
    const { row, company, owner } = readCustomer(reader);
    this.#once(this.#customers, row.id, line, reader);
    if (owner !== null && row.ownerId !== null && !this.owners.has(row.ownerId)) {
      this.owners.set(row.ownerId, { id: row.ownerId, name: owner, email: null });
    }
    if (company === null || row.companyId === null) return;
    const known = this.companies.get(row.companyId);
    if (!known || known.innovationRatio === null) {
      this.companies.set(row.companyId, {
        id: row.companyId,
        name: known?.name ?? company.name,
        innovationRatio: company.ratio,
        line: company.ratio === null ? null : line,
      });
    } else if (company.ratio !== null && company.ratio !== known.innovationRatio) {
      reader.fail(
        'company_innovation_ratio',
        'company_ratio_differs',
        `is ${company.ratio}, but ${known.innovationRatio} for the same company in line ${known.line}.`,
      );
    }
  }

  #purchase(reader: RecordReader, line: number, complete: Partial<Record<CsvName, boolean>>): void {
    const { id, customer, product } = readPurchase(reader);
    if (id !== null) this.#once(this.#purchases, id, line, reader);
    if (complete['customers.csv'] && customer !== '' && !this.#customers.has(customer)) {
      reader.fail('customer', 'customer_unknown', `"${customer.slice(0, 40)}" is no id in customers.csv.`);
    }
    if (complete['products.csv'] && product !== '' && !this.productKeys.has(productKey(product))) {
      reader.fail('product', 'product_unknown', `"${product.slice(0, 40)}" is no id or SKU in products.csv.`);
    }
  }

  #once(lines: Map<string, number>, id: string, line: number, reader: RecordReader): boolean {
    if (id === '') return false;
    const first = lines.get(id);
    if (first === undefined) {
      lines.set(id, line);
      return true;
    }
    reader.fail('id', 'id_twice', `"${id.slice(0, 40)}" stands in line ${first} already.`);
    return false;
  }
}

export function productKey(text: string): string {
  return text.toLowerCase();
}

/**
 * Purchases without an id get one made of what they say, the same in every sync; equal ones are numbered. The
 * customer is part of every id, so that a purchase that changes hands leaves nothing behind.
 */
export function purchaseRows(products: ReadonlyMap<string, string>): (record: PurchaseRecord) => PurchaseRow {
  const equals = new Map<string, number>();
  return ({ id, customer, product, ...rest }) => {
    const productId = products.get(productKey(product)) ?? product;
    let own = id;
    if (own === null) {
      const what = `${customer}/${productId}/${rest.purchasedOn}`;
      const number = (equals.get(what) ?? 0) + 1;
      equals.set(what, number);
      own = `${productId}/${rest.purchasedOn}/${number}`;
    }
    // "-1": every purchase is a whole of its own (see purchase_parent)
    return { id: `csv-${customer}/${own}-1`, customerId: customer, productId, ...rest };
  };
}
