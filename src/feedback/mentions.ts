import { fromXtext } from './bounces/fields.ts';
import { type Message, openMessage } from './bounces/message.ts';
import { parseJson } from './providers/reading.ts';

/** So many are enough for a report; a message may be full of made-up ones. */
const MAX_ADDRESSES = 500;

/** From the beginning of a word, so that a long word is tried once and not from each of its characters. */
const ADDRESS = /(?<![^\s<>;:,"()@])[^\s<>;:,"()@]{1,128}@[^\s<>;:,"()@]{1,255}/g;

/**
 * The addresses that a message names anywhere, lower-cased: what a search through its bytes does not find, because
 * they are encoded (base64, quoted-printable, JSON, xtext, a character set). Never throws.
 */
export async function addressesIn(raw: Buffer): Promise<string[]> {
  const found = new Set<string>();
  for (const text of await textsOf(raw)) {
    for (const [match] of text.matchAll(ADDRESS)) {
      const word = match.toLowerCase();
      const bare = word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
      for (const each of [word, bare, fromXtext(bare)]) found.add(each);
      if (found.size >= MAX_ADDRESSES) return [...found];
    }
  }
  return [...found];
}

async function textsOf(raw: Buffer): Promise<string[]> {
  const json = parseJson(raw);
  if (typeof json === 'object' && json !== null) return stringsOf(json);
  const message = await openMessage(raw).catch(() => null);
  return message ? await textsIn(message) : [];
}

/** Amazon's reports are JSON in JSON. A loop and no recursion: a stranger may nest as deep as they like. */
function stringsOf(json: object): string[] {
  const strings: string[] = [];
  const open: unknown[] = [json];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'object' && value !== null) {
      for (const each of Object.values(value)) open.push(each);
    } else if (typeof value === 'string') {
      const inner = value.startsWith('{') ? parseJson(value) : undefined;
      if (inner === undefined) strings.push(value);
      else open.push(inner);
    }
  }
  return strings;
}

/** A returned mail has parts of its own; what is inside that one is nobody's report. */
async function textsIn(message: Message, returned = true): Promise<string[]> {
  const { headers, subject, text, html, parts } = message;
  const texts = [...[...headers.values()].flat(), subject, text, html, ...parts.map((part) => part.text)];
  if (!returned) return texts;
  for (const part of parts.filter(({ type }) => type === 'message/rfc822')) {
    const inner = await openMessage(Buffer.from(part.text)).catch(() => null);
    if (inner) texts.push(...(await textsIn(inner, false)));
  }
  return texts;
}
