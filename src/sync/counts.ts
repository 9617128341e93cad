import type { Problem } from './port.ts';
import { SYNC_OBJECTS, type SyncObject } from './rows.ts';

/** What happened to the records of one kind. `removed`: archived, or for purchases and owners deleted. */
export interface ObjectCounts {
  inserted: number;
  changed: number;
  unchanged: number;
  removed: number;
}

/** Kept with the run (`sync_runs.counts`) and returned. */
export type SyncCounts = Record<SyncObject, ObjectCounts> & {
  /** The first ones, in the order found. */
  problems: Problem[];
  /** How many there were, by code. */
  problemCounts: Record<string, number>;
  /** Records of erased people that the CRM still has; they were left out. */
  erased: number;
};

/** More problems than this are counted, not kept. */
export const KEPT_PROBLEMS = 100;

export function noCounts(): SyncCounts {
  const objects = Object.fromEntries(
    SYNC_OBJECTS.map((object) => [object, { inserted: 0, changed: 0, unchanged: 0, removed: 0 }]),
  ) as Record<SyncObject, ObjectCounts>;
  return { ...objects, problems: [], problemCounts: {}, erased: 0 };
}

/** What waits for a person's word must not get lost among records that need a look. */
const HELD_BACK = 'mass_removal_held_back';
const isUrgent = ({ code }: Problem): boolean => code === HELD_BACK;

/** What was held back since `before` was counted. */
export function heldBackSince(before: SyncCounts, counts: SyncCounts): Problem[] {
  const times = (of: SyncCounts) => of.problemCounts[HELD_BACK] ?? 0;
  return counts.problems.filter(isUrgent).slice(0, times(counts) - times(before));
}

/** Counts so far plus one batch. */
export function addCounts(
  counts: SyncCounts,
  object: SyncObject,
  more: Partial<ObjectCounts & { erased: number }>,
  problems: readonly Problem[] = [],
): SyncCounts {
  const before = counts[object];
  const problemCounts = { ...counts.problemCounts };
  for (const { code } of problems) problemCounts[code] = (problemCounts[code] ?? 0) + 1;
  return {
    ...counts,
    [object]: {
      inserted: before.inserted + (more.inserted ?? 0),
      changed: before.changed + (more.changed ?? 0),
      unchanged: before.unchanged + (more.unchanged ?? 0),
      removed: before.removed + (more.removed ?? 0),
    },
    problems: [
      ...problems.filter(isUrgent),
      ...counts.problems,
      ...problems.filter((p) => !isUrgent(p)),
    ].slice(0, KEPT_PROBLEMS),
    problemCounts,
    erased: counts.erased + (more.erased ?? 0),
  };
}

/** What two runs came to together. */
export function sumCounts(first: SyncCounts, second: SyncCounts): SyncCounts {
  return SYNC_OBJECTS.reduce(
    (counts, object) => {
      const { inserted, changed, unchanged, removed } = second[object];
      return addCounts(counts, object, { inserted, changed, unchanged, removed });
    },
    addCounts(first, 'customers', { erased: second.erased }, second.problems),
  );
}

/** Records inserted, changed or removed: 0 means that the database already knew it all. */
export function changes(counts: SyncCounts): number {
  return SYNC_OBJECTS.reduce(
    (sum, object) => sum + counts[object].inserted + counts[object].changed + counts[object].removed,
    0,
  );
}
