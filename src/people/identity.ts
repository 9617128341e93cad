import { AccountError } from './account-error.ts';

/**
 * Plain ASCII only: letters that merely look alike, or become alike in lower case (the Kelvin sign is a k then), would
 * let somebody pass for somebody else.
 */
const EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i;

/** An address that an account may have. @throws AccountError bad_email */
export function checkEmail(text: string): string {
  const email = text.trim();
  if (email.length > 254 || !EMAIL.test(email)) throw new AccountError('bad_email');
  return email;
}

/** What the audit log calls whoever knows the installation's password. */
export const ADMIN_NAME = 'Admin';

/**
 * A name as it is shown: one line, without what steers the direction of writing. "API: …" is how the audit log names
 * programs. @throws AccountError bad_name
 */
export function checkName(text: string): string {
  const name = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  if (name === '' || [...name].length > 100 || /^api\s*:/i.test(name)) throw new AccountError('bad_name');
  return name;
}
