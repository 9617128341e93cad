import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Database } from '../../db/connect.ts';
import { readMailgun } from '../../feedback/providers/mailgun.ts';
import { parseJson } from '../../feedback/providers/reading.ts';
import { takeToken } from '../../feedback/providers/tokens.ts';
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

/**
 * Mailgun signs a timestamp and a token, but not what it reports: whoever has seen one message could report anything.
 * So a token counts for one report only; the same again is a repetition and welcome.
 */
export function mailgunWebhook(signingKey: string, db: Database): Webhook {
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
    const report = JSON.stringify(event) ?? '';
    if (!(await takeToken(db, { token, report, now }))) return { refused: 'token_used' };
    return readMailgun(event);
  };
}
