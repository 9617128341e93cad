import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Experiment, Figures } from './experiment.ts';
import type { Task } from './worker.ts';

/**
 * Runs all cases of an experiment with seeds `from` to `to`, on all processors. What comes out does not depend on how
 * many there are.
 * @param told is told after each run how many are done
 */
export async function runAll(
  experiment: Experiment,
  { from, to }: { from: number; to: number },
  told: (done: number, of: number) => void,
): Promise<Record<string, Figures[]>> {
  const names = Object.keys(experiment.cases);
  const runs: Record<string, Figures[]> = Object.fromEntries(names.map((name) => [name, []]));
  const tasks: Task[] = Array.from({ length: to - from + 1 }, (_, index) =>
    names.map((name) => ({ experiment: experiment.name, case: name, seed: from + index })),
  ).flat();
  const all = tasks.length;
  let done = 0;
  async function work() {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (let task = tasks.shift(); task; task = tasks.shift()) {
        worker.postMessage(task);
        const [figures] = (await once(worker, 'message')) as [Figures];
        const of = runs[task.case] as Figures[];
        of[task.seed - from] = figures;
        done += 1;
        told(done, all);
      }
    } finally {
      await worker.terminate();
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), all) }, work));
  return runs;
}
