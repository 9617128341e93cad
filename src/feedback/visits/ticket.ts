import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { LinkKind } from '../../links/token.ts';

/** What a page's form sends along to show that it was made by us, for this link, and when. */
export interface Ticket {
  /** Milliseconds since 1970. */
  madeAt: number;
  /** Of the page that asks once more. */
  again: boolean;
  /** Of this page, and of the pages that answer its forms: what one of them takes back, all of them have not said. */
  id: string;
}

/** What a ticket is bound to. */
export interface TicketLink {
  kind: LinkKind;
  sendId: number;
  position: number;
}

/** 132 bits. */
const TAG_CHARS = 22;
const SPELLING = /^([0-9a-z]{1,9})\.([pa])\.([A-Za-z0-9_-]{8})\.([A-Za-z0-9_-]{22})$/;

/** The id of a page that answers no form: 48 bits, which is enough within one mail. */
export const newTicketId = (): string => randomBytes(6).toString('base64url');

/** Tickets are signed by a key of their own, derived from the installation's secret: links open nothing as tickets. */
export function writeTicket(secret: string, link: TicketLink, { madeAt, again, id }: Ticket): string {
  const said = `${madeAt.toString(36)}.${again ? 'a' : 'p'}.${id}`;
  return `${said}.${tagOf(secret, link, said)}`;
}

/** Null for everything that `writeTicket` did not make for this very link. */
export function readTicket(secret: string, link: TicketLink, text: unknown): Ticket | null {
  const match = typeof text === 'string' ? SPELLING.exec(text) : null;
  if (!match) return null;
  const [, time = '', page = '', id = '', tag = ''] = match;
  const expected = tagOf(secret, link, `${time}.${page}.${id}`);
  if (!timingSafeEqual(Buffer.from(tag), Buffer.from(expected))) return null;
  return { madeAt: Number.parseInt(time, 36), again: page === 'a', id };
}

function tagOf(secret: string, { kind, sendId, position }: TicketLink, said: string): string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'spielbein/tickets/1', 32));
  return createHmac('sha256', key)
    .update(`${kind}\n${sendId}\n${position}\n${said}`)
    .digest('base64url')
    .slice(0, TAG_CHARS);
}
