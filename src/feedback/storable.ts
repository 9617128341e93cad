// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** Embeddings, overrides and isolates: they turn around what stands after them, in every list the text is shown in. */
const BIDI_CONTROL = /[\u202a-\u202e\u2066-\u2069]/g;

/** Whatever leaves ink. U+2800 is the empty cell of Braille. */
const VISIBLE = /[^\s\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/u;

/**
 * A stranger's text as it can be stored: PostgreSQL refuses NUL and halves of surrogate pairs. Control characters
 * become a space; line breaks and tabs, which give reports their form, stay. Characters that change the direction of
 * writing are left out. A text that nobody could see is empty.
 */
export function storable(text: string): string {
  const clean = text.toWellFormed().replace(CONTROL, ' ').replace(BIDI_CONTROL, '');
  return VISIBLE.test(clean) ? clean : '';
}
