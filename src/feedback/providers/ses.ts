import { z } from 'zod';
import { classify } from '../bounces/classify.ts';
import type { MailReport } from '../mail-report.ts';
import { type ProviderReading, type ProviderReport, parseJson, unreadable } from './reading.ts';

const mail = z.object({
  messageId: z.string(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  commonHeaders: z.object({ messageId: z.string().optional(), subject: z.string().optional() }).optional(),
});
const at = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const bounce = z.object({
  bounceType: z.string(),
  bounceSubType: z.string(),
  bouncedRecipients: z
    .array(
      z.object({
        emailAddress: z.string(),
        status: z.string().optional(),
        diagnosticCode: z.string().optional(),
      }),
    )
    .min(1),
  timestamp: at,
  feedbackId: z.string(),
});
const complaint = z.object({
  complainedRecipients: z.array(z.object({ emailAddress: z.string() })).min(1),
  complaintFeedbackType: z.string().nullish(),
  timestamp: at,
  feedbackId: z.string(),
});

/** Notifications say `notificationType`, event publishing says `eventType`; the rest is the same. */
const typed = z.object({ notificationType: z.string().optional(), eventType: z.string().optional() });
const bounced = z.object({ mail, bounce });
const complained = z.object({ mail, complaint });

const IGNORED: ReadonlyMap<string, string> = new Map([
  ['Send', 'sent'],
  ['Delivery', 'delivered'],
  ['DeliveryDelay', 'delayed'],
  ['Open', 'opened'],
  ['Click', 'clicked'],
]);

/** Complaints (RFC 5965, RFC 6430, RFC 6591) that are not about the recipient's wish. */
const NOT_COMPLAINTS = new Set(['not-spam', 'auth-failure']);

/**
 * Reads a notification of Amazon SES, as it stands in `Message` of Amazon SNS. Pure.
 * Source: Amazon SES Developer Guide, "Amazon SNS notification contents for Amazon SES".
 */
export function readSes(message: string): ProviderReading {
  const json = parseJson(message);
  const given = typed.safeParse(json);
  const type = given.data?.eventType ?? given.data?.notificationType;
  // what SES says once, when a topic is connected to an identity
  if (type === 'AmazonSnsSubscriptionSucceeded') return { kind: 'ignored', why: 'connected' };
  if (type === 'Bounce') {
    const read = bounced.safeParse(json);
    return read.success ? bounceReports(read.data) : unreadable('A bounce of Amazon SES in an unknown form.');
  }
  if (type === 'Complaint') {
    const read = complained.safeParse(json);
    return read.success
      ? complaintReports(read.data)
      : unreadable('A complaint of Amazon SES in an unknown form.');
  }
  const why = IGNORED.get(type ?? '');
  return why
    ? { kind: 'ignored', why }
    : unreadable(`Amazon SES reported something unknown: ${type ?? 'no type'}.`);
}

function bounceReports(given: z.infer<typeof bounced>): ProviderReading {
  const { bounceType, bounceSubType, bouncedRecipients, timestamp, feedbackId } = given.bounce;
  const reports = bouncedRecipients.map((recipient, index): ProviderReport => {
    const text = recipient.diagnosticCode ?? '';
    const verdict = classify({ status: recipient.status ?? null, text });
    const found = bounceKind(bounceType, bounceSubType, text === '' ? null : verdict.kind);
    return {
      kind: found,
      address: recipient.emailAddress,
      status: verdict.status,
      detail: [`${bounceType}/${bounceSubType}`, text].filter(Boolean).join(': '),
      source: 'ses',
      occurredAt: timestamp,
      dedupeKey: `ses:${feedbackId}:${index}`,
      mail: mailOf(given.mail),
    };
  });
  return { kind: 'reports', reports };
}

/**
 * SES calls every 5xx permanent, also one about us. Its subtypes are clear where it found out itself; for the rest the
 * server's own words decide, if there are any.
 */
function bounceKind(type: string, subType: string, words: MailReport['kind'] | null): MailReport['kind'] {
  if (type !== 'Permanent') return 'soft_bounce';
  return subType === 'General' ? (words ?? 'hard_bounce') : 'hard_bounce';
}

function complaintReports(given: z.infer<typeof complained>): ProviderReading {
  const { complainedRecipients, complaintFeedbackType, timestamp, feedbackId } = given.complaint;
  if (complaintFeedbackType && NOT_COMPLAINTS.has(complaintFeedbackType)) {
    return { kind: 'ignored', why: complaintFeedbackType };
  }
  const reports = complainedRecipients.map(
    ({ emailAddress }, index): ProviderReport => ({
      kind: 'complaint',
      address: emailAddress,
      status: null,
      detail: complaintFeedbackType ?? 'complaint',
      source: 'ses',
      occurredAt: timestamp,
      dedupeKey: `ses:${feedbackId}:${index}`,
      mail: mailOf(given.mail),
    }),
  );
  return { kind: 'reports', reports };
}

/** SES gives mails a Message-ID of its own; ours is among the original headers. */
function mailOf({ headers = [], commonHeaders }: z.infer<typeof mail>): ProviderReport['mail'] {
  const original = headers.find(({ name }) => name.toLowerCase() === 'message-id')?.value;
  return {
    messageId: original ?? commonHeaders?.messageId ?? null,
    subject: commonHeaders?.subject ?? null,
  };
}
