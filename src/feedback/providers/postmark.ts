import { z } from 'zod';
import { enhancedStatus } from '../bounces/classify.ts';
import { type ProviderReading, type ProviderReport, unreadable } from './reading.ts';

const at = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const typed = z.object({ RecordType: z.string() });

/** `Bounce` and `SpamComplaint`. */
const bounce = z.object({
  ID: z.number(),
  Type: z.string(),
  Email: z.string(),
  BouncedAt: at,
  Description: z.string().nullish(),
  Details: z.string().nullish(),
  Subject: z.string().nullish(),
});

/** Postmark took an address off a stream, or put it on again. On broadcast streams this is all that is reported. */
const change = z.object({
  MessageID: z.string().nullish(),
  Recipient: z.string(),
  ChangedAt: at,
  Origin: z.string().nullish(),
  SuppressSending: z.boolean(),
  SuppressionReason: z.string().nullish(),
});

const IGNORED: ReadonlyMap<string, string> = new Map([
  ['Delivery', 'delivered'],
  ['Open', 'opened'],
  ['Click', 'clicked'],
]);

type Meaning = ProviderReport['kind'] | { ignored: string };

/** Postmark's types of bounces; what is not among them, a person looks at. */
const TYPES: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['HardBounce', 'hard_bounce'],
  ['BadEmailAddress', 'hard_bounce'],
  ['SpamComplaint', 'complaint'],
  ['Unsubscribe', 'unsubscribe'],
  ['SoftBounce', 'soft_bounce'],
  ['DnsError', 'soft_bounce'],
  ['Unknown', 'soft_bounce'],
  // about us or the content, not about the address
  ['Blocked', 'soft_bounce'],
  ['SpamNotification', 'soft_bounce'],
  ['VirusNotification', 'soft_bounce'],
  ['DMARCPolicy', 'soft_bounce'],
  // late, and still under way
  ['Transient', { ignored: 'delayed' }],
  ['AutoResponder', { ignored: 'auto_reply' }],
  ['ChallengeVerification', { ignored: 'auto_reply' }],
  ['Subscribe', { ignored: 'subscribed' }],
  ['OpenRelayTest', { ignored: 'relay_test' }],
]);

/**
 * Reads a webhook of Postmark. Pure.
 * Source: Postmark's developer documentation, "Webhooks" and "Bounce types".
 */
export function readPostmark(json: unknown): ProviderReading {
  const type = typed.safeParse(json).data?.RecordType;
  if (type === 'Bounce' || type === 'SpamComplaint') {
    const read = bounce.safeParse(json);
    return read.success ? fromBounce(read.data) : unreadable(`A "${type}" of Postmark in an unknown form.`);
  }
  if (type === 'SubscriptionChange') {
    const read = change.safeParse(json);
    return read.success ? fromChange(read.data) : unreadable(`A "${type}" of Postmark in an unknown form.`);
  }
  const why = IGNORED.get(type ?? '');
  return why
    ? { kind: 'ignored', why }
    : unreadable(`Postmark reported something unknown: ${type ?? 'no RecordType'}.`);
}

function fromBounce(given: z.infer<typeof bounce>): ProviderReading {
  const meaning = TYPES.get(given.Type);
  if (meaning === undefined)
    return unreadable(`Postmark reported a bounce of an unknown type: ${given.Type}.`);
  if (typeof meaning === 'object') return { kind: 'ignored', why: meaning.ignored };
  const words = given.Details || given.Description || given.Type;
  return report({
    kind: meaning,
    address: given.Email,
    status: enhancedStatus(words),
    detail: words,
    occurredAt: given.BouncedAt,
    dedupeKey: `postmark:${given.ID}`,
    mail: { messageId: null, subject: given.Subject ?? null },
  });
}

function fromChange(given: z.infer<typeof change>): ProviderReading {
  // Nobody is written to again because a provider would allow it.
  if (!given.SuppressSending) return { kind: 'ignored', why: 'reactivated' };
  // taken off by us, in Postmark's console or through its API
  const byUs = given.SuppressionReason === 'ManualSuppression' && given.Origin !== 'Recipient';
  if (byUs) return { kind: 'ignored', why: 'suppressed_by_us' };
  const meaning =
    given.SuppressionReason === 'ManualSuppression'
      ? 'unsubscribe'
      : TYPES.get(given.SuppressionReason ?? '');
  if (meaning === undefined || typeof meaning === 'object') {
    return unreadable(`Postmark suppressed an address for an unknown reason: ${given.SuppressionReason}.`);
  }
  return report({
    kind: meaning,
    address: given.Recipient,
    status: null,
    detail: `${given.SuppressionReason}, by ${given.Origin ?? 'Postmark'}`,
    occurredAt: given.ChangedAt,
    dedupeKey: `postmark:${given.MessageID ?? 'change'}:${given.ChangedAt.getTime()}`,
    mail: { messageId: null, subject: null },
  });
}

const report = (given: Omit<ProviderReport, 'source'>): ProviderReading => ({
  kind: 'reports',
  reports: [{ ...given, source: 'postmark' }],
});
