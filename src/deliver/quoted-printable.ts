import * as quotedPrintable from 'nodemailer/lib/qp';

/** Characters of lines kept ready, as they are and encoded, in each of two halves. */
const KEPT = 4_000_000;

/** What is up to this long as a whole is not folded; in longer texts the last line is like any other. */
const WHOLE = 76;
const BEFORE = `${'x'.repeat(WHOLE - 6)}\r\n`;

/** Lines lately encoded. When `fresh` is full it becomes `stale`: what is used again moves up, the rest goes. */
let fresh = new Map<string, string>();
let stale = new Map<string, string>();
let kept = 0;

/**
 * A text as quoted-printable (RFC 2045, section 6.7), its lines ended by CRLF whatever ended them before: the same bytes
 * that nodemailer makes. Quoted-printable goes line by line, and most lines of a mail are the template's, the same in
 * every mail: they are encoded once.
 */
export function encodeText(text: string): string {
  const lines = (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).split('\n');
  if (text.length <= WHOLE) return encode(lines.join('\r\n'));
  const last = lines.length - 1;
  lines.forEach((line, number) => {
    lines[number] = number < last ? encodedLine(line) : encode(`${BEFORE}${line}`).slice(BEFORE.length);
  });
  return lines.join('');
}

/** With its line end. */
function encodedLine(line: string): string {
  const ready = fresh.get(line);
  if (ready !== undefined) return ready;
  // How a line is folded depends on what follows its end; the x shows that something does, and is taken off again.
  const encoded = stale.get(line) ?? encode(`${line}\r\nx`).slice(0, -1);
  kept += line.length + encoded.length;
  if (kept > KEPT) {
    stale = fresh;
    fresh = new Map();
    kept = line.length + encoded.length;
  }
  fresh.set(copied(line), encoded);
  return encoded;
}

const encode = (text: string): string => quotedPrintable.wrap(quotedPrintable.encode(text));

/** V8 keeps a part of a string as a view of the whole: the whole mail would be kept for one of its lines. */
const copied = (line: string): string => Buffer.from(line, 'utf16le').toString('utf16le');
