import { SyncError } from '../port.ts';

/** One mistake in a CSV file: where, and what is expected instead. Codes are stable. */
export interface CsvMistake {
  file: string;
  /** 1 is the header; null: the file as a whole. */
  line: number | null;
  column: string | null;
  code: string;
  message: string;
}

/** More mistakes than this are counted, not listed. */
const LISTED = 50;

/** All mistakes found in a folder of CSV files. Thrown before anything is changed. */
export class CsvError extends SyncError {
  override name = 'CsvError';
  /** The first 50, in the order of files and lines. */
  readonly mistakes: CsvMistake[];
  readonly total: number;
  constructor(mistakes: CsvMistake[], total: number) {
    const more = total - mistakes.length;
    super(
      'csv_mistakes',
      [
        'The CSV files need attention; nothing was changed:',
        ...mistakes.map((mistake) => `  ${describeMistake(mistake)}`),
        ...(more > 0 ? [`  … and ${more.toLocaleString('en')} more`] : []),
      ].join('\n'),
    );
    this.mistakes = mistakes;
    this.total = total;
  }
}

/** E.g. `customers.csv line 12, column consent: …` */
export function describeMistake({ file, line, column, message }: CsvMistake): string {
  return `${file}${line === null ? '' : ` line ${line}`}${column === null ? '' : `, column ${column}`}: ${message}`;
}

/** Collects mistakes until a file set has been read to its end. */
export class Mistakes {
  readonly #listed: CsvMistake[] = [];
  #total = 0;

  add(mistake: CsvMistake): void {
    this.#total++;
    if (this.#listed.length < LISTED) this.#listed.push(mistake);
  }

  /** @throws CsvError if there was any mistake. */
  throwIfAny(): void {
    if (this.#total > 0) throw new CsvError(this.#listed, this.#total);
  }
}
