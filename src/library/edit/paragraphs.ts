/** As wide as lines of a file should be; a form's field has lines as wide as itself. */
const WIDTH = 100;

/** What makes a line more than the next piece of a paragraph. */
const SPECIAL = /^(\s|[-*+>#|=~`]|\d+[.)]|\[)/;

/** Paragraphs with each on one line, as a form shows them; lists and the like as they are. Pure. */
export const unwrapped = (text: string): string => blocksOf(text).map(joined).join('\n\n');

/**
 * Paragraphs with lines as in a file. One that says the same as before keeps its lines. Pure.
 * @param before the text as the file had it
 */
export function wrapped(text: string, before: string): string {
  const known = new Map(blocksOf(before).map((block) => [joined(block), block]));
  return blocksOf(text)
    .map((block) => known.get(block) ?? folded(block))
    .join('\n\n');
}

const blocksOf = (text: string): string[] => text.split(/\n[^\S\n]*\n/);

function joined(block: string): string {
  const lines = block.split('\n');
  const isPlain = lines.every((line) => !SPECIAL.test(line) && !/( {2}|\\)$/.test(line));
  return isPlain ? lines.join(' ') : block;
}

/** One long line in several, unless one of them would then mean something else, e.g. a list. */
function folded(block: string): string {
  if (block.includes('\n') || SPECIAL.test(block) || block.length <= WIDTH) return block;
  const lines: string[] = [];
  for (const word of block.split(/ +/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const text = lines.join('\n');
  return joined(text) === block ? text : block;
}
