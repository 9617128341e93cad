import { addressIn, firstValue, readFields } from './fields.ts';
import type { Reading } from './reading.ts';

/**
 * Reads a complaint in the Abuse Reporting Format (RFC 5965). Who complained is often blacked out (RFC 6590); the
 * returned mail tells which one it was. Pure.
 * @param text the part `message/feedback-report`
 */
export function readFeedbackReport(text: string): Reading {
  const fields = readFields(text);
  const type = (firstValue(fields, 'feedback-type') ?? '').toLowerCase();
  switch (type) {
    case 'abuse':
    case 'fraud':
    case 'opt-out':
    case 'opt-out-list':
      break;
    case 'not-spam':
      return { kind: 'ignored', why: 'not_spam' };
    case 'auth-failure':
    case 'dmarc':
      return { kind: 'ignored', why: 'authentication_report' };
    default:
      return {
        kind: 'unreadable',
        problem: /^[a-z-]{1,30}$/.test(type)
          ? `It is a feedback report of the type "${type}", which says nothing about whether somebody wants our mails.`
          : 'It is a feedback report without a type.',
      };
  }
  const recipients = ['original-rcpt-to', 'removal-recipient'].flatMap((name) => fields.get(name) ?? []);
  const agent = firstValue(fields, 'user-agent');
  return complaint(
    recipients.map(addressIn).filter((address) => address !== null),
    `Complaint (${type})${agent ? `, reported by ${agent}` : ''}`,
  );
}

/** A reading that says: the recipient does not want this. */
export function complaint(addresses: readonly string[], detail: string): Reading {
  return {
    kind: 'report',
    source: 'arf',
    findings: [{ kind: 'complaint', addresses, status: null, detail }],
  };
}
