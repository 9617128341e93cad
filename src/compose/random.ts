import { createHmac } from 'node:crypto';

/**
 * A number in [0, 1) that depends on nothing but the installation's key and the words given: the same
 * question gets the same answer for ever, without state. First 53 bits of HMAC-SHA256.
 */
export function seededUniform(key: string, ...words: (string | number)[]): number {
  const digest = createHmac('sha256', key).update(words.join('|')).digest();
  const high = digest.readUInt32BE(0);
  const low = digest.readUInt32BE(4) >>> 11;
  return (high * 2 ** 21 + low) / 2 ** 53;
}
