import { setTimeout as sleep } from 'node:timers/promises';

/** Most items in one batch: keeps a statement's parameters small. */
const LARGEST = 100;

/**
 * Group commit: gathers what many callers ask for at about the same time into one piece of work, so that many
 * durable writes share one transaction. While a batch is under way the next one fills.
 *
 * @param gather milliseconds that a batch waits to fill, for work that nobody stands in line for; without it nobody
 *   waits for a timer
 * @param work gets the items in the order they came, and returns one result for each: an Error fails that item alone
 */
export function batched<In, Out>(
  work: (items: In[]) => Promise<(Out | Error)[]>,
  { gather = 0 }: { gather?: number } = {},
): (item: In) => Promise<Out> {
  interface Waiting {
    item: In;
    resolve(out: Out): void;
    reject(error: unknown): void;
  }
  let waiting: Waiting[] = [];
  let busy = false;

  async function run(): Promise<void> {
    busy = true;
    while (waiting.length > 0) {
      if (gather > 0 && waiting.length < LARGEST) await sleep(gather);
      const batch = waiting.slice(0, LARGEST);
      waiting = waiting.slice(LARGEST);
      try {
        const results = await work(batch.map((w) => w.item));
        batch.forEach((w, index) => {
          const result = results[index];
          if (result instanceof Error) w.reject(result);
          else w.resolve(result as Out);
        });
      } catch (error) {
        for (const w of batch) w.reject(error);
      }
    }
    busy = false;
  }

  return (item) =>
    new Promise<Out>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // After this round of the event loop, so that those who ask together are served together.
      if (!busy) {
        busy = true;
        setImmediate(run);
      }
    });
}
