import { simpleParser } from 'mailparser';
import { storable } from '../storable.ts';
import { type Fields, readFields } from './fields.ts';

/** A message in the parts that a report is made of. Texts are decoded, and such that they can be stored. */
export interface Message {
  headers: Fields;
  /** Decoded; empty when there is none. */
  subject: string;
  /** What people are meant to read; empty when there is nothing. */
  text: string;
  /** The same for a browser; empty when there is none. */
  html: string;
  /** Everything that is not text for people, e.g. `message/delivery-status`, in the message's order. */
  parts: { type: string; text: string }[];
}

/** What is left of a larger message: reports say what they have to say before the mail that they return. */
export const MAX_BYTES = 10 * 1024 * 1024;

/**
 * Takes a message apart. mailparser does the MIME work; the parts of a report stay whole, and their fields are read
 * by us.
 * @throws Error when it is no message at all
 */
export async function openMessage(raw: Buffer): Promise<Message> {
  const mail = await simpleParser(raw.subarray(0, MAX_BYTES), {
    keepDeliveryStatus: true,
    ignoreEmbedded: true,
    keepCidLinks: true,
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipTextLinks: true,
    checksumAlgo: false,
  });
  return {
    headers: readFields(storable((mail.headerLines ?? []).map(({ line }) => line).join('\r\n'))),
    subject: storable(mail.subject ?? ''),
    text: storable(mail.text ?? ''),
    html: storable(mail.html || ''),
    parts: mail.attachments.map(({ contentType, content }) => ({
      type: contentType.toLowerCase(),
      text: storable(content.toString('utf8')),
    })),
  };
}

/** The parts of any of these types. */
export function partsOf(message: Message, ...types: string[]): string[] {
  return message.parts.filter(({ type }) => types.includes(type)).map(({ text }) => text);
}
