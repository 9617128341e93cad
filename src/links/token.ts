/**
 * The bytes of a link's token, apart from keys and clocks.
 *
 * A token is 24 bytes, which is 32 characters of base64url without a spare bit, so that every token has
 * exactly one spelling:
 *
 * | bytes | what |
 * |---|---|
 * | 0 | kind (2 bits), answer (2 bits), position (4 bits) |
 * | 1–2 | last day on which it is valid, in days since 1970 |
 * | 3–7 | send id |
 * | 8–23 | tag over bytes 0–7 (see tag.ts) |
 */

import { ANSWERS, type Answer } from '../domain/conversation.ts';

export { ANSWERS, type Answer };

/** What a link is for; a token opens only the kind of page it was made for. */
export const LINK_KINDS = ['answer', 'click', 'unsubscribe', 'preferences'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** What a token says. Links that are not about one block say position 0; only answers carry an answer. */
export interface LinkFacts {
  kind: LinkKind;
  sendId: number;
  position: number;
  answer: Answer;
  /** Last day of validity, in days since 1970 (UTC). */
  lastDay: number;
}

export const PAYLOAD_BYTES = 8;
export const TAG_BYTES = 16;
export const TOKEN_BYTES = PAYLOAD_BYTES + TAG_BYTES;
export const TOKEN_CHARS = 32;

/** Four bits. A mail has at most 12 blocks (library rules). */
export const MAX_POSITION = 15;
/** Five bytes: a thousand billion sends. */
export const MAX_SEND_ID = 2 ** 40 - 1;

const TWO_32 = 2 ** 32;

/** @throws RangeError when a token has no room for these; for real sends and blocks it always has. */
export function checkRoom(sendId: number, position: number): void {
  if (!Number.isInteger(sendId) || sendId < 0 || sendId > MAX_SEND_ID) {
    throw new RangeError(`A link needs a send id between 0 and ${MAX_SEND_ID}, not ${sendId}.`);
  }
  if (!Number.isInteger(position) || position < 0 || position > MAX_POSITION) {
    throw new RangeError(`A link needs a block position between 0 and ${MAX_POSITION}, not ${position}.`);
  }
}

/** The payload's first byte. */
export function headByte(kind: LinkKind, position: number, answer: Answer): number {
  return (LINK_KINDS.indexOf(kind) << 6) | (ANSWERS.indexOf(answer) << 4) | position;
}

/** Writes the payload's eight bytes into `target` at `offset`. Check with `checkRoom` first. */
export function writePayload(
  target: Uint8Array,
  offset: number,
  facts: { head: number; lastDay: number; sendId: number },
): void {
  const { head, lastDay, sendId } = facts;
  const low = sendId % TWO_32;
  target[offset] = head;
  target[offset + 1] = lastDay >> 8;
  target[offset + 2] = lastDay & 0xff;
  target[offset + 3] = Math.floor(sendId / TWO_32);
  target[offset + 4] = low >>> 24;
  target[offset + 5] = (low >>> 16) & 0xff;
  target[offset + 6] = (low >>> 8) & 0xff;
  target[offset + 7] = low & 0xff;
}

/** Reads what `writePayload` wrote. Worth nothing before the tag has been checked. */
export function readPayload(bytes: Buffer): LinkFacts {
  const head = bytes[0] ?? 0;
  return {
    kind: LINK_KINDS[head >> 6] ?? 'answer',
    answer: ANSWERS[(head >> 4) & 3] ?? 'yes',
    position: head & 0x0f,
    lastDay: bytes.readUInt16BE(1),
    sendId: bytes.readUIntBE(3, 5),
  };
}
