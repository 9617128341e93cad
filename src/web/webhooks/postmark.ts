import { readPostmark } from '../../feedback/providers/postmark.ts';
import { parseJson } from '../../feedback/providers/reading.ts';
import { isSame } from '../same.ts';
import type { Webhook } from './webhook.ts';

/** Postmark signs nothing; it shows the password that stands in the webhook's address (RFC 7617). */
export function postmarkWebhook(password: string): Webhook {
  return async ({ body, headers }) => {
    const [, encoded = ''] = /^Basic +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    // the user's name does not matter, and has no colon in it
    const [, shown] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    if (shown === undefined || !isSame(shown, password)) return { refused: 'password' };
    return readPostmark(parseJson(body));
  };
}
