import { classify } from './classify.ts';
import { addressIn } from './fields.ts';
import type { Message } from './message.ts';
import type { Finding, Reading } from './reading.ts';

/** Reports say what happened on top; what follows is the returned mail. */
const MAX_TEXT = 100_000;

/**
 * Bounces from before there was a format, or beside it: each takes a message and reads it, or leaves it to the next
 * by null. Pure.
 */
export const PLAIN_TEXT_READERS: readonly ((message: Message) => Reading | null)[] = [readExim, readQmail];

/**
 * Exim, with `bounce_return_body` and without MIME: the header `X-Failed-Recipients`, and in the text each address on
 * a line of its own with the server's words indented below.
 */
function readExim({ headers, text }: Message): Reading | null {
  const failed = (headers.get('x-failed-recipients') ?? [])
    .flatMap((value) => value.split(','))
    .map(addressIn)
    .filter((address) => address !== null);
  const [end = text.length] = [text.search(/^-+ This is a copy of /m)].filter((at) => at >= 0);
  const lines = text.slice(0, Math.min(end, MAX_TEXT)).split(/\r?\n/);
  return report(
    failed.map((address) => {
      const at = lines.findIndex(
        (line) => addressIn(line) === address && line.trim().length <= address.length + 2,
      );
      return findingOf(address, at < 0 ? [] : paragraphFrom(lines, at + 1));
    }),
  );
}

/** qmail and its heirs (QSBMF): a greeting, then a paragraph for each address: `<anna@kunde.example>:` and words. */
function readQmail({ text }: Message): Reading | null {
  const start = text.slice(0, MAX_TEXT);
  if (!/^\s*Hi\. This is the /.test(start)) return null;
  const [end = start.length] = [start.search(/^-/m)].filter((at) => at >= 0);
  const lines = start.slice(0, end).split(/\r?\n/);
  return report(
    lines.flatMap((line, at) => {
      const address = /^<.{3,320}>:\s*$/.test(line) ? addressIn(line) : null;
      return address ? [findingOf(address, paragraphFrom(lines, at + 1))] : [];
    }),
  );
}

function paragraphFrom(lines: readonly string[], from: number): string[] {
  const end = lines.findIndex((line, at) => at >= from && line.trim() === '');
  return lines.slice(from, end < 0 ? undefined : end);
}

function findingOf(address: string, said: string[]): Finding {
  const detail = said
    .map((line) => line.trim())
    .join(' ')
    .slice(0, 2000);
  return { ...classify({ status: null, text: detail }), addresses: [address], detail };
}

function report(findings: Finding[]): Reading | null {
  const [first, ...others] = findings;
  return first ? { kind: 'report', source: 'dsn', findings: [first, ...others] } : null;
}
