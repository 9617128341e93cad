import type { Language } from '../domain/customer.ts';
import type { Settings } from '../library/schema.ts';
import { type Opened, openHtml } from './document.ts';

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
  /** Headers by name, where they are known; without them nothing is said of headers. */
  headers?: Readonly<Record<string, string>>;
}

/** A mail with its HTML taken apart once, for all checks. */
export type OpenedMail = MailToCheck & Opened;

export const openMail = (mail: MailToCheck): OpenedMail => ({ ...mail, ...openHtml(mail.html) });
