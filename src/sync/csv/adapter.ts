import { type CrmAdapter, type Problem, type SyncBatch, type SyncContext, SyncError } from '../port.ts';
import { Mistakes } from './errors.ts';
import { fileState } from './file.ts';
import { type CheckedFolder, checkFolder, purchaseRows } from './folder.ts';
import {
  CSV_TABLES,
  type CsvName,
  RecordReader,
  readCustomer,
  readProduct,
  readPurchase,
} from './records.ts';
import { readTable } from './table.ts';

/** Rows in one batch. */
const ROWS = 2000;

/**
 * A folder with customers.csv, products.csv and purchases.csv (docs/csv.md) as a source. The files are read
 * twice: once to find every mistake, then to deliver. They always stand for everything there is.
 */
export function csvCrm({ dir }: { dir: string }): CrmAdapter {
  return {
    source: 'csv',
    modes: ['full'],
    overlapMs: 0,
    // files may have changed since: always from the beginning
    readPosition: () => null,
    batches: (context) => deliver(dir, context),
  };
}

const WHOLE = { confirms: '', completes: true } as const;

async function* deliver(dir: string, { signal }: SyncContext): AsyncGenerator<SyncBatch> {
  const folder = await checkFolder(dir, signal);
  const at = (step: string) => ({ position: { step } });
  yield { object: 'owners', rows: folder.owners, problems: folder.problems, ...WHOLE, ...at('owners') };
  yield { object: 'companies', rows: folder.companies, ...WHOLE, ...at('companies') };
  for await (const { rows, problems, last } of read(folder, 'products.csv', readProduct, signal)) {
    yield { object: 'products', rows, problems, ...(last ? WHOLE : {}), ...at('products') };
  }
  const customer = (reader: RecordReader) => readCustomer(reader).row;
  for await (const { rows, problems, last } of read(folder, 'customers.csv', customer, signal)) {
    yield { object: 'customers', rows, problems, ...(last ? WHOLE : {}), ...at('customers') };
  }
  const toRow = purchaseRows(folder.products);
  const purchase = (reader: RecordReader) => toRow(readPurchase(reader));
  for await (const { rows, problems, last } of read(folder, 'purchases.csv', purchase, signal)) {
    yield { object: 'purchases', rows, problems, ...(last ? WHOLE : {}), ...at('purchases') };
  }
}

/** A checked file's rows, batch by batch; the last batch, perhaps empty, says so. */
async function* read<Row>(
  folder: CheckedFolder,
  name: CsvName,
  map: (reader: RecordReader) => Row,
  signal: AbortSignal,
): AsyncGenerator<{ rows: Row[]; problems: Problem[]; last: boolean }> {
  const file = folder.files[name];
  const mistakes = new Mistakes();
  let rows: Row[] = [];
  let problems: Problem[] = [];
  for await (const record of readTable(file, CSV_TABLES[name], mistakes, signal)) {
    const reader = new RecordReader(name, record, mistakes);
    rows.push(map(reader));
    problems.push(...reader.problems);
    if (rows.length === ROWS) {
      yield { rows, problems, last: false };
      rows = [];
      problems = [];
    }
  }
  mistakes.throwIfAny();
  if ((await fileState(file.path)) !== file.state) {
    throw new SyncError(
      'csv_changed',
      `${name} was changed while it was read. Nothing was removed; sync again when it is at rest.`,
    );
  }
  yield { rows, problems, last: true };
}
