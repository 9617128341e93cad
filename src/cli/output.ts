import { styleText } from 'node:util';

/** A table for the terminal: columns as wide as their widest cell, numbers to the right. */
export function table(rows: (string | number)[][], head: string[]): string {
  const cells = [head, ...rows].map((row) =>
    row.map((cell) => (typeof cell === 'number' ? count(cell) : cell)),
  );
  const widths = head.map((_, i) => Math.max(...cells.map((row) => width(row[i] ?? ''))));
  const numeric = head.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number'));
  const line = (row: string[]) =>
    row
      .map((cell, i) => {
        const gap = ' '.repeat(Math.max(0, (widths[i] ?? 0) - width(cell)));
        return numeric[i] ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  const [first = [], ...rest] = cells;
  return [bold(line(first)), ...rest.map(line)].join('\n');
}

/** 12345 → "12,345". */
export function count(n: number): string {
  return n.toLocaleString('en');
}

/** 0.2034 → "20.3 %". */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export const bold = (text: string) => styleText('bold', text);
export const dim = (text: string) => styleText('dim', text);
export const green = (text: string) => styleText('green', text);
export const red = (text: string) => styleText('red', text);
export const yellow = (text: string) => styleText('yellow', text);

/** Cells of a terminal, near enough for names with umlauts and without control characters. */
function width(text: string): number {
  return [...text.normalize('NFC')].length;
}

/** Customer data on a terminal: no control characters, no escape sequences, no text direction tricks. */
export function plain(text: string, max = 60): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return [...clean].length > max ? `${[...clean].slice(0, max - 1).join('')}…` : clean;
}

/** Shows how far something is: one moving line on a terminal, now and then a line elsewhere. */
export interface Progress {
  update(done: number, total: number | null, note?: string): void;
  /** The same in other words. `share`: 0 to 1, drawn as a bar; null: not known. */
  line(words: string, share: number | null): void;
  /** Ends the moving line, so that what follows starts on a line of its own. */
  end(): void;
}

export function progress(
  label: string,
  given: { quiet?: boolean | undefined; stream?: NodeJS.WriteStream } = {},
): Progress {
  const stream = given.stream ?? process.stderr;
  let lastAt = 0;
  let drawn = false;
  const line = (words: string, share: number | null) => {
    if (given.quiet) return;
    const now = Date.now();
    if (stream.isTTY) {
      if (now - lastAt < 80 && share !== 1) return;
      const bar = share === null ? '' : `${'█'.repeat(Math.round(share * 24)).padEnd(24, '░')} `;
      stream.write(`\r\x1b[2K${bar}${label} ${words}`);
      drawn = true;
    } else {
      if (now - lastAt < 5000) return;
      stream.write(`${label} ${words}\n`);
    }
    lastAt = now;
  };
  return {
    update(done, total, note) {
      const of = total === null ? '' : ` of ${count(total)}`;
      line(`${count(done)}${of}${note ? ` (${note})` : ''}`, total ? Math.min(1, done / total) : null);
    },
    line,
    end() {
      if (drawn) stream.write('\r\x1b[2K');
      drawn = false;
    },
  };
}
