import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 250;
const LONGEST_MS = 8_000;
/** More people than ever sign in at once. */
const MOST_WAITING = 10;

/**
 * Makes guessing slow: tries are looked at one after the other, and every wrong one holds up the next for twice
 * as long as the one before, until one is right. A crowd of tries is turned away at once.
 */
export function createPatience(wait: (ms: number) => Promise<unknown> = sleep) {
  let wrong = 0;
  let waiting = 0;
  let line: Promise<unknown> = Promise.resolve();
  return {
    /** @returns whether the try was right; 'busy' when too many are waiting. */
    async attempt(isRight: () => boolean): Promise<boolean | 'busy'> {
      if (waiting >= MOST_WAITING) return 'busy';
      waiting += 1;
      const turn = line.then(async () => {
        const right = isRight();
        wrong = right ? 0 : wrong + 1;
        if (!right) await wait(Math.min(FIRST_MS * 2 ** (wrong - 1), LONGEST_MS));
        return right;
      });
      line = turn.catch(() => {});
      try {
        return await turn;
      } finally {
        waiting -= 1;
      }
    },
  };
}
