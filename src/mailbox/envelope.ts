import { simpleParser } from 'mailparser';

/** What the list of the mailbox shows of a mail, decoded for people. */
export interface MailHead {
  messageId: string | null;
  from: string | null;
  to: string | null;
  subject: string | null;
}

/** Reads the headers and nothing else of a mail: the body of 26 kB would cost most of the time. */
export async function readHead(raw: Buffer): Promise<MailHead> {
  const { messageId, from, to, subject } = await simpleParser(headerBlock(raw));
  const recipients = [to ?? []].flat().map((list) => list.text);
  return {
    messageId: storable(messageId),
    from: storable(from?.text),
    to: storable(recipients.join(', ')),
    subject: storable(subject),
  };
}

function headerBlock(raw: Buffer): Buffer {
  for (const gap of ['\r\n\r\n', '\n\n']) {
    const end = raw.indexOf(gap);
    if (end >= 0) return raw.subarray(0, end + gap.length);
  }
  return raw;
}

/** PostgreSQL keeps every character in a text but NUL. */
function storable(text: string | undefined): string | null {
  return text?.replaceAll('\0', '').trim() || null;
}
