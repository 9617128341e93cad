/** One line of two texts beside each other. */
export interface DiffLine {
  /** `same` stands in both, `gone` only in the first, `new` only in the second; `skipped`: so many equal lines. */
  kind: 'same' | 'gone' | 'new' | 'skipped';
  text: string;
  /** Line number in the second text, in the first where it is gone; of skipped lines, how many. */
  number: number;
}

/** Equal lines shown around a change. */
const AROUND = 3;
/** Beyond so many lines times lines, the middle is shown as replaced as a whole: right, only longer. */
const MOST_CELLS = 4_000_000;

/** What differs between two texts, line by line, with a few equal lines around. Equal texts have no lines. Pure. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  if (start === a.length && start === b.length) return [];
  const all: DiffLine[] = [
    ...b.slice(0, start).map((text, index) => line('same', text, index + 1)),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end), start),
    ...b.slice(b.length - end).map((text, index) => line('same', text, b.length - end + index + 1)),
  ];
  return folded(all);
}

/** The longest common lines stay; of the rest, what is gone comes first. */
function middle(a: readonly string[], b: readonly string[], offset: number): DiffLine[] {
  const found: DiffLine[] = [];
  const gone = (index: number) => found.push(line('gone', a[index] ?? '', offset + index + 1));
  const fresh = (index: number) => found.push(line('new', b[index] ?? '', offset + index + 1));
  if (a.length * b.length > MOST_CELLS) {
    for (const index of a.keys()) gone(index);
    for (const index of b.keys()) fresh(index);
    return found;
  }
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      found.push(line('same', b[j] ?? '', offset + j + 1));
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      gone(i);
      i += 1;
    } else {
      fresh(j);
      j += 1;
    }
  }
  return found;
}

/** Leaves out equal lines far from any change. */
function folded(all: readonly DiffLine[]): DiffLine[] {
  const near = new Set<number>();
  for (const [index, { kind }] of all.entries()) {
    if (kind === 'same') continue;
    for (let k = index - AROUND; k <= index + AROUND; k += 1) near.add(k);
  }
  const shown: DiffLine[] = [];
  for (const [index, each] of all.entries()) {
    const last = shown.at(-1);
    if (near.has(index)) shown.push(each);
    else if (last?.kind === 'skipped') last.number += 1;
    else shown.push(line('skipped', '', 1));
  }
  return shown;
}

const line = (kind: DiffLine['kind'], text: string, number: number): DiffLine => ({ kind, text, number });

/** Without the empty line that a final line end would make. */
const linesOf = (text: string): string[] => {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};
