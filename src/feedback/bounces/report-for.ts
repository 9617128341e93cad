import { addressForms } from '../../domain/address-forms.ts';
import type { MailReport } from '../mail-report.ts';
import type { Finding, Reading } from './reading.ts';

/**
 * What a reading means for the one mail that it is about. Our mails have one recipient each, so a report about several
 * comes from behind it: from a forwarding or a list. What happens there does not make the address itself a dead one;
 * it counts as "not this time". A complaint counts as it is: whoever presses "spam" has our mail. Pure.
 * @param send.address where the mail went; null when it is not known any more (the person was erased)
 */
export function reportFor(
  reading: Extract<Reading, { kind: 'report' }>,
  send: { id: number; address: string | null },
  at: Date,
): MailReport {
  const about = (finding: Finding) =>
    finding.addresses.length === 0 ||
    send.address === null ||
    finding.addresses.some((address) => sameAddress(address, send.address ?? ''));
  const own = reading.findings.filter(about);
  const finding = own.find((each) => each.kind !== 'soft_bounce') ?? own[0] ?? behind(reading.findings[0]);
  return {
    kind: finding.kind,
    address: send.address,
    sendId: send.id,
    status: finding.status,
    detail: finding.detail.slice(0, 500),
    source: reading.source,
    occurredAt: at,
    dedupeKey: `${reading.source}:${send.id}:${finding.kind}`,
  };
}

function behind(finding: Finding): Finding {
  if (finding.kind === 'complaint') return finding;
  return { ...finding, kind: 'soft_bounce', detail: `Behind a forwarding: ${finding.detail}` };
}

/** The same mailbox, however its domain is written and whatever the case. */
function sameAddress(a: string, b: string): boolean {
  const forms = addressForms(b);
  return addressForms(a).some((form) => forms.includes(form));
}
