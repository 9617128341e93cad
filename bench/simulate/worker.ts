/** A thread that runs one seed of one case at a time, as `crew.ts` asks. */
import { parentPort } from 'node:worker_threads';
import { experiments } from './registry.ts';

export interface Task {
  experiment: string;
  case: string;
  seed: number;
}

parentPort?.on('message', (task: Task) => {
  const run = experiments.find(({ name }) => name === task.experiment)?.cases[task.case];
  parentPort?.postMessage(run?.(task.seed));
});
