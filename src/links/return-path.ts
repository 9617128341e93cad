import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Return paths that name their send (variable envelope return paths, VERP): a bounce comes back to
 * `bounces+s42.3f9c…@news.example.com`, so that we know which mail it is about, whatever the far server wrote into it.
 */
export interface ReturnPaths {
  /** The envelope sender of one mail. */
  make(sendId: number): string;
  /** The send that an address names; null when it is none of ours, or was not made by us. */
  read(address: string): number | null;
}

/** Hex digits of the tag: 64 bits, far too many to guess, and short enough for a local part (64 octets). */
const TAG_CHARS = 16;

/** @param given.address where bounces go; its server must accept `+` addresses (RFC 5233) */
export function createReturnPaths(given: { secret: string; address: string }): ReturnPaths {
  const at = given.address.lastIndexOf('@');
  const [local, domain] = [given.address.slice(0, at), given.address.slice(at + 1)];
  const tagOf = (sendId: number) =>
    createHmac('sha256', given.secret).update(`return-path:${sendId}`).digest('hex').slice(0, TAG_CHARS);
  return {
    make: (sendId) => `${local}+s${sendId}.${tagOf(sendId)}@${domain}`,
    read(address) {
      // Mail servers may change the case of either part on the way.
      const match = /\+s(\d{1,15})\.([0-9a-f]{16})@/i.exec(address);
      const [, id = '', tag = ''] = match ?? [];
      const expected = tagOf(Number(id));
      if (!match || !timingSafeEqual(Buffer.from(tag.toLowerCase()), Buffer.from(expected))) return null;
      return Number(id);
    },
  };
}
