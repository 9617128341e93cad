import { envelope, isHeader, tellTales } from './first-lines.ts';
import type { Place, ProblemCode } from './problem.ts';

/** What a splitter finds, in the order of the file. Each message comes as either `message` or `unreadable`. */
export interface Found {
  /** A message's header lines, without the empty line after them. Valid during the call only. */
  message(header: Buffer, place: Place): void;
  /** A message that can't be counted. */
  unreadable(code: ProblemCode, place: Place): void;
  /** Something that is wrong and does not keep the message from being counted. */
  flaw(code: ProblemCode, place: Place): void;
}

/** `mbox`: one message after the other; `eml`: the file is one message. */
export type Kind = 'mbox' | 'eml';

/** Why a file could not be read to its end. */
export type BreakingOff = Extract<ProblemCode, 'truncated' | 'damaged'>;

/** Bytes. A header that is longer is passed over: this bounds the memory. */
export const MAX_HEADER = 1024 * 1024;

/** Bytes. A "From " line that is longer separates nothing. */
const MAX_LINE = 1000;

const LF = 10;
const CR = 13;
const SEPARATOR = Buffer.from('\nFrom ');

/**
 * Takes a mailbox apart as its bytes come in, in pieces of any size, and hands over each message's header. Bodies are
 * searched, never taken in.
 *
 * A message begins at a "From " line that stands after an empty line (or at the beginning), has an address and a date,
 * and is followed by a header line. Where one of the first two is missing, the header must have two lines that every
 * message has. So "From " at the beginning of a body's line ends nothing, whether or not it is quoted (mboxo, mboxrd).
 * Content-Length is ignored: it is wrong too often. Every decision waits until the bytes that it needs are there, so it
 * does not depend on how the file was cut into pieces.
 */
export class Splitter {
  readonly #found: Found;
  readonly #kind: Kind;
  readonly #begin: number;
  #state: 'body' | 'separator' | 'first' | 'header' | 'done';
  /** The bytes kept from what came before, and where in the file they begin. */
  #rest: Buffer;
  #base: number;
  /** Where in `#rest` to go on. */
  #at: number;
  /** Where in `#rest` the header begins. */
  #start = 0;
  #messages = 0;
  #place: Place = { message: null, offset: null };
  #nulSeen = false;
  /** Whether the "From " line under consideration stands after an empty line. */
  #afterEmptyLine = false;
  #brokenOffTold = false;

  /** @param begin the offset of the first byte, if it is not 0 (after a byte order mark) */
  constructor(kind: Kind, found: Found, begin = 0) {
    this.#kind = kind;
    this.#found = found;
    this.#begin = begin;
    this.#state = kind === 'mbox' ? 'body' : 'first';
    // The beginning of an mbox is as good as an empty line.
    this.#rest = kind === 'mbox' ? Buffer.from('\n\n') : Buffer.alloc(0);
    this.#base = begin - this.#rest.length;
    this.#at = kind === 'mbox' ? 1 : 0;
  }

  /** Nothing more is wanted: the header of the only message is known. */
  get done(): boolean {
    return this.#state === 'done';
  }

  push(chunk: Buffer): void {
    if (!this.done) this.#work(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]), false);
  }

  /** @param brokenOff why the file could not be read to its end; null: it could */
  end(brokenOff: BreakingOff | null = null): void {
    if (this.done) return;
    this.#work(this.#rest, true);
    if (brokenOff && !this.#brokenOffTold) this.#found.flaw(brokenOff, this.#place);
    const anything = this.#base + this.#rest.length > this.#begin;
    if (this.#messages === 0 && this.#kind === 'mbox' && anything) {
      this.#found.flaw('no_messages', { message: null, offset: this.#begin });
    }
    this.#state = 'done';
  }

  #work(data: Buffer, last: boolean): void {
    let at: number | null = this.#at;
    while (at !== null) at = this.#step(data, at, last);
  }

