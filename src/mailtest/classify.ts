import { type AddressBook, isIn, isWithin } from './address-book.ts';
import type { Head } from './head.ts';
import type { People } from './people.ts';

/** In the order of precedence: a mail counts in the first class that one of its recipients belongs to. */
export const CLASSES = ['customers', 'up', 'down', 'sideways', 'elsewhere'] as const;

export type MailClass = (typeof CLASSES)[number];

/** Whose mail it is: one's own, somebody else's, or none that counts (a draft, a chat, in the bin). */
export type Origin = 'sent' | 'received' | 'left_out' | 'unknown';

/** Gmail's labels in the languages of this program. With others, a mailbox is counted by From alone (count.ts). */
const SENT = new Set(['sent', 'gesendet', 'sent mail', 'gesendete nachrichten']);
const LEFT_OUT = new Set([
  'drafts',
  'draft',
  'entwürfe',
  'entwurf',
  'spam',
  'trash',
  'bin',
  'papierkorb',
  'chat',
  'chats',
]);

/** Whether one of Gmail's labels says so, in a language that is known. */
export const saysSent = ({ labels }: Head): boolean => labels?.some((label) => SENT.has(label)) ?? false;

/**
 * Decides by From and labels. Where there are labels, a mail that does not say "sent" came from a list or a copy.
 * @param how by From alone: whether a label says "sent" is of no account
 */
export function originOf(head: Head, { me, domains }: People, how = { byFromAlone: false }): Origin {
  const { from, labels, deleted } = head;
  if (deleted || labels?.some((label) => LEFT_OUT.has(label))) return 'left_out';
  if (from.length === 0) return 'unknown';
  const mine = from.some((address) => (me ? me.has(address) : isWithin(address, domains)));
  return mine && (!labels || how.byFromAlone || saysSent(head)) ? 'sent' : 'received';
}

/**
 * Whom an address belongs to. What the people file says about a colleague counts first; a colleague is never a
 * customer, even if the CRM has an entry for tests.
 */
export function classOf(address: string, people: People, crm: AddressBook | null): MailClass {
  for (const circle of ['up', 'down', 'sideways'] as const) if (people[circle].has(address)) return circle;
  if (people.customers.addresses.has(address)) return 'customers';
  if (people.me?.has(address) || isWithin(address, people.domains)) return 'elsewhere';
  return isIn(address, people.customers) || (crm && isIn(address, crm)) ? 'customers' : 'elsewhere';
}

/** Where a mail counts: once, whoever else gets it. */
export function classOfMail(recipients: readonly MailClass[]): MailClass {
  return CLASSES.find((each) => recipients.includes(each)) ?? 'elsewhere';
}

/** A colleague whom the people file does not name: somebody of the own domains in no circle. */
export function isUnnamed(address: string, people: People): boolean {
  const { me, up, down, sideways, domains } = people;
  if (me?.has(address) || up.has(address) || down.has(address) || sideways.has(address)) return false;
  return isWithin(address, domains);
}
