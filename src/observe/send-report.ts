import type { MailAddress } from '../config.ts';
import type { Encode } from '../deliver/encode.ts';
import type { MailTransport } from '../deliver/transport.ts';
import type { Report } from './report.ts';

/** Sends a report to the operator; @throws when the mail server did not take it. */
export type SendReport = (report: Report, about: { id: string; now: Date }) => Promise<void>;

/** Sends reports the way newsletters go, but outside the ledger. The same id makes the same Message-ID. */
export function reportSender(given: {
  from: MailAddress;
  to: string;
  encode: Encode;
  transport: Pick<MailTransport, 'send'>;
}): SendReport {
  const { from, to, encode, transport } = given;
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return async (report, { id, now }) => {
    const raw = await encode({
      ...report,
      messageId: `<spielbein-report.${id}@${domain}>`,
      date: now,
      from,
      to: { name: '', address: to },
      // no vacation notes, please (RFC 3834)
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    const outcome = await transport.send({ envelope: { from: from.address, to }, raw });
    if (outcome.kind === 'sent') return;
    const said = outcome.kind === 'recalled' ? 'The process is ending.' : outcome.response;
    throw new Error(`The daily report could not be sent to OPERATOR_EMAIL: ${said}`);
  };
}
