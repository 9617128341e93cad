import type { Database } from '../../db/connect.ts';
import type { Links } from '../../links/links.ts';
import { openToken } from '../../links/open.ts';
import type { ReturnPaths } from '../../links/return-path.ts';
import { sendOfMessageId } from '../our-mail.ts';
import type { Message } from './message.ts';

/** What checks that a mark was made by this installation. */
export interface Proofs {
  db: Database;
  links: Pick<Links, 'messageToken'>;
  returnPaths: Pick<ReturnPaths, 'read'>;
  /** Signs links. */
  secret: string;
  now: () => Date;
}

/** A message may be full of forged marks; nobody has to check them all. */
const MAX_MARKS = 20;

const RETURN_PATH = /\+s\d{1,12}\.[0-9a-f]{16}@/gi;
const MESSAGE_ID = /spielbein\.\d{1,12}\.[A-Za-z0-9]{16}@/g;
const UNSUBSCRIBE = /\/u\/([A-Za-z0-9_-]{32})(?![A-Za-z0-9_-])/g;

/**
 * The send that a message is about, by marks that only somebody who has that very mail can know: the return path it
 * was sent to (VERP), or in the returned mail its Message-ID or its unsubscribe link (which is still there when a
 * provider, as Amazon SES does, writes a Message-ID of its own). What is not signed, like `X-Spielbein-Send`, proves
 * nothing: with it anybody could have anybody's address stopped.
 */
export async function findSend(proofs: Proofs, message: Message): Promise<number | 'none' | 'several'> {
  const headers = [...message.headers.values()].flat();
  const addressedTo = unique(marks(headers, RETURN_PATH), (mark) => proofs.returnPaths.read(mark));
  if (addressedTo.length > 0) return single(addressedTo);

  const texts = [...headers, message.text, ...message.parts.map((part) => part.text)];
  const found = [
    ...unique(marks(texts, RETURN_PATH), (mark) => proofs.returnPaths.read(mark)),
    ...unique(marks(texts, UNSUBSCRIBE), (mark) => sendOfLink(proofs, mark)),
  ];
  for (const mark of marks(texts, MESSAGE_ID)) {
    const send = await sendOfMessageId(proofs.db, proofs.links, mark);
    if (send !== null) found.push(send);
  }
  return single(found);
}

/** Each mark once, or what is in its brackets. */
function marks(texts: readonly string[], pattern: RegExp): string[] {
  const found = new Set<string>();
  for (const text of texts) {
    for (const [whole, inner] of text.matchAll(pattern)) {
      found.add(inner ?? whole);
      if (found.size === MAX_MARKS) return [...found];
    }
  }
  return [...found];
}

function unique(candidates: readonly string[], read: (mark: string) => number | null): number[] {
  return [...new Set(candidates.map(read).filter((send) => send !== null))];
}

function single(sends: readonly number[]): number | 'none' | 'several' {
  const [first, ...others] = new Set(sends);
  if (first === undefined) return 'none';
  return others.length > 0 ? 'several' : first;
}

/** Null for links of previews and test mails, too. */
function sendOfLink({ secret, now }: Proofs, token: string): number | null {
  const opened = openToken(token, 'unsubscribe', { secret, now });
  return opened.ok && opened.sendId > 0 ? opened.sendId : null;
}
