// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/**
 * A stranger's text as it can be stored: PostgreSQL refuses NUL and halves of surrogate pairs. Control characters
 * become a space; line breaks and tabs, which give reports their form, stay.
 */
export function storable(text: string): string {
  return text.toWellFormed().replace(CONTROL, ' ');
}
