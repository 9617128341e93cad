import { sql } from 'kysely';
import { type ParsedMail, simpleParser } from 'mailparser';
import type { Database } from '../db/connect.ts';

/** One line of the mailbox's list. */
export interface MailSummary {
  id: number;
  receivedAt: Date;
  /** Envelope: where bounces would go. Empty for a bounce itself. */
  mailFrom: string;
  /** Envelope: who it was really sent to. */
  rcptTo: string[];
  messageId: string | null;
  /** Headers, decoded: "Anna Müller <anna@example.com>". */
  from: string | null;
  to: string | null;
  subject: string | null;
  /** Bytes of the whole mail. */
  size: number;
}

/** One mail, taken apart. */
export interface ReadMail extends MailSummary {
  /** Pictures that come with the mail are in it as data: URLs. Not safe to show outside of a sandbox. */
  html: string | null;
  text: string | null;
  /** In their order, unfolded, otherwise as they came. */
  headers: { name: string; value: string }[];
  attachments: { filename: string | null; contentType: string; size: number }[];
  raw: Buffer;
}

export interface MailboxQuery {
  /** Every word must be in a sender, a recipient or the subject. */
  search?: string | undefined;
}

/** Newest first; `before` is the id of the last mail on the page before this one. */
export async function listMailbox(
  db: Database,
  { search, before, limit }: MailboxQuery & { before?: number | undefined; limit: number },
): Promise<MailSummary[]> {
  let query = found(db, search).select(summaryColumns).orderBy('id', 'desc').limit(limit);
  if (before !== undefined) query = query.where('id', '<', before);
  return (await query.execute()).map(toSummary);
}

export async function countMailbox(db: Database, { search }: MailboxQuery = {}): Promise<number> {
  const { n } = await found(db, search)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return n;
}

/** Undefined when there is no such mail (any more). */
export async function readMailbox(db: Database, id: number): Promise<ReadMail | undefined> {
  const row = await db
    .selectFrom('mailbox')
    .select(summaryColumns)
    .select('raw')
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const mail = await simpleParser(row.raw, { skipHtmlToText: true, skipTextToHtml: true });
  return {
    ...toSummary(row),
    html: mail.html || null,
    text: mail.text || null,
    headers: headersOf(mail),
    attachments: mail.attachments.map(({ filename, contentType, size }) => ({
      filename: filename ?? null,
      contentType,
      size,
    })),
    raw: row.raw,
  };
}

/** @returns how many mails there were. */
export async function clearMailbox(db: Database): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('mailbox').executeTakeFirst();
  return Number(numDeletedRows);
}

const size = sql<number>`octet_length(raw)`.as('size');
const summaryColumns = [
  'id',
  'received_at',
  'mail_from',
  'rcpt_to',
  'message_id',
  'header_from',
  'header_to',
  'subject',
  size,
] as const;

function found(db: Database, search = '') {
  let query = db.selectFrom('mailbox');
  for (const word of search.split(/[\s\p{Cc}]+/u).filter(Boolean)) {
    // % and _ are what they are, not wildcards
    const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where(
      sql<boolean>`concat_ws(' ', subject, header_to, header_from, array_to_string(rcpt_to, ' '), mail_from) ilike ${pattern}`,
    );
  }
  return query;
}

interface Row {
  id: number;
  received_at: Date;
  mail_from: string;
  rcpt_to: string[];
  message_id: string | null;
  header_from: string | null;
  header_to: string | null;
  subject: string | null;
  size: number;
}

function toSummary(row: Row): MailSummary {
  return {
    id: row.id,
    receivedAt: row.received_at,
    mailFrom: row.mail_from,
    rcptTo: row.rcpt_to,
    messageId: row.message_id,
    from: row.header_from,
    to: row.header_to,
    subject: row.subject,
    size: row.size,
  };
}

function headersOf(mail: ParsedMail): { name: string; value: string }[] {
  return mail.headerLines.map(({ line }) => {
    const colon = line.indexOf(':');
    return {
      name: line.slice(0, colon),
      value: line
        .slice(colon + 1)
        .replace(/\r?\n[ \t]/g, ' ')
        .trim(),
    };
  });
}
