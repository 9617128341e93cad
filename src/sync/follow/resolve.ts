import type { Merge } from '../port.ts';

/** How what is remembered about merges changes. */
export interface MergeChanges {
  /** New, or living on under another id than before. `into` is never merged into another one itself. */
  set: Merge[];
  /** These are not merged after all. */
  forget: string[];
}

/**
 * Follows chains of merges to the record that lives: 1 into 2 and 2 into 3 means 1 into 3, in whatever order that is
 * learned. When merges contradict each other, the later one counts. Pure.
 * @param known what is remembered about any of the ids in `merges`, chains followed already
 */
export function resolveMerges(known: readonly Merge[], merges: readonly Merge[]): MergeChanges {
  const before = new Map(known.map(({ id, into }) => [id, into]));
  const after = new Map(before);
  for (const { id, into } of merges) {
    if (id === into) continue;
    // it was said to live on in this one, which cannot be
    if (after.get(into) === id) after.delete(into);
    const living = after.get(into) ?? into;
    after.set(id, living);
    for (const [other, target] of after) if (target === id) after.set(other, living);
  }
  return {
    set: [...after].filter(([id, into]) => before.get(id) !== into).map(([id, into]) => ({ id, into })),
    forget: [...before.keys()].filter((id) => !after.has(id)),
  };
}
