/**
 * Quoted-printable (RFC 2045, section 6.7), byte for byte as nodemailer makes it, in one pass: nodemailer looks for each
 * place to break a line with regular expressions.
 */

const LINE = 76;
/** A line is rather broken after white space or punctuation, if there is some among its last characters. */
const MARGIN = 25;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const EQUALS = 0x3d;
const HEX = Buffer.from('0123456789ABCDEF');

/** 1 for each character that is written as it is, wherever it stands. */
const LITERAL = new Uint8Array(128);
for (let code = SPACE + 1; code < 0x7f; code += 1) LITERAL[code] = code === EQUALS ? 0 : 1;

/** 1 for each byte after which a line is broken rather than elsewhere. */
const SEPARATOR = new Uint8Array(256);
for (const byte of Buffer.from(' \t.,!?')) SEPARATOR[byte] = 1;

/** Where texts are encoded, one after the other. Longer ones have a place of their own, which is not kept. */
const KEPT = Buffer.allocUnsafeSlow(100_000);

/**
 * A text as quoted-printable, in ASCII.
 * @param text its lines ended by LF; those of the result are ended by CRLF
 */
export function quotedPrintable(text: string): string {
  // a character of UTF-16 is three bytes of UTF-8 at most, each may be escaped, and then there are the breaks
  const room = 10 * text.length + LINE;
  const out = room <= KEPT.length ? KEPT : Buffer.allocUnsafeSlow(room);
  let size = 0;
  let line = 0;
  const { length } = text;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80) {
      if (LITERAL[code] === 1) out[size++] = code;
      else if (code === LF) {
        out[size++] = CR;
        out[size++] = LF;
        if (size - line > LINE) size = breakLine(out, line, size, false);
        line = size;
      } else if ((code === SPACE || code === 0x09) && at + 1 < length && text.charCodeAt(at + 1) !== LF) {
        out[size++] = code;
      } else size = escapeByte(out, size, code);
    } else {
      // a character of two, or half of one, which UTF-8 has a sign for
      const whole = text.codePointAt(at) as number;
      if (whole > 0xffff) at += 1;
      for (const byte of bytesOf(whole)) size = escapeByte(out, size, byte);
    }
  }
  if (size > LINE) size = breakLine(out, line, size, true);
  return out.toString('latin1', 0, size);
}

function escapeByte(out: Buffer, at: number, byte: number): number {
  out[at] = EQUALS;
  out[at + 1] = HEX[byte >> 4] as number;
  out[at + 2] = HEX[byte & 15] as number;
  return at + 3;
}

/** In UTF-8. The few characters that a language needs beyond ASCII come again and again. */
function bytesOf(code: number): Uint8Array {
  const known = code < 0x3000 ? BYTES[code] : undefined;
  if (known) return known;
  const bytes = new Uint8Array(Buffer.from(String.fromCodePoint(code)));
  if (code < 0x3000) BYTES[code] = bytes;
  return bytes;
}
const BYTES: (Uint8Array | undefined)[] = new Array(0x3000);

/**
 * Breaks a line that is too long, where it stands.
 * @param end behind its line end
 * @param last nothing comes after it, not even a line end; then it may be broken though it is not too long
 * @returns its new end
 */
function breakLine(out: Buffer, start: number, end: number, last: boolean): number {
  const line = new Uint8Array(out.subarray(start, end));
  const { length } = line;
  const total = last ? length : Number.POSITIVE_INFINITY;
  let size = start;
  let from = 0;
  while (last ? from < length : length - from > LINE) {
    const to = breakOf(line, from, Math.min(from + LINE, length), total);
    while (from < to) out[size++] = line[from++] as number;
    if (to < total) {
      out[size++] = EQUALS;
      out[size++] = CR;
      out[size++] = LF;
    }
  }
  while (from < length) out[size++] = line[from++] as number;
  return size;
}

/** Where to break what goes on from `start` up to `full` and, unless that is `total`, further. */
function breakOf(line: Uint8Array, start: number, full: number, total: number): number {
  if (full - start > LINE - MARGIN) {
    for (let at = full - 1; at >= full - MARGIN; at -= 1) {
      // there must be room for the sign that the line goes on
      if (SEPARATOR[line[at] as number] === 1) return at + 1 === start + LINE && full < total ? at : at + 1;
    }
  }
  let end = full;
  if (line[end - 1] === EQUALS) end -= 1;
  else if (line[end - 2] === EQUALS && end - 2 >= start) end -= 2;
  // a character of several bytes is not split
  while (end - start > 3 && end < total && line[end - 3] === EQUALS && !isOneCharacter(line, start, end)) {
    const lead = HEX.indexOf(line[end - 2] as number);
    if (lead < 0x8) break;
    end -= 3;
    if (lead >= 0xc) break;
  }
  if (end < total && end - start === LINE) end -= line[end - 3] === EQUALS ? 3 : 1;
  return end;
}

/** One to four escapes, and nothing else. */
function isOneCharacter(line: Uint8Array, start: number, end: number): boolean {
  const size = end - start;
  if (size > 12 || size % 3 !== 0) return false;
  for (let at = start; at < end; at += 3) if (line[at] !== EQUALS) return false;
  return true;
}
