import { maskEmail, plausibleEmail } from '../clean.ts';
import { countryCode } from '../country.ts';
import { type Parsed, shorten } from '../figures.ts';
import { chooseLanguage, parseSalutation } from '../person.ts';
import type { Problem } from '../port.ts';
import type { CustomerRow, ProductRow, PurchaseRow } from '../rows.ts';
import { booleanCell, consentCell, dateCell, idCell, quantityCell, ratioCell, statusCell } from './cells.ts';
import type { Mistakes } from './errors.ts';
import type { CsvRecord, TableSpec } from './table.ts';

/** The columns of the files, as docs/csv.md describes them. */
export const CSV_TABLES = {
  'customers.csv': {
    required: ['id', 'email', 'consent'],
    optional: [
      'salutation',
      'title',
      'first_name',
      'last_name',
      'company',
      'company_innovation_ratio',
      'innovation_ratio',
      'owner',
      'language',
      'country',
      'opted_out',
      'bounced',
      'created',
    ],
  },
  'products.csv': { required: ['id', 'name'], optional: ['sku', 'family'] },
  'purchases.csv': { required: ['customer', 'product', 'date'], optional: ['id', 'quantity', 'status'] },
} satisfies Record<string, TableSpec>;

export type CsvName = keyof typeof CSV_TABLES;

/** Reads one record's cells; what is wrong goes to `mistakes`, what is odd but harmless to `problems`. */
export class RecordReader {
  readonly #file: CsvName;
  readonly #record: CsvRecord;
  readonly #mistakes: Mistakes;
  readonly problems: Problem[] = [];
  failed = false;

  constructor(file: CsvName, record: CsvRecord, mistakes: Mistakes) {
    this.#file = file;
    this.#record = record;
    this.#mistakes = mistakes;
  }

  text(column: string): string | null {
    return this.#record.get(column);
  }

  has(column: string): boolean {
    return this.#record.has(column);
  }

  /** The cell's value; `otherwise` stands in when it is wrong, so that all mistakes of a record are found. */
  value<T>(column: string, parse: (text: string | null) => Parsed<T>, otherwise: T): T {
    const parsed = parse(this.#record.get(column));
    if (!parsed.ok) {
      this.fail(column, parsed.code, parsed.message);
      return otherwise;
    }
    if (parsed.note) this.note(parsed.note.code, parsed.note.message);
    return parsed.value;
  }

  fail(column: string, code: string, message: string): void {
    this.failed = true;
    this.#mistakes.add({ file: this.#file, line: this.#record.line, column, code, message });
  }

  note(code: string, message: string): void {
    this.problems.push({ record: `${this.#file} line ${this.#record.line}`, code, message });
  }
}

/** A customer with the company and owner its line names; `row.companyId` and `ownerId` are made of the names. */
export interface CustomerRecord {
  row: CustomerRow;
  company: { name: string; ratio: number | null } | null;
  owner: string | null;
}

/** Companies and owners have no ids in CSV files: their names, however they are capitalised, stand for them. */
export function nameId(name: string): string {
  return `csv:${name.toLowerCase().replace(/\s+/g, ' ').slice(0, 250)}`;
}

export function readCustomer(reader: RecordReader): CustomerRecord {
  const company = reader.text('company');
  const owner = reader.text('owner');
  const countryText = reader.text('country');
  const country = countryCode(countryText);
  if (countryText !== null && country === null) {
    reader.note('country_unknown', `Country "${shorten(countryText)}" is not known and is left out.`);
  }
  const spoken = parseSalutation(reader.text('salutation'));
  const companyRatio = reader.value('company_innovation_ratio', ratioCell, null);
  if (companyRatio !== null && company === null) {
    reader.fail('company_innovation_ratio', 'company_missing', 'is set, but the line names no company.');
  }
  const created = reader.text('created');
  const row: CustomerRow = {
    id: reader.value('id', idCell, ''),
    email: email(reader),
    salutation: spoken.salutation,
    title: reader.text('title') ?? spoken.title,
    firstName: reader.text('first_name'),
    lastName: reader.text('last_name'),
    companyId: company === null ? null : nameId(company),
    ownerId: owner === null ? null : nameId(owner),
    language: chooseLanguage(reader.text('language'), country, countryText),
    country,
    consent: reader.value('consent', consentCell, 'none'),
    optedOut: reader.value('opted_out', booleanCell, false),
    bounced: reader.value('bounced', booleanCell, false),
    innovationRatio: reader.value('innovation_ratio', ratioCell, null),
    createdAt: created === null ? null : `${reader.value('created', dateCell, '2000-01-01')}T00:00:00.000Z`,
  };
  return { row, company: company === null ? null : { name: company, ratio: companyRatio }, owner };
}

/** An impossible address is no reason to refuse the file: real ones hold "n/a" and "keine". */
function email(reader: RecordReader): string | null {
  const text = reader.text('email');
  if (text === null || plausibleEmail(text)) return text;
  reader.note(
    'email_impossible',
    `The e-mail address (${maskEmail(text)}) can't be one; no mail goes there.`,
  );
  return null;
}

export function readProduct(reader: RecordReader): ProductRow {
  const name = reader.text('name');
  if (name === null) reader.fail('name', 'name_missing', 'is empty. Every product needs a name.');
  return {
    id: reader.value('id', idCell, ''),
    sku: reader.text('sku'),
    name: name ?? '',
    family: reader.text('family'),
  };
}

/** A purchase as its line says; `product` is an id or a SKU. */
export interface PurchaseRecord {
  id: string | null;
  customer: string;
  product: string;
  quantity: number;
  purchasedOn: string;
  status: PurchaseRow['status'];
}

export function readPurchase(reader: RecordReader): PurchaseRecord {
  return {
    id: reader.has('id') ? reader.value('id', idCell, '') : null,
    customer: reader.value('customer', idCell, ''),
    product: reader.value('product', idCell, ''),
    quantity: reader.value('quantity', quantityCell, 1),
    purchasedOn: reader.value('date', dateCell, '2000-01-01'),
    status: reader.value('status', statusCell, 'kept'),
  };
}
