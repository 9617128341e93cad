import { quotedPrintable } from './quoted-printable.ts';

/** Characters of lines kept ready, as they are and encoded, in each of two halves. */
const KEPT = 4_000_000;

/** What is up to this long as a whole is not folded; in longer texts the last line is like any other. */
const WHOLE = 76;
const BEFORE = `${'x'.repeat(WHOLE - 6)}\n`;

/** A line that was encoded. */
interface Line {
  /** With its line end; null for one that was seen for the first time, most likely with something personal in it. */
  text: string | null;
  encoded: string;
  /** What came after it the last time. */
  next: Line | null;
}

/** Lines lately encoded. When `fresh` is full it becomes `stale`: what is used again moves up, the rest goes. */
let fresh = new Map<string, Line>();
let stale = new Map<string, Line>();
let kept = 0;

/**
 * A text as quoted-printable (RFC 2045, section 6.7), its lines ended by CRLF whatever ended them before. Quoted-printable
 * goes line by line, and most lines of a mail are the template's, the same in every mail and one after the other: they are
 * encoded once, and mostly found where the mail before had them, without being looked up.
 */
export function encodeText(given: string): string {
  const text = given.includes('\r') ? given.replace(/\r\n?/g, '\n') : given;
  if (text.length <= WHOLE) return quotedPrintable(text);
  let encoded = '';
  let expected: Line | null = null;
  let before: Line | null = null;
  for (let from = 0; ; ) {
    if (expected !== null && expected.text !== null && text.startsWith(expected.text, from)) {
      from += expected.text.length;
    } else {
      const end = text.indexOf('\n', from) + 1;
      if (end === 0) return encoded + lastLine(text.slice(from));
      const line = lineOf(text.slice(from, end), expected?.next ?? null);
      if (before) before.next = line;
      expected = line;
      from = end;
    }
    encoded += expected.encoded;
    before = expected;
    expected = expected.next;
  }
}

/** @param next what may come after it, if it is new: a line with a name in it stands for another with another name */
function lineOf(text: string, next: Line | null): Line {
  const ready = fresh.get(text);
  if (ready) return ready;
  const old = stale.get(text);
  if (!old && !seenBefore(text)) return { text: null, encoded: quotedPrintable(text), next };
  const kind = copied(text);
  const line = old ?? { text: kind, encoded: quotedPrintable(text), next };
  kept += text.length + line.encoded.length;
  if (kept > KEPT) {
    // lines that are gone must not live on as what came after others
    for (const gone of stale.values()) gone.next = null;
    stale = fresh;
    fresh = new Map();
    kept = text.length + line.encoded.length;
  }
  fresh.set(kind, line);
  return line;
}

/** Fingerprints of lines that were seen once. Two lines may share a place: then one is kept, or not, for nothing. */
const SEEN = new Uint32Array(65_536);

/** Most lines with something personal never come again: they are not worth being kept. */
function seenBefore(text: string): boolean {
  let hash = text.length;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  const place = (hash ^ (hash >>> 16)) & 0xffff;
  const seen = SEEN[place] === hash >>> 0;
  SEEN[place] = hash >>> 0;
  return seen;
}

/** Has no line end, and may have one of its own: how a line is folded depends on whether something comes before. */
const lastLine = (text: string): string => quotedPrintable(BEFORE + text).slice(BEFORE.length + 1);

/** V8 keeps a part of a string as a view of the whole: the whole mail would be kept for one of its lines. */
const copied = (line: string): string => Buffer.from(line, 'utf16le').toString('utf16le');
