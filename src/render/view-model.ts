import type { Customer, Language } from '../domain/customer.ts';
import type { MailLinks } from '../links/links.ts';
import { cleanLine } from './clean.ts';
import { salutation } from './salutation.ts';
import type { BlockUrls, PersonalView, PreparedMail } from './view.ts';

/** What one customer's mail says outside of its blocks: pure, from the prepared mail, facts and links. */
export function personalView(given: {
  mail: PreparedMail;
  customer: Customer;
  language: Language;
  links: MailLinks;
  test: boolean;
}): PersonalView {
  const { mail, customer, links } = given;
  return {
    subject: given.test ? `[Test] ${mail.subject}` : mail.subject,
    title: mail.title,
    preheader: mail.preheader,
    greeting: salutation(customer, given.language),
    opening: mail.opening,
    openingText: mail.openingText,
    consented: customer.consent === 'consent',
    ownerName: cleanLine(customer.ownerName) || null,
    unsubscribe: links.unsubscribe,
    preferences: links.preferences,
  };
}

/** The addresses of the block at this position. */
export function blockUrls(links: MailLinks, position: number): BlockUrls {
  const own = links.blocks[position];
  if (!own) throw new RangeError(`There are no links for block ${position}.`);
  const { yes, call, later, no, more } = own;
  return { yes, call, later, no, more };
}
