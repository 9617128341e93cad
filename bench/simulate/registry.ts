import { evaluate } from './evaluate.ts';
import { evolution, nightlyEvolution } from './evolution.ts';
import type { Experiment } from './experiment.ts';
import { genes } from './genes.ts';
import { offers, small } from './offers.ts';
import { proof } from './proof.ts';

/** Every experiment that `npm run simulate` knows, in the order of its help. */
export const experiments: readonly Experiment[] = [
  genes,
  offers,
  small,
  proof,
  evolution,
  nightlyEvolution,
  evaluate,
];
