import type { Experiment } from './experiment.ts';

/** Every experiment that `npm run simulate` knows, in the order of its help. */
export const experiments: readonly Experiment[] = [];
