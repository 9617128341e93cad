import { createHmac } from 'node:crypto';
import { createSigner } from './sign.ts';
import {
  ANSWERS,
  type Answer,
  checkRoom,
  headByte,
  type LinkKind,
  MAX_POSITION,
  TOKEN_CHARS,
} from './token.ts';

/** Answers and clicks: an offer is old news after a year, and what it led to has long been counted. */
export const ANSWER_DAYS = 365;
/**
 * Unsubscribing and preferences: mails lie in inboxes for years, and the right to object has no end (UWG
 * §7(3), GDPR Art. 21). Three years is the limitation period of German civil law; after it, the page says where
 * else to object. It does not ask for an address, because then anybody could unsubscribe anybody.
 */
export const STOP_DAYS = 3 * 365;

export const DAY_MS = 86_400_000;

const PATHS: Record<LinkKind, string> = { answer: 'a', click: 'c', unsubscribe: 'u', preferences: 'p' };

const STOP_HEADS = [headByte('unsubscribe', 0, 'yes'), headByte('preferences', 0, 'yes')];
/** Four answers and the link to more, by position. */
const BLOCK_HEADS = Array.from({ length: MAX_POSITION + 1 }, (_, position) => [
  ...ANSWERS.map((answer) => headByte('answer', position, answer)),
  headByte('click', position, 'yes'),
]).flat();

/** Absolute addresses of one block. */
export type BlockLinks = Record<Answer, string> & { more: string };

/** Every address that one mail needs. */
export interface MailLinks {
  /** By position in the composition's blocks, from 0. */
  blocks: BlockLinks[];
  unsubscribe: string;
  preferences: string;
}

/**
 * Makes the absolute addresses that stand in mails. `sendId` is the ledger's row; 0 means a preview or a test
 * mail, whose links open their page but record nothing. `position` is the index in `composition.blocks`.
 */
export interface Links {
  answer(sendId: number, position: number, answer: Answer): string;
  click(sendId: number, position: number): string;
  unsubscribe(sendId: number): string;
  preferences(sendId: number): string;
  /** Pictures are public: no token, so that mail clients and proxies can keep them. */
  picture(file: string): string;
  /** All addresses of a mail with `blocks` blocks at once, which is many times cheaper than one by one. */
  forMail(sendId: number, blocks: number): MailLinks;
  /** The unguessable part of a send's Message-ID: the same on every try, whatever the day. */
  messageToken(sendId: number, campaignId: string): string;
}

/** Links for one installation. `secret` signs them, `publicUrl` is where recipients reach the pages. */
export function createLinks(options: { secret: string; publicUrl: string; now: () => Date }): Links {
  const { secret, now } = options;
  const base = options.publicUrl.replace(/\/+$/, '');
  // so that every address can stand in HTML as it is
  if (/[\s"'`<>&=]/.test(base)) throw new Error(`PUBLIC_URL must be an address without a query, not ${base}`);
  const sign = createSigner(secret);
  const prefix = (kind: LinkKind) => `${base}/${PATHS[kind]}/`;
  const prefixes = { answer: prefix('answer'), click: prefix('click') };
  const stops = { unsubscribe: prefix('unsubscribe'), preferences: prefix('preferences') };

  const today = () => Math.floor(now().getTime() / DAY_MS);

  const one = (kind: LinkKind, sendId: number, position: number, answer: Answer): string => {
    checkRoom(sendId, position);
    const days = kind === 'answer' || kind === 'click' ? ANSWER_DAYS : STOP_DAYS;
    return (
      prefix(kind) + sign(sendId, [{ lastDay: today() + days, heads: [headByte(kind, position, answer)] }])
    );
  };

  return {
    answer: (sendId, position, answer) => one('answer', sendId, position, answer),
    click: (sendId, position) => one('click', sendId, position, 'yes'),
    unsubscribe: (sendId) => one('unsubscribe', sendId, 0, 'yes'),
    preferences: (sendId) => one('preferences', sendId, 0, 'yes'),
    picture: (file) => `${base}/pictures/${file}`,

    forMail(sendId, blocks) {
      checkRoom(sendId, Math.max(0, blocks - 1));
      const day = today();
      const tokens = sign(sendId, [
        { lastDay: day + STOP_DAYS, heads: STOP_HEADS },
        { lastDay: day + ANSWER_DAYS, heads: BLOCK_HEADS.slice(0, blocks * 5) },
      ]);
      const token = (index: number) => tokens.slice(index * TOKEN_CHARS, (index + 1) * TOKEN_CHARS);
      const found: MailLinks = {
        blocks: [],
        unsubscribe: stops.unsubscribe + token(0),
        preferences: stops.preferences + token(1),
      };
      for (let position = 0, next = 2; position < blocks; position++, next += 5) {
        found.blocks.push({
          yes: prefixes.answer + token(next),
          call: prefixes.answer + token(next + 1),
          later: prefixes.answer + token(next + 2),
          no: prefixes.answer + token(next + 3),
          more: prefixes.click + token(next + 4),
        });
      }
      return found;
    },

    messageToken: (sendId, campaignId) =>
      createHmac('sha256', secret)
        .update(`spielbein/message-id/1\n${sendId}\n${campaignId}`)
        .digest('base64url')
        .replace(/[-_]/g, '')
        .slice(0, 16),
  };
}
