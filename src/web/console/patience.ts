import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 250;
const LONGEST_MS = 8_000;
/** More tries than people ever make at once: for one account, and of strangers whose password is still to be hashed. */
const MOST_WAITING = 10;
const MOST_STRANGERS = 40;
/** Accounts whose wrong tries are remembered, existing or not. */
const MOST_LANES = 10_000;

/** One who is tried, or one browser that is known to be theirs. */
interface Lane {
  wrong: number;
  waiting: number;
  line: Promise<unknown>;
}

/**
 * Makes guessing slow without keeping people out. Tries for one account are looked at one after the other, and every
 * wrong one holds up the next for twice as long as the one before, until one is right. Whoever guesses at one account
 * holds up nobody else; and a browser in which its owner has signed in before has a lane of its own, so that not even
 * the owner waits. Strangers' passwords are hashed one at a time: a crowd of tries is turned away at once.
 */
export function createPatience(wait: (ms: number) => Promise<unknown> = sleep) {
  const lanes = new Map<string, Lane>();
  let strangers = 0;
  let strangersLine: Promise<unknown> = Promise.resolve();

  const laneOf = (key: string): Lane => {
    const lane = lanes.get(key) ?? { wrong: 0, waiting: 0, line: Promise.resolve() };
    // the last used is the last to be forgotten
    lanes.delete(key);
    lanes.set(key, lane);
    for (const [old, { waiting }] of lanes) {
      if (lanes.size <= MOST_LANES) break;
      if (waiting === 0) lanes.delete(old);
    }
    return lane;
  };
  const inTurn = <T>(look: () => Promise<T>): Promise<T> => {
    strangers += 1;
    const turn = strangersLine.then(look).finally(() => {
      strangers -= 1;
    });
    strangersLine = turn.catch(() => {});
    return turn;
  };

  return {
    /**
     * @param given.who whom the try is for, existing or not
     * @param given.device the number of a browser that is known to be theirs; null: a stranger's
     * @returns what `look` found; null: nothing, the try was wrong; 'busy' when too many are waiting
     */
    async attempt<T>(
      given: { who: string; device: string | null },
      look: () => Promise<T | null>,
    ): Promise<T | null | 'busy'> {
      const stranger = given.device === null;
      const lane = laneOf(JSON.stringify([given.who, given.device]));
      if (lane.waiting >= MOST_WAITING || (stranger && strangers >= MOST_STRANGERS)) return 'busy';
      lane.waiting += 1;
      const turn = lane.line.then(async () => {
        const found = await (stranger ? inTurn(look) : look());
        lane.wrong = found === null ? lane.wrong + 1 : 0;
        if (found === null) await wait(Math.min(FIRST_MS * 2 ** (lane.wrong - 1), LONGEST_MS));
        return found;
      });
      lane.line = turn.catch(() => {});
      try {
        return await turn;
      } finally {
        lane.waiting -= 1;
      }
    },
  };
}
