/**
 * Text as it comes from a CRM, made safe to store: PostgreSQL refuses NUL and halves of surrogate pairs, and
 * control characters (line breaks above all) have no place in names that end up in mail headers.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: white space that people type is no damage
const DAMAGE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** Zero-width spaces and direction overrides: invisible, and able to turn the text around them about. */
const INVISIBLE = /[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]/g;

/** All of the above, and halves of surrogate pairs: nearly no text has any, so this is asked first. */
const SUSPECT = new RegExp(`${CONTROL.source}|${INVISIBLE.source}|[\\ud800-\\udfff]`);

/** One line of text: control characters become a space, lone surrogates U+FFFD. `damaged`: worth telling. */
export function cleanText(text: string): { text: string; damaged: boolean } {
  if (!SUSPECT.test(text)) return { text, damaged: false };
  const wellFormed = text.isWellFormed();
  return {
    text: (wellFormed ? text : text.toWellFormed()).replace(CONTROL, ' ').replace(INVISIBLE, ''),
    damaged: !wellFormed || DAMAGE.test(text),
  };
}

/** Trimmed, cleaned, null when nothing is left. */
export function textOrNull(value: string | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  const text = cleanText(value).text.trim();
  return text === '' ? null : text;
}

/** An address for people who look for the mistake, and for nobody else: `m…@o…`. */
export function maskEmail(email: string): string {
  const { text } = cleanText(email);
  const at = text.lastIndexOf('@');
  const head = (part: string) => `${Array.from(part.trim())[0] ?? ''}…`;
  return at < 0 ? head(text) : `${head(text.slice(0, at))}@${head(text.slice(at + 1))}`;
}

// local part without spaces, quotes, brackets; a domain of at least one label (intranets have such)
const EMAIL =
  /^[^\s@"(),:;<>[\\\]\p{Cc}]+@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)*$/u;

/** Whether mail could be addressed to this at all. Not whether it exists. */
export function plausibleEmail(email: string): boolean {
  if (email.length > 320 || !email.isWellFormed() || !EMAIL.test(email)) return false;
  const local = email.slice(0, email.lastIndexOf('@'));
  return !local.startsWith('.') && !local.endsWith('.') && !local.includes('..');
}
