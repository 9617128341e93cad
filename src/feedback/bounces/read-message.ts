import { readDeliveryStatus } from './delivery-status.ts';
import { complaint, readFeedbackReport } from './feedback-report.ts';
import { addressIn, firstValue, readFields } from './fields.ts';
import { type Message, partsOf } from './message.ts';
import { PLAIN_TEXT_READERS } from './plain-text.ts';
import type { Reading } from './reading.ts';

/** The next reader has a try when one leaves a message alone (null), or can't make sense of it. */
const READERS: readonly ((message: Message) => Reading | null)[] = [
  (message) => ofPart(message, readFeedbackReport, 'message/feedback-report'),
  (message) =>
    ofPart(
      message,
      (part) => readDeliveryStatus(part, message.text),
      'message/delivery-status',
      'message/global-delivery-status',
    ),
  readMicrosoftComplaint,
  ...PLAIN_TEXT_READERS,
];

/** How out-of-office notes begin, in the languages of our recipients. */
const AUTO_REPLY =
  /^(?:automatic reply|auto-?reply|automatische antwort|out of (?:the )?office|abwesenheit|réponse automatique)/;

/** What a message that came to the bounce address says. Pure; never throws. */
export function readMessage(message: Message): Reading {
  let unreadable: Reading | null = null;
  for (const read of READERS) {
    const reading = read(message);
    if (reading && reading.kind !== 'unreadable') return reading;
    unreadable = reading ?? unreadable;
  }
  return (
    unreadable ??
    readNotice(message) ?? {
      kind: 'unreadable',
      problem:
        'It is no bounce and no complaint in a form that the program knows. A person may have written it.',
    }
  );
}

function ofPart(message: Message, read: (text: string) => Reading, ...types: string[]): Reading | null {
  const texts = partsOf(message, ...types);
  return texts.length === 0 ? null : read(texts.join('\n\n'));
}

/** Microsoft's Junk Mail Reporting Program: the mail as an attachment, the complainer in a header of its own. */
function readMicrosoftComplaint(message: Message): Reading | null {
  for (const original of partsOf(message, 'message/rfc822', 'text/rfc822-headers')) {
    const recipient = firstValue(readFields(original), 'x-hmxmroriginalrecipient');
    if (recipient === null) continue;
    const address = addressIn(recipient);
    return complaint(address ? [address] : [], 'Complaint, reported by Outlook.com (JMRP)');
  }
  return null;
}

/** Messages that need nothing, by what their senders agreed on (RFC 3834, RFC 8098) or usually write. */
function readNotice(message: Message): Reading | null {
  const header = (name: string) => (firstValue(message.headers, name) ?? '').toLowerCase();
  const subject = message.subject.toLowerCase();
  if (partsOf(message, 'message/disposition-notification').length > 0) {
    return { kind: 'ignored', why: 'read_receipt' };
  }
  if (/^warning: (?:message \S+ delayed|could not send message)/.test(subject)) {
    return { kind: 'ignored', why: 'delayed' };
  }
  // A bounce that we can't read is marked as automatic, too; it must not pass for an out-of-office note.
  if (/mailer-daemon|postmaster/.test(header('from'))) return null;
  const answersItself =
    header('auto-submitted').startsWith('auto-replied') ||
    header('precedence') === 'auto_reply' ||
    ['x-autoreply', 'x-autorespond', 'x-autoresponder'].some((name) => message.headers.has(name)) ||
    AUTO_REPLY.test(subject);
  return answersItself ? { kind: 'ignored', why: 'auto_reply' } : null;
}
