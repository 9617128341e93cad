import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { readMailgun } from '../../feedback/providers/mailgun.ts';
import { parseJson } from '../../feedback/providers/reading.ts';
import { isSame } from '../same.ts';
import { isFresh } from './fresh.ts';
import type { Webhook } from './webhook.ts';

const post = z.object({
  signature: z.object({
    timestamp: z.string().regex(/^\d{1,12}$/),
    token: z.string().min(20).max(200),
    signature: z.string(),
  }),
  'event-data': z.unknown().optional(),
});

/** Mailgun repeats what was not taken for eight hours. */
const HOURS = 12;
/** Tokens remembered; more come in twelve hours only when a hundred mails a minute bounce. */
const MOST_TOKENS = 100_000;

/**
 * Mailgun signs a timestamp and a token, but not what it reports: whoever has seen one message could report anything.
 * So a token counts for one report only; the same again is a repetition and welcome. Each process remembers its own.
 */
export function mailgunWebhook(signingKey: string): Webhook {
  const reportOf = new Map<string, string>();
  return async ({ body, now }) => {
    const read = post.safeParse(parseJson(body));
    if (!read.success) return { refused: 'unreadable' };
    const { timestamp, token, signature } = read.data.signature;
    const expected = createHmac('sha256', signingKey)
      .update(timestamp + token)
      .digest('hex');
    if (!isSame(signature, expected)) return { refused: 'signature' };
    if (!isFresh(new Date(Number(timestamp) * 1000), now, { hours: HOURS })) return { refused: 'too_old' };

    const event = read.data['event-data'];
    const digest = createHash('sha256')
      .update(JSON.stringify(event) ?? '')
      .digest('base64');
    if ((reportOf.get(token) ?? digest) !== digest) return { refused: 'token_used' };
    if (reportOf.size >= MOST_TOKENS) reportOf.delete(reportOf.keys().next().value ?? '');
    reportOf.set(token, digest);
    return readMailgun(event);
  };
}
