import { classify } from './classify.ts';
import { addressIn } from './fields.ts';
import type { Message } from './message.ts';
import type { Reading } from './reading.ts';
import { wordsIn } from './words-about.ts';

/** A mail of ours has one recipient; behind a list there may be a few more. The rest is somebody's joke. */
const MAX_ADDRESSES = 20;

/**
 * Bounces from before there was a format, or beside it: each takes a message and reads it, or leaves it to the next
 * by null. Pure.
 */
export const PLAIN_TEXT_READERS: readonly ((message: Message) => Reading | null)[] = [readExim, readQmail];

/** Exim without MIME: the addresses are in a header, the server's words in the text, below each address. */
function readExim({ headers, text }: Message): Reading | null {
  const failed = (headers.get('x-failed-recipients') ?? []).flatMap((value) =>
    value.split(',', MAX_ADDRESSES).map(addressIn),
  );
  return bounce(failed, text);
}

/** qmail and its heirs (QSBMF): a greeting, then a paragraph for each address: `<anna@kunde.example>:` and words. */
function readQmail({ text }: Message): Reading | null {
  if (!/^\s*Hi\. This is the /.test(text)) return null;
  const [report = ''] = text.slice(0, 100_000).split(/^-/m);
  const failed = [...report.matchAll(/^<.{3,320}>:\s*$/gm)]
    .slice(0, MAX_ADDRESSES)
    .map(([line]) => addressIn(line));
  return bounce(failed, report);
}

function bounce(addresses: readonly (string | null)[], text: string): Reading | null {
  const wordsAbout = wordsIn(text);
  const [first, ...others] = [...new Set(addresses)]
    .filter((address) => address !== null)
    .slice(0, MAX_ADDRESSES)
    .map((address) => {
      const detail = wordsAbout(address);
      return { ...classify({ status: null, text: detail }), addresses: [address], detail };
    });
  return first ? { kind: 'report', source: 'dsn', findings: [first, ...others] } : null;
}
