/**
 * Makes one line for display out of what somebody typed into a CRM: no control, format or direction
 * characters, no halves of surrogate pairs, single spaces, at most `max` characters.
 */
export function cleanLine(text: string | null | undefined, max = 80): string {
  if (!text) return '';
  // nobody needs more to fill one line; the rest would only cost time
  let line = text.length > max * 8 ? text.slice(0, max * 8) : text;
  if (UNCLEAN.test(line)) {
    line = line
      .toWellFormed()
      .replace(/[\p{Cf}\uFFFD\uFFFC\p{Co}\p{Cn}]/gu, '')
      .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
      .normalize('NFC');
  }
  line = line.trim();
  return line.length > max ? shortened(line, max) : line;
}

/** Anything but printable Latin, where there is nothing to clean but doubled spaces: the common case is quick. */
const UNCLEAN = /[^\x20-\x7e\u00a1-\u00ac\u00ae-\u02af]| {2}/;

/** Cuts at a word if one ends near the limit, and marks the cut. */
export function shortened(line: string, max: number): string {
  const characters = [...line];
  if (characters.length <= max) return line;
  const cut = characters.slice(0, max - 1).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > max * 0.6 ? cut.slice(0, space) : cut).replace(/[\s,;:.–-]+$/u, '')}…`;
}
