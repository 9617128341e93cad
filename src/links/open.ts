import { timingSafeEqual } from 'node:crypto';
import { DAY_MS } from './links.ts';
import { createTagger } from './tag.ts';
import { type Answer, type LinkKind, PAYLOAD_BYTES, readPayload, TAG_BYTES, TOKEN_CHARS } from './token.ts';

/** What a link says, or why it is refused. `expired` links were once genuine, so their page may say so. */
export type OpenedToken =
  | { ok: true; sendId: number; position: number; answer: Answer }
  | { ok: false; reason: 'invalid' | 'expired' };

/** A link that was opened: genuine, of this kind, still valid. */
export type OpenedLink = Omit<Extract<OpenedToken, { ok: true }>, 'ok'> & { kind: LinkKind };

const SPELLING = new RegExp(`^[A-Za-z0-9_-]{${TOKEN_CHARS}}$`);

/**
 * Checks a token from an address: genuine, made for `expectedKind`, still valid. `sendId` 0 is a preview or a
 * test mail. `answer` means something for answers only, `position` for answers and clicks.
 */
export function openToken(
  token: string,
  expectedKind: LinkKind,
  options: { secret: string; now: () => Date },
): OpenedToken {
  if (!SPELLING.test(token)) return { ok: false, reason: 'invalid' };
  const bytes = Buffer.from(token, 'base64url');
  const message = new Uint32Array(TAG_BYTES / 4);
  new Uint8Array(message.buffer).set(bytes.subarray(0, PAYLOAD_BYTES));
  const tag = createTagger(options.secret)(message, 1);
  const genuine = timingSafeEqual(bytes.subarray(PAYLOAD_BYTES), tag);
  const { kind, lastDay, sendId, position, answer } = readPayload(bytes);
  if (!genuine || kind !== expectedKind) return { ok: false, reason: 'invalid' };
  if (Math.floor(options.now().getTime() / DAY_MS) > lastDay) return { ok: false, reason: 'expired' };
  return { ok: true, sendId, position, answer };
}
