import { createPrivateKey } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import DKIM from 'nodemailer/lib/dkim';
import type { DkimKey, MailAddress } from '../config.ts';
import { cleanLine } from '../render/clean.ts';
import { type MailParts, writeMime } from './mime.ts';

export type { MailParts } from './mime.ts';

/**
 * The bytes of a mail (RFC 5322, MIME), lines ended by CRLF and none above 998 octets. The same parts give the
 * same bytes, signature included: a second try can't be told from the first.
 */
export type Encode = (parts: MailParts) => Promise<Buffer>;

/**
 * What the signature covers: what people read, where answers go, and the one-click unsubscribe, which mailbox
 * providers only show when it is signed (RFC 8058, section 4).
 */
const SIGNED = [
  'From',
  'To',
  'Reply-To',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'List-ID',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
  'Feedback-ID',
].join(':');

/** Puts mails into bytes, and signs them (DKIM, RFC 6376) if there is a key. @throws if it is no RSA key. */
export function createEncoder({ dkim }: { dkim: DkimKey | null }): Encode {
  const signer = dkim && createSigner(dkim);
  return async (parts) => {
    const bytes = writeMime(cleaned(parts));
    return signer ? await buffer(signer.sign(bytes)) : bytes;
  };
}

function cleaned(parts: MailParts): MailParts {
  const { from, to, replyTo, subject } = parts;
  return {
    ...parts,
    from: named(from),
    to: named(to),
    ...(replyTo && { replyTo: named(replyTo) }),
    subject: headerText(subject),
  };
}

/** More is in no mail program's list of mails; and one line of a header must hold a word of this length. */
const MAX_HEADER_TEXT = 250;

/**
 * One line without control characters, which nodemailer would hide in an encoded word; and nothing that looks like
 * an encoded word (RFC 2047) without being ours, since mail programs would decode it.
 */
const headerText = (text: string): string => cleanLine(text, MAX_HEADER_TEXT).replaceAll('=?', '= ?');

const named = ({ name, address }: MailAddress): MailAddress => ({ name: headerText(name), address });

function createSigner({ domain, selector, privateKey }: DkimKey): DKIM {
  const key = createPrivateKey(privateKey.reveal());
  // nodemailer sends unsigned what it can't sign.
  if (key.asymmetricKeyType !== 'rsa') throw new Error('Mails can only be signed with an RSA key.');
  return new DKIM({
    domainName: domain,
    keySelector: selector,
    privateKey: key,
    headerFieldNames: SIGNED,
  });
}
