import { domainToASCII } from 'node:url';
import type { MailAddress } from '../config.ts';
import type { Customer } from '../domain/customer.ts';
import type { Links } from '../links/links.ts';
import { displayName } from './salutation.ts';

/** Headers as nodemailer takes them: addresses structured, so that it does all quoting and encoding. */
export interface MailHeaders {
  /** The same on every try, so that a mail that arrives twice is seen as one. */
  messageId: string;
  from: MailAddress;
  to: MailAddress;
  replyTo: MailAddress;
  headers: Record<string, string>;
}

/**
 * The headers that large mailbox providers ask of newsletters. Pure.
 *
 * Left out on purpose: `Auto-Submitted` (RFC 3834) is for answers and notices that no person stands behind,
 * while this mail asks for an answer; that out-of-office assistants keep quiet follows from the List headers,
 * and for Exchange from `X-Auto-Response-Suppress`. `Precedence: bulk` was never a standard.
 */
export function mailHeaders(given: {
  sendId: number;
  campaignId: string;
  customer: Pick<Customer, 'firstName' | 'lastName'>;
  /** The address alone. */
  to: string;
  from: MailAddress;
  /** The company's address for answers; null: that of `from`. */
  replyTo: MailAddress | null;
  /** The customer's own salesperson, where answers are to go to. */
  salesperson?: MailAddress | null;
  links: Pick<Links, 'unsubscribe' | 'messageToken'>;
}): MailHeaders {
  const { sendId, campaignId, from, links } = given;
  const replyTo = given.replyTo ?? from;
  const domain = domainOf(from.address);
  return {
    messageId: `<spielbein.${sendId}.${links.messageToken(sendId, campaignId)}@${domain}>`,
    from,
    to: { name: displayName(given.customer), address: given.to.trim() },
    // always there, so that a signature covers it and nobody can add another (RFC 6376, 8.15)
    replyTo: given.salesperson ?? replyTo,
    headers: {
      // RFC 2369: in order of preference; RFC 8058: one click is a POST to the https address
      'List-Unsubscribe': `<${new URL(links.unsubscribe(sendId)).href}>, <${mailto(replyTo)}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-ID': `<newsletter.${domain}>`,
      'Feedback-ID': feedbackId(campaignId, domain),
      'X-Auto-Response-Suppress': 'OOF, AutoReply',
      'X-Spielbein-Send': String(sendId),
    },
  };
}

/**
 * Gmail's format: up to three names that it reports on, then the sender's own, 5 to 15 characters, always the
 * same. Colons separate, so names cannot hold any.
 */
function feedbackId(campaignId: string, domain: string): string {
  const campaign = campaignId.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60) || 'none';
  const sender = domain
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 15)
    .padEnd(5, '0');
  return `${campaign}:newsletter:spielbein:${sender}`;
}

/** RFC 6068. In ASCII, as the https address beside it: encoded words have no place in this header. */
function mailto({ address }: MailAddress): string {
  const local = address.slice(0, address.lastIndexOf('@'));
  return `mailto:${encodeURIComponent(local)}@${domainOf(address)}?subject=unsubscribe`;
}

function domainOf(address: string): string {
  const [, host = ''] = /@([^@]+)$/.exec(address.trim()) ?? [];
  const domain = domainToASCII(host);
  if (domain === '') throw new Error('MAIL_FROM and MAIL_REPLY_TO need a valid domain after the @.');
  return domain;
}