  /** @returns where to go on, or null when more bytes are needed */
  #step(data: Buffer, at: number, last: boolean): number | null {
    switch (this.#state) {
      case 'body':
        return this.#body(data, at);
      case 'separator':
        return this.#separator(data, at, last);
      case 'first':
        return this.#first(data, at, last);
      case 'header':
        return this.#header(data, at, last);
      case 'done':
        return null;
    }
  }

  #body(data: Buffer, at: number): number | null {
    const found = data.indexOf(SEPARATOR, at);
    this.#lookForNul(data.subarray(at, found < 0 ? data.length : found));
    if (found < 0) return this.#wait(data, data.length - 8, Math.max(at, data.length - 5));
    this.#afterEmptyLine = data[found - 1] === LF || (data[found - 1] === CR && data[found - 2] === LF);
    this.#state = 'separator';
    return found + 1;
  }

  #separator(data: Buffer, at: number, last: boolean): number | null {
    const end = data.indexOf(LF, at);
    if (end < 0 && !last && data.length - at <= MAX_LINE) return this.#wait(data, at - 3, at);
    const line = data.toString('latin1', at, end < 0 ? Math.min(data.length, at + MAX_LINE + 1) : end);
    if (line.length > MAX_LINE) return this.#noSeparator(at);
    const asUsual = envelope(line);
    const follows = end < 0 ? undefined : isHeader(data, end + 1);
    if (!asUsual || !this.#afterEmptyLine) {
      const signs = end < 0 ? 0 : tellTales(data, end + 1, last);
      if (signs === undefined) return this.#wait(data, at - 3, at);
      const begins = signs >= 2 && (asUsual || this.#afterEmptyLine);
      if (!begins && signs > 0) {
        this.#found.flaw('looks_like_beginning', { ...this.#place, offset: this.#base + at });
      }
      if (!begins) return this.#noSeparator(at);
    } else if (follows === undefined && !last) return this.#wait(data, at - 3, at);
    this.#next(at);
    if (!this.#afterEmptyLine) this.#found.flaw('no_empty_line', this.#place);
    if (this.#messages === 1 && this.#base + at > this.#begin) {
      this.#found.flaw('before_first', { message: null, offset: this.#begin });
    }
    if (follows === true) return this.#beginHeader(end + 1);
    if (follows === undefined) this.#truncated();
    else this.#found.unreadable('no_headers', this.#place);
    this.#state = 'body';
    return end < 0 ? data.length : end;
  }

  #noSeparator(at: number): number {
    this.#state = 'body';
    return at;
  }

  #truncated(): void {
    this.#brokenOffTold = true;
    this.#found.unreadable('truncated', this.#place);
  }

  #first(data: Buffer, at: number, last: boolean): number | null {
    let begin = at;
    while (data[begin] === LF || data[begin] === CR) begin += 1;
    const follows = isHeader(data, begin);
    if (follows === undefined && !last) return this.#wait(data, begin, begin);
    this.#next(begin);
    if (follows === true) return this.#beginHeader(begin);
    if (follows === undefined && begin < data.length) this.#truncated();
    else this.#found.unreadable('no_headers', this.#place);
    this.#state = 'done';
    return null;
  }

  #beginHeader(at: number): number {
    this.#state = 'header';
    this.#start = at;
    return at;
  }

  #header(data: Buffer, at: number, last: boolean): number | null {
    const start = this.#start;
    let line = at;
    for (;;) {
      const lf = data.indexOf(LF, line);
      const size = (lf < 0 ? data.length : lf + 1) - start;
      // 2 bytes more: by then it is known whether the line after the limit is empty
      if (size > MAX_HEADER + 2 || (lf >= 0 && size > MAX_HEADER)) {
        this.#found.unreadable('header_too_large', this.#place);
        return this.#leaveHeader(start + MAX_HEADER);
      }
      const empty = lf < 0 ? undefined : isEmptyLine(data, lf + 1);
      if (empty === undefined) return last ? this.#endInHeader(data) : this.#wait(data, start, line);
      if (empty > 0) {
        this.#hand(data.subarray(start, lf + 1));
        return this.#leaveHeader(lf + empty);
      }
      line = lf + 1;
    }
  }

  /** A message without a body is whole; one that ends in the middle of a line, or of an mbox, is not. */
  #endInHeader(data: Buffer): null {
    if (this.#kind === 'eml' && data[data.length - 1] === LF) this.#hand(data.subarray(this.#start));
    else this.#truncated();
    this.#state = 'done';
    return null;
  }

  #leaveHeader(at: number): number | null {
    this.#state = this.#kind === 'mbox' ? 'body' : 'done';
    return at;
  }

  #hand(header: Buffer): void {
    this.#lookForNul(header);
    this.#found.message(header, this.#place);
  }

  #next(at: number): void {
    this.#messages += 1;
    this.#place = { message: this.#messages, offset: this.#base + at };
    this.#nulSeen = false;
  }

  #lookForNul(bytes: Buffer): void {
    if (this.#nulSeen || this.#messages === 0 || bytes.indexOf(0) < 0) return;
    this.#nulSeen = true;
    this.#found.flaw('nul_bytes', this.#place);
  }

  /** Keeps the bytes from `keep` on, and goes on at `at` when there are more. */
  #wait(data: Buffer, keep: number, at: number): null {
    const from = Math.max(0, keep);
    this.#rest = Buffer.from(data.subarray(from));
    this.#base += from;
    this.#at = at - from;
    this.#start -= from;
    return null;
  }
}

/** Length of the empty line at this place, 0 if it is none, undefined if that can't be known yet. */
function isEmptyLine(data: Buffer, at: number): 0 | 1 | 2 | undefined {
  if (data[at] === LF) return 1;
  if (data[at] === undefined) return undefined;
  if (data[at] !== CR) return 0;
  if (data[at + 1] === undefined) return undefined;
  return data[at + 1] === LF ? 2 : 0;
}
