/** The rate is that of this last while: long enough to be steady, short enough to follow the phases of a pass. */
const WINDOW_MS = 60_000;
/** Before so much was watched, nothing is said. */
const LEAST_MS = 10_000;

/** Estimates how long the rest takes: told the share that is done (0 to 1) and the time, answers ms, or null. */
export function timeLeft(): (done: number, at: number) => number | null {
  let watched: { done: number; at: number }[] = [];
  return (done, at) => {
    watched.push({ done, at });
    // the last one that is older stays, so that what is watched spans the whole window
    const first = watched.findLastIndex((one) => one.at <= at - WINDOW_MS);
    watched = watched.slice(Math.max(0, first));
    const since = watched[0] ?? { done, at };
    if (at - since.at < LEAST_MS || done <= since.done) return null;
    return ((1 - done) * (at - since.at)) / (done - since.done);
  };
}

/** e.g. "about 9 min left" */
export function minutesLeft(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return 'less than a minute left';
  return minutes < 90 ? `about ${minutes} min left` : `about ${Math.round(minutes / 60)} h left`;
}
