import { createHmac } from 'node:crypto';

/**
 * By what an entry is recognised in the CRM, e.g. "Spielbein 4711-0f3a9c2e": readable for people, no other installation's,
 * and not to be guessed by somebody who wants to make an entry look written.
 */
export function markOf(id: number, key: string): string {
  const letters = createHmac('sha256', key).update(`crm-entry:${id}`).digest('hex').slice(0, 8);
  return `Spielbein ${id}-${letters}`;
}

/** What was told before is recognised by this, and can't be read from it. */
export function sayingHash(words: string, key: string): string {
  return createHmac('sha256', key).update(`crm-saying:${words}`).digest('base64url').slice(0, 11);
}
