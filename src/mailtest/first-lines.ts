/**
 * "From ", one word (an address, Thunderbird's "-", Gmail's number), and a date with weekday, time and year, as ctime
 * writes it ("Mon Jan  1 00:00:00 2024"), with a time zone in it (Gmail) or as mails have it ("Mon, 1 Jan 2024 …").
 */
const ENVELOPE = /^From +\S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*\d{1,2}:\d\d/;
const YEAR = /\b(?:19|20)\d\d\b/;

/** Whether this line can begin a message of an mbox. */
export const envelope = (line: string): boolean => ENVELOPE.test(line) && YEAR.test(line);

/** Bytes. RFC 5322 allows lines of 998. */
const MAX_NAME = 1000;

const QUOTED_FROM = '>From';

/**
 * Whether a header line begins at this place: a name without spaces and a colon. Or a quoted "From " line, which some
 * programs leave on top. Undefined: more bytes are needed to know.
 */
export function isHeader(data: Buffer, at: number): boolean | undefined {
  let end = at;
  while (end < data.length && end - at <= MAX_NAME && isNameByte(data[end])) end += 1;
  if (end - at > MAX_NAME) return false;
  let colon = end;
  while (colon < data.length && colon - at <= MAX_NAME && isBlank(data[colon])) colon += 1;
  if (colon > end && data.toString('latin1', at, end) === QUOTED_FROM) return true;
  if (colon - at > MAX_NAME) return false;
  if (colon === data.length) return undefined;
  return end > at && data[colon] === 0x3a;
}

/** Bytes. Two of the lines below come within it, or this is no header of a mail. */
const MAX_LOOKED_AT = 64 * 1024;

/** Fields that hardly a message lacks, and hardly a paragraph begins with. */
const TELL_TALE = /^(from|date|received|message-id)[ \t]*:/i;

/**
 * How many different tell-tale fields the header that begins at this place has: 0, 1, or 2 for more. Undefined: more
 * bytes are needed to know.
 * @param last there are no more bytes
 */
export function tellTales(data: Buffer, at: number, last: boolean): 0 | 1 | 2 | undefined {
  let first: string | null = null;
  for (let line = at; ; ) {
    const lf = data.indexOf(0x0a, line);
    const end = lf < 0 ? data.length : lf + 1;
    if (end - at > MAX_LOOKED_AT) break;
    if (lf < 0 && !last) return undefined;
    const folded = line > at && isBlank(data[line]);
    if (!folded && isHeader(data, line) !== true) break;
    const name = folded ? undefined : TELL_TALE.exec(data.toString('latin1', line, end))?.[1]?.toLowerCase();
    if (name !== undefined && first !== null && name !== first) return 2;
    first ??= name ?? null;
    line = end;
  }
  return first === null ? 0 : 1;
}

/** Whether a file that begins with these bytes is an mbox: a "From " line, and a header line after it. */
export function beginsLikeMbox(bytes: Buffer): boolean {
  const text = bytes
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  const end = text.indexOf('\n');
  return text.startsWith('From ') && end > 0 && isHeader(Buffer.from(text, 'latin1'), end + 1) === true;
}

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x09;

/** Printable, not a space and not the colon (RFC 5322, 2.2). */
const isNameByte = (byte: number | undefined) =>
  byte !== undefined && byte > 0x20 && byte < 0x7f && byte !== 0x3a;
