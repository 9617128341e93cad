import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import type { NewSuppression } from '../db/suppress.ts';
import { SUPPRESSION_REASONS, type SuppressionReason } from '../domain/send.ts';
import { maskEmail, plausibleEmail, textOrNull } from '../sync/clean.ts';
import { type CsvFile, readText } from '../sync/csv/file.ts';
import type { Suppression } from './suppressions.ts';

/** A list that can't be read at all, or must not be. The message says what to do. */
export class SuppressionListError extends Error {
  override name = 'SuppressionListError';
}

/** One line of a list: an entry, or why it is none. `hash` is what the list says beside an address. */
export type ListLine = { line: number } & (
  | { entry: NewSuppression; hash: string | null }
  | { problem: string }
);

const COLUMNS = ['email', 'email_hash', 'reason', 'detail', 'since'] as const;
type Column = (typeof COLUMNS)[number];

/** What these columns are called, here and elsewhere, in lower case. */
const NAMES: Readonly<Record<Column, readonly string[]>> = {
  email: ['email', 'e-mail', 'email address', 'address', 'adresse', 'e-mail-adresse'],
  email_hash: ['email_hash'],
  reason: ['reason', 'grund'],
  detail: ['detail'],
  since: ['since'],
};

const HASH = /^[0-9a-f]{64}$/;
const KNOWN_REASONS: ReadonlySet<string> = new Set(SUPPRESSION_REASONS);

/**
 * Reads a list line by line: with a header, or bare addresses (or hashes) in the first column.
 * @param given.reason for lines that name none
 * @throws SuppressionListError when the header names no column with addresses
 */
export async function* readSuppressions(
  file: CsvFile,
  given: { reason: SuppressionReason; now: Date; signal: AbortSignal },
): AsyncGenerator<ListLine> {
  const parser = parse({
    bom: true,
    delimiter: file.delimiter,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // longer is an unclosed quote that swallows the file
    max_record_size: 100_000,
  });
  pipeline(readText(file), parser, () => {});
  let columns: Map<Column, number> | null = null;
  try {
    for await (const { record: cells, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      given.signal.throwIfAborted();
      if (columns === null) {
        columns = headerOf(cells);
        if (columns) continue;
        columns = new Map([['email', 0]]);
      }
      const found = columns;
      const cell = (column: Column) =>
        textOrNull(cells[found.get(column) ?? -1]?.replace(QUOTED_FORMULA, ''));
      const lineBreaks = cells.reduce((sum, text) => sum + (text.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
      yield { line: info.lines - lineBreaks, ...readLine(cell, given) };
    }
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('CSV_')) {
      throw new SuppressionListError(`${file.name} is no list: ${(error as Error).message}`);
    }
    throw error;
  }
}

/** Null when the first line is an entry already. */
function headerOf(cells: string[]): Map<Column, number> | null {
  const columns = new Map<Column, number>();
  for (const [index, name] of cells.entries()) {
    const column = COLUMNS.find((each) => NAMES[each].includes(name.trim().toLowerCase()));
    if (column && !columns.has(column)) columns.set(column, index);
  }
  if (columns.size === 0) return null;
  if (columns.has('email') || columns.has('email_hash')) return columns;
  throw new SuppressionListError(
    'The first line names columns, but none with addresses. Call it "email" (or "email_hash").',
  );
}

function readLine(
  cell: (column: Column) => string | null,
  { reason: usual, now }: { reason: SuppressionReason; now: Date },
): { entry: NewSuppression; hash: string | null } | { problem: string } {
  const email = cell('email');
  const bare = email !== null && HASH.test(email);
  const hash = bare ? email : cell('email_hash');
  const address = bare ? null : email;
  if (address === null && hash === null) return { problem: 'has no address.' };
  if (address !== null && !plausibleEmail(address))
    return { problem: `"${maskEmail(address)}" is no e-mail address.` };
  if (hash !== null && !HASH.test(hash))
    return { problem: 'has an email_hash that is not 64 hexadecimal digits.' };

  const reason = cell('reason')?.toLowerCase() ?? usual;
  if (!isReason(reason)) {
    return {
      problem: `has the unknown reason "${reason.slice(0, 30)}". There are: ${SUPPRESSION_REASONS.join(', ')}.`,
    };
  }
  const since = cell('since');
  const at = since === null ? now : new Date(since);
  if (Number.isNaN(at.getTime())) return { problem: `has a date that is none: "${since?.slice(0, 30)}".` };
  const facts = { reason, detail: cell('detail'), since: at > now ? now : at };
  if (address !== null) return { entry: { address, ...facts }, hash };
  return { entry: { hash: hash ?? '', ...facts }, hash: null };
}

const isReason = (text: string): text is SuppressionReason => KNOWN_REASONS.has(text);

export const CSV_HEADER = `${COLUMNS.join(',')}\n`;

/** What a spreadsheet would calculate (the words are a stranger's) has a ' in front, which makes it text there. */
const FORMULA = /^'*[=+\-@＝＋－＠\t\r\n]/;
const QUOTED_FORMULA = /^'(?='*[=+\-@＝＋－＠\t\r\n])/;

/** One entry as a line that `readSuppressions` reads back. */
export function csvLine(entry: Suppression): string {
  const { address, hash, reason, detail, since } = entry;
  const cells = [address ?? '', hash, reason, detail ?? '', since.toISOString()].map((text) =>
    FORMULA.test(text) ? `'${text}` : text,
  );
  return `${cells.map((text) => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(',')}\n`;
}
