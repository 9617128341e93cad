import { classify } from './classify.ts';
import { addressIn } from './fields.ts';
import type { Message } from './message.ts';
import type { Reading } from './reading.ts';
import { wordsAbout } from './words-about.ts';

/**
 * Bounces from before there was a format, or beside it: each takes a message and reads it, or leaves it to the next
 * by null. Pure.
 */
export const PLAIN_TEXT_READERS: readonly ((message: Message) => Reading | null)[] = [readExim, readQmail];

/** Exim without MIME: the addresses are in a header, the server's words in the text, below each address. */
function readExim({ headers, text }: Message): Reading | null {
  const failed = (headers.get('x-failed-recipients') ?? []).flatMap((value) =>
    value.split(',').map(addressIn),
  );
  return bounce(failed, text);
}

/** qmail and its heirs (QSBMF): a greeting, then a paragraph for each address: `<anna@kunde.example>:` and words. */
function readQmail({ text }: Message): Reading | null {
  if (!/^\s*Hi\. This is the /.test(text)) return null;
  const [report = ''] = text.slice(0, 100_000).split(/^-/m);
  const failed = [...report.matchAll(/^<.{3,320}>:\s*$/gm)].map(([line]) => addressIn(line));
  return bounce(failed, report);
}

function bounce(addresses: readonly (string | null)[], text: string): Reading | null {
  const [first, ...others] = addresses
    .filter((address) => address !== null)
    .map((address) => {
      const detail = wordsAbout(text, address);
      return { ...classify({ status: null, text: detail }), addresses: [address], detail };
    });
  return first ? { kind: 'report', source: 'dsn', findings: [first, ...others] } : null;
}
