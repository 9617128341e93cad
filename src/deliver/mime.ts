import { createHash } from 'node:crypto';
import { foldLines } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';
import type { MailAddress } from '../config.ts';
import { encodeText } from './encoded-lines.ts';

/** What a mail is made of. Addresses are structured, so that names need no quoting by whoever sets them. */
export interface MailParts {
  /** With its angle brackets. */
  messageId: string;
  date: Date;
  from: MailAddress;
  to: MailAddress;
  replyTo?: MailAddress;
  subject: string;
  text: string;
  html?: string;
  headers?: Record<string, string>;
}

/**
 * Writes a mail whose texts are quoted-printable (RFC 2045, 2046), its lines ended by CRLF: the bytes that nodemailer's
 * MailComposer makes, without its tree of parts and its chain of streams for each.
 */
export function writeMime(parts: MailParts): Buffer {
  const { text, html } = parts;
  const message = html === undefined ? plain(parts, text) : alternatives(parts, text, html);
  return Buffer.from(message.endsWith('\r\n') ? message : `${message}\r\n`);
}

function plain(parts: MailParts, text: string): string {
  return `${QUOTED}\r\n${head(parts)}${PLAIN}\r\n\r\n${encodeText(text)}`;
}

function alternatives(parts: MailParts, text: string, html: string): string {
  // Known beforehand to whoever has the Message-ID, and yet in no text: quoted-printable never has a "=_".
  const id = createHash('sha256').update(parts.messageId).digest('hex').slice(0, 24);
  const boundary = `=_spielbein-${id}-Part_1`;
  return (
    `${head(parts)}Content-Type: multipart/alternative;\r\n boundary="${boundary}"\r\n\r\n` +
    `--${boundary}\r\n${PLAIN}\r\n${QUOTED}\r\n\r\n${encodeText(text)}\r\n` +
    `--${boundary}\r\n${HTML}\r\n${QUOTED}\r\n\r\n${encodeText(html)}\r\n` +
    `--${boundary}--\r\n`
  );
}

const QUOTED = 'Content-Transfer-Encoding: quoted-printable';
const PLAIN = 'Content-Type: text/plain; charset=utf-8';
const HTML = 'Content-Type: text/html; charset=utf-8';

/** All but what says how the texts are written. */
function head(parts: MailParts): string {
  const { headers = {}, from, to, replyTo, subject, messageId, date } = parts;
  let fields = '';
  for (const [name, value] of Object.entries(headers)) {
    // would tell everybody who else gets it
    if (name.toLowerCase() === 'bcc') continue;
    fields += VARYING.has(name) ? field(name, value) : kept(name, value, value);
  }
  fields += kept('From', from, `${from.name}\n${from.address}`);
  fields += field('To', to);
  if (replyTo) fields += kept('Reply-To', replyTo, `${replyTo.name}\n${replyTo.address}`);
  fields += field('Subject', subject) + field('Message-ID', messageId);
  return `${fields}Date: ${date.toUTCString().replace('GMT', '+0000')}\r\nMIME-Version: 1.0\r\n`;
}

/** Encodes values of header fields as nodemailer does; it is no part of any mail. */
const encoder = new MimeNode(false);

/** One field of the head with its line end, or nothing if it would be empty. */
function field(name: string, value: string | MailAddress): string {
  const encoded = encoder.encodeHeaderValue(name, value);
  return encoded.trim() === '' ? '' : `${foldLines(`${name}: ${encoded}`, 76)}\r\n`;
}

/** Differ in every mail. */
const VARYING = new Set(['List-Unsubscribe', 'X-Spielbein-Send']);

/** Fields that are the same in many mails. */
const fields = new Map<string, string>();

function kept(name: string, value: string | MailAddress, key: string): string {
  const known = fields.get(`${name}\n${key}`);
  if (known !== undefined) return known;
  if (fields.size === 1000) fields.clear();
  const written = field(name, value);
  fields.set(`${name}\n${key}`, written);
  return written;
}
