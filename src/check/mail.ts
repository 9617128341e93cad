import type { Language } from '../domain/customer.ts';
import type { Settings } from '../library/schema.ts';
import { type Opened, openHtml } from './document.ts';

/** A page that a block of a mail leads to, by way of an address that counts clicks. */
export interface LinkedPage {
  contentId: string;
  href: string;
}

/** One rendered mail, as it would be sent. */
export interface MailToCheck {
  subject: string;
  preheader: string;
  html: string;
  /** The text part. */
  text: string;
  language: Language;
  company: Settings['company'];
  /** Where recipients reach the answer and unsubscribe pages. */
  publicUrl: string;
  /** Further domains of the company's own, besides those of website, privacy page and `publicUrl`. */
  ownDomains?: readonly string[];
  /** Where links that are counted lead in the end, by content (`linkedPages`). */
  targets?: readonly LinkedPage[];
  /** Headers by name, where they are known; without them nothing is said of headers. */
  headers?: Readonly<Record<string, string>>;
}

/** A mail with its HTML taken apart once, for all checks. */
export type OpenedMail = MailToCheck & Opened;

export const openMail = (mail: MailToCheck): OpenedMail => ({ ...mail, ...openHtml(mail.html) });
