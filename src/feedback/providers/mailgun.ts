import { z } from 'zod';
import { classify } from '../bounces/classify.ts';
import { type ProviderReading, type ProviderReport, unreadable } from './reading.ts';

const event = z.object({
  event: z.string(),
  id: z.string().min(1),
  /** Seconds since 1970, with fractions. */
  timestamp: z.number().positive().max(1e11),
  recipient: z.string(),
  severity: z.string().optional(),
  reason: z.string().optional(),
  'delivery-status': z
    .object({
      code: z.number().nullish(),
      'enhanced-code': z.string().nullish(),
      message: z.string().nullish(),
      description: z.string().nullish(),
    })
    .nullish(),
  message: z
    .object({
      headers: z.object({ 'message-id': z.string().optional(), subject: z.string().optional() }).optional(),
    })
    .optional(),
});
type MailgunEvent = z.infer<typeof event>;

const typed = z.object({ event: z.string() });

const IGNORED: ReadonlyMap<string, string> = new Map([
  ['accepted', 'sent'],
  ['delivered', 'delivered'],
  ['opened', 'opened'],
  ['clicked', 'clicked'],
]);

/** What Mailgun did not even try, because of what it remembers of the address. */
const REMEMBERED: ReadonlyMap<string, ProviderReport['kind']> = new Map<string, ProviderReport['kind']>([
  ['suppress-bounce', 'hard_bounce'],
  ['suppress-complaint', 'complaint'],
  ['suppress-unsubscribe', 'unsubscribe'],
]);

/**
 * Reads `event-data` of a Mailgun webhook. Pure.
 * Source: Mailgun's documentation, "Webhook Payloads" and "Events".
 */
export function readMailgun(json: unknown): ProviderReading {
  const type = typed.safeParse(json).data?.event;
  const why = IGNORED.get(type ?? '');
  if (why) return { kind: 'ignored', why };
  if (type !== 'failed' && type !== 'complained' && type !== 'unsubscribed') {
    return unreadable(`Mailgun reported something unknown: ${type ?? 'no event'}.`);
  }
  const read = event.safeParse(json);
  if (!read.success) return unreadable(`An event "${type}" of Mailgun in an unknown form.`);
  const given = read.data;
  if (type === 'complained') return report(given, 'complaint', null, 'complained');
  if (type === 'unsubscribed') return report(given, 'unsubscribe', null, 'unsubscribed');
  // Mailgun goes on trying, and says so again if it gives up
  if (given.severity === 'temporary') return { kind: 'ignored', why: 'delayed' };
  return failure(given);
}

function failure(given: MailgunEvent): ProviderReading {
  const status = given['delivery-status'];
  const text = [status?.code, status?.message, status?.description].filter(Boolean).join(' ');
  const verdict = classify({ status: status?.['enhanced-code'] ?? null, text });
  const remembered = REMEMBERED.get(given.reason ?? '');
  // 6xx are codes of Mailgun's own, not of a mail server
  return report(given, remembered ?? verdict.kind, remembered ? null : verdict.status, text);
}

function report(
  given: MailgunEvent,
  kind: ProviderReport['kind'],
  status: string | null,
  detail: string,
): ProviderReading {
  const { 'message-id': messageId = null, subject = null } = given.message?.headers ?? {};
  return {
    kind: 'reports',
    reports: [
      {
        kind,
        address: given.recipient,
        status,
        detail: detail || (given.reason ?? 'failed'),
        source: 'mailgun',
        occurredAt: new Date(given.timestamp * 1000),
        dedupeKey: `mailgun:${given.id}`,
        mail: { messageId, subject },
      },
    ],
  };
}
