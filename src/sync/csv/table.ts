import { pipeline } from 'node:stream';
import { type CsvError as ParseError, parse } from 'csv-parse';
import { textOrNull } from '../clean.ts';
import type { Mistakes } from './errors.ts';
import { type CsvFile, readText } from './file.ts';

/** Which columns a file may have. */
export interface TableSpec {
  required: readonly string[];
  optional: readonly string[];
}

/** One record: its line, and its cells by column; an empty cell and a missing column are both null. */
export interface CsvRecord {
  line: number;
  has(column: string): boolean;
  get(column: string): string | null;
}

/** A single record longer than this is an unclosed quote that swallows the file. */
const LONGEST_RECORD = 1_000_000;

/**
 * The records of a file, one at a time. Mistakes of form go to `mistakes`.
 * @returns whether the file could be read to its end
 */
export async function* readTable(
  file: CsvFile,
  spec: TableSpec,
  mistakes: Mistakes,
  signal: AbortSignal,
): AsyncGenerator<CsvRecord, boolean> {
  const broken: ParseError[] = [];
  const parser = parse({
    bom: true,
    delimiter: file.delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
    // told at the end: thrown, they would take the records before them along
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error) broken.push(error);
      return undefined;
    },
  });
  pipeline(readText(file), parser, () => {});
  let columns: Map<string, number> | null = null;
  let width = 0;
  let lastLine = 0;
  for await (const { record: cells, info } of parser as AsyncIterable<{
    record: string[];
    info: { lines: number };
  }>) {
    signal.throwIfAborted();
    // the parser counts to the record's end
    const line = info.lines - cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
    lastLine = info.lines;
    if (columns === null) {
      columns = readHeader(cells, file.name, spec, mistakes);
      if (columns === null) return false;
      width = cells.length;
      continue;
    }
    if (cells.every((cell) => cell.trim() === '')) continue;
    // spreadsheets leave empty cells out at the end, or add some
    if (cells.slice(width).some((cell) => cell.trim() !== '')) {
      mistakes.add({
        file: file.name,
        line,
        column: null,
        code: 'too_many_cells',
        message: `has ${cells.length} cells, the header ${width}. Put cells that contain "${file.delimiter}" in quotes.`,
      });
      continue;
    }
    const index = columns;
    yield {
      line,
      has: (column) => index.has(column),
      get: (column) => textOrNull(cells[index.get(column) ?? -1]),
    };
  }
  reportBroken(broken, file.name, lastLine, mistakes);
  if (broken.length > 0) return false;
  if (columns === null) {
    const message = `is empty. Its first line must name the columns: ${spec.required.join(', ')}.`;
    mistakes.add({ file: file.name, line: null, column: null, code: 'file_empty', message });
    return false;
  }
  return true;
}

/** Columns and where they stand; null when a required one is missing or something is wrong with them. */
function readHeader(
  cells: readonly string[],
  file: string,
  spec: TableSpec,
  mistakes: Mistakes,
): Map<string, number> | null {
  const known = [...spec.required, ...spec.optional];
  const columns = new Map<string, number>();
  const wrong = (column: string, code: string, message: string) =>
    mistakes.add({ file, line: 1, column, code, message });
  let fine = true;
  for (const [index, cell] of cells.entries()) {
    const name = (textOrNull(cell) ?? '').toLowerCase().replace(/[\s-]+/g, '_');
    if (name === '') continue;
    if (!known.includes(name)) {
      wrong(name.slice(0, 60), 'column_unknown', `is not known. Known columns: ${known.join(', ')}.`);
      fine = false;
    } else if (columns.has(name)) {
      wrong(name, 'column_twice', 'stands in the header twice.');
      fine = false;
    } else {
      columns.set(name, index);
    }
  }
  for (const name of spec.required) {
    if (columns.has(name)) continue;
    wrong(name, 'column_missing', `is missing. Needed columns: ${spec.required.join(', ')}.`);
    fine = false;
  }
  return fine ? columns : null;
}

/** Records that are no CSV. What follows a quote gone wrong is its consequence, and not reported. */
function reportBroken(
  broken: readonly ParseError[],
  file: string,
  lastLine: number,
  mistakes: Mistakes,
): void {
  for (const error of broken) {
    const mistake = explain(error);
    const line = mistake.code === 'quote_not_closed' ? lastLine + 1 : Number(error.lines ?? lastLine + 1);
    mistakes.add({ file, line, column: null, ...mistake });
    if (error.code !== 'INVALID_OPENING_QUOTE') return;
  }
}

function explain(error: ParseError): { code: string; message: string } {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
    case 'CSV_MAX_RECORD_SIZE':
      return { code: 'quote_not_closed', message: 'a quote (") opens in this record and never closes.' };
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return {
        code: 'quote_misplaced',
        message:
          'a quote (") inside a cell. Put the whole cell in quotes and write its own quotes twice ("").',
      };
    default:
      return { code: 'unreadable', message: `can't be read as CSV: ${error.message}` };
  }
}
