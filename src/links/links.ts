import { createHmac } from 'node:crypto';
import { createTagger } from './tag.ts';
import {
  ANSWERS,
  type Answer,
  type LinkFacts,
  type LinkKind,
  PAYLOAD_BYTES,
  TAG_BYTES,
  TOKEN_BYTES,
  TOKEN_CHARS,
  writePayload,
} from './token.ts';

/** Answers and clicks: an offer is old news after a year, and what it led to has long been counted. */
export const ANSWER_DAYS = 365;
/**
 * Unsubscribing and preferences: mails lie in inboxes for years, and the right to object has no end (UWG
 * §7(3), GDPR Art. 21). Three years is the limitation period of German civil law; after it, the page still
 * offers to unsubscribe, it only asks for the address.
 */
export const STOP_DAYS = 3 * 365;

export const DAY_MS = 86_400_000;

const PATHS: Record<LinkKind, string> = { answer: 'a', click: 'c', unsubscribe: 'u', preferences: 'p' };

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
  const tagger = createTagger(secret);
  const prefix = (kind: LinkKind) => `${base}/${PATHS[kind]}/`;
  const prefixes = { answer: prefix('answer'), click: prefix('click') };
  const stops = { unsubscribe: prefix('unsubscribe'), preferences: prefix('preferences') };

  const today = () => Math.floor(now().getTime() / DAY_MS);

  const one = (kind: LinkKind, sendId: number, position: number, answer: Answer): string => {
    const days = kind === 'answer' || kind === 'click' ? ANSWER_DAYS : STOP_DAYS;
    const tokens = sign([{ kind, sendId, position, answer, lastDay: today() + days }]);
    return prefix(kind) + tokens;
  };

  const sign = (facts: LinkFacts[]): string => {
    const messages = Buffer.alloc(facts.length * TAG_BYTES);
    for (let i = 0; i < facts.length; i++) {
      const fact = facts[i];
      if (fact) writePayload(messages, i * TAG_BYTES, fact);
    }
    const tags = tagger(messages);
    const tokens = Buffer.allocUnsafe(facts.length * TOKEN_BYTES);
    for (let i = 0; i < facts.length; i++) {
      messages.copy(tokens, i * TOKEN_BYTES, i * TAG_BYTES, i * TAG_BYTES + PAYLOAD_BYTES);
      tags.copy(tokens, i * TOKEN_BYTES + PAYLOAD_BYTES, i * TAG_BYTES, (i + 1) * TAG_BYTES);
    }
    return tokens.toString('base64url');
  };

  return {
    answer: (sendId, position, answer) => one('answer', sendId, position, answer),
    click: (sendId, position) => one('click', sendId, position, 'yes'),
    unsubscribe: (sendId) => one('unsubscribe', sendId, 0, 'yes'),
    preferences: (sendId) => one('preferences', sendId, 0, 'yes'),
    picture: (file) => `${base}/pictures/${file}`,

    forMail(sendId, blocks) {
      const day = today();
      const facts: LinkFacts[] = [
        { kind: 'unsubscribe', sendId, position: 0, answer: 'yes', lastDay: day + STOP_DAYS },
        { kind: 'preferences', sendId, position: 0, answer: 'yes', lastDay: day + STOP_DAYS },
      ];
      for (let position = 0; position < blocks; position++) {
        const lastDay = day + ANSWER_DAYS;
        for (const answer of ANSWERS) facts.push({ kind: 'answer', sendId, position, answer, lastDay });
        facts.push({ kind: 'click', sendId, position, answer: 'yes', lastDay });
      }
      const tokens = sign(facts);
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
