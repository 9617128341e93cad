/** The known word that was probably meant, or undefined when none is near (a third of its letters, at most). */
export function suggest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best !== undefined && bestDistance <= Math.max(1, Math.floor(best.length / 3)) ? best : undefined;
}

/** `did you mean "x"?`, else the list of what there is (its first ten). */
export function didYouMean(word: string, known: Iterable<string>): string | null {
  const words = [...known];
  const near = suggest(word, words);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (words.length === 0) return null;
  return `known: ${words.slice(0, 10).join(', ')}${words.length > 10 ? ', …' : ''}`;
}

/** Levenshtein distance, where swapping two neighbouring letters counts once. */
function editDistance(a: string, b: string): number {
  // content is limited to short words; a paragraph in place of a key needs no suggestion
  if (Math.abs(a.length - b.length) > 20) return Number.POSITIVE_INFINITY;
  const rows = Array.from({ length: a.length + 1 }, (_, i) => {
    const row = new Array<number>(b.length + 1).fill(0);
    row[0] = i;
    return row;
  });
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let j = 0; j <= b.length; j++) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, at(i - 2, j - 2) + 1);
      }
      (rows[i] as number[])[j] = distance;
    }
  }
  return at(a.length, b.length);
}
