/** Columns of the text part: what fits every reader without breaking again. */
export const COLUMNS = 72;

/**
 * Wraps each line at `columns`. Words are never broken, so that addresses stay whole; what follows a list
 * mark ("- ", "1. ") or an indent is indented alike.
 */
export function wrapText(text: string, columns = COLUMNS): string {
  return text
    .split('\n')
    .map((line) => (line.length <= columns ? line.trimEnd() : wrapLine(line, columns)))
    .join('\n');
}

function wrapLine(line: string, columns: number): string {
  const indent = /^(\s*(?:[-*•]|\d+\.)?\s*)/.exec(line)?.[1] ?? '';
  const hang = ' '.repeat(indent.length);
  const lines: string[] = [];
  let current = indent;
  let empty = true;
  for (const word of line.slice(indent.length).split(/ +/)) {
    if (!empty && current.length + 1 + word.length > columns) {
      lines.push(current);
      current = hang;
      empty = true;
    }
    current += empty ? word : ` ${word}`;
    empty = false;
  }
  lines.push(current);
  return lines.join('\n');
}
