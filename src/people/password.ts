import { randomBytes, randomInt, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** What a new password's hash costs: 16 MB and about a fifth of a second (OWASP's advice for scrypt). */
const COST = { log2N: 14, r: 8, p: 5 };
const KEY_BYTES = 32;
const HASH = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/;

/** Shorter passwords can be guessed, longer ones only keep the processor busy. In characters. */
export const PASSWORD_LENGTH = { least: 12, most: 200 } as const;

/** Whether somebody may choose this password. */
export const mayBePassword = (text: string): boolean =>
  [...text].length >= PASSWORD_LENGTH.least && [...text].length <= PASSWORD_LENGTH.most;

/** What is kept of a password: scrypt, with its costs and its salt. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.log2N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join(
    '$',
  );
}

/**
 * Whether this is the password behind a hash. Takes as long when there is none, so that the time tells nobody which
 * accounts exist.
 */
export async function isPassword(password: string, hash: string | null): Promise<boolean> {
  const [, log2N, r, p, salt, kept] = HASH.exec(hash ?? '') ?? [];
  if (salt === undefined || kept === undefined) {
    await derive(password, Buffer.alloc(16), COST);
    return false;
  }
  const key = await derive(password, Buffer.from(salt, 'base64url'), {
    log2N: Number(log2N),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(key, Buffer.from(kept, 'base64url'));
}

/** Easily read aloud and typed: nothing that looks like something else. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password to begin with, e.g. `k7mq-29xf-hh3p-wd8t`: 79 bits. */
export function inventPassword(): string {
  const group = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  const { log2N, r, p } = cost;
  const options: ScryptOptions = { N: 2 ** log2N, r, p, maxmem: 256 * 2 ** log2N * r };
  return new Promise((resolve, reject) =>
    // the same letters in another encoding are the same password
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}
