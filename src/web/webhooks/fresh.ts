/** Clocks differ by a few minutes at most. */
const AHEAD_MS = 15 * 60_000;

/** Was it written lately, and not in the future? A recorded message is worthless after that. */
export function isFresh(at: Date, now: Date, { hours }: { hours: number }): boolean {
  const age = now.getTime() - at.getTime();
  return age <= hours * 3_600_000 && age >= -AHEAD_MS;
}
