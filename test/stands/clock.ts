/** A clock that stands still until it is told to go on. */
export interface ManualClock {
  now(): Date;
  advance(ms: number): void;
}

export function manualClock(start: Date | string): ManualClock {
  let time = new Date(start).getTime();
  return {
    now: () => new Date(time),
    advance(ms) {
      time += ms;
    },
  };
}
