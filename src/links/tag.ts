import { createCipheriv, createSecretKey, hkdfSync } from 'node:crypto';

/** Computes the tags of `count` messages of 16 bytes, laid end to end: four words a message, four a tag. */
export type Tagger = (messages: Uint32Array, count: number) => Uint32Array;

/** More than a mail can have links. */
const MAX_MESSAGES = 128;

const BLOCK = 16;

/**
 * The tag of links: AES-256-CMAC (NIST SP 800-38B, RFC 4493) with a key of its own, derived from the
 * installation's secret.
 *
 * Why not HMAC-SHA256: a mail has about twenty links, and twenty HMACs take longer than the whole rest of
 * rendering it (3 to 5 µs each, measured). A message of exactly one block needs one AES block for its CMAC, so
 * all links of a mail are tagged by one call into OpenSSL (1 to 3 µs together). The strength is the same where
 * it counts here: 128 bits of tag.
 */
export function createTagger(secret: string): Tagger {
  if (secret === '') throw new Error('Links need a secret to sign them: set SPIELBEIN_SECRET.');
  const derived = hkdfSync('sha256', secret, '', 'spielbein/links/1', 32);
  return cmacOfBlocks(Buffer.from(derived));
}

/**
 * CMAC for messages of exactly one block. ECB is right here, and only here: every block is a message of its
 * own, and what leaves is its tag.
 */
export function cmacOfBlocks(key: Buffer): Tagger {
  const cipher = createCipheriv('aes-256-ecb', createSecretKey(key), null).setAutoPadding(false);
  const subkey = words(doubled(cipher.update(Buffer.alloc(BLOCK))));
  const masked = new Uint32Array(MAX_MESSAGES * 4);
  return (messages, count) => {
    if (count > MAX_MESSAGES) throw new RangeError(`At most ${MAX_MESSAGES} tags at once, not ${count}.`);
    for (let i = 0; i < count * 4; i++) masked[i] = (messages[i] as number) ^ (subkey[i & 3] as number);
    return words(cipher.update(masked.subarray(0, count * 4)));
  };
}

/** The same bytes as words of four, in the machine's own order: they are only moved and xored. */
function words(bytes: Buffer): Uint32Array {
  if (bytes.byteOffset % 4 !== 0) return words(Buffer.from(new Uint8Array(bytes).buffer));
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

/** Doubling in GF(2^128), which makes CMAC's first subkey. */
function doubled(block: Buffer): Buffer {
  const out = Buffer.alloc(BLOCK);
  for (let i = 0; i < BLOCK; i++) out[i] = ((block[i] ?? 0) << 1) | ((block[i + 1] ?? 0) >> 7);
  if ((block[0] ?? 0) & 0x80) out[BLOCK - 1] = (out[BLOCK - 1] ?? 0) ^ 0x87;
  return out;
}
