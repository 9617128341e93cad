import { company } from './company.ts';
import { drift } from './drift.ts';
import { evaluate } from './evaluate.ts';
import { evolution, nightlyEvolution } from './evolution.ts';
import type { Experiment } from './experiment.ts';
import { genes } from './genes.ts';
import { offers, small } from './offers.ts';
import { proof } from './proof.ts';

/** Every experiment that `npm run simulate` knows, in the order of its help. */
export const experiments: readonly Experiment[] = [
  company,
  genes,
  offers,
  small,
  drift,
  proof,
  evolution,
  nightlyEvolution,
  evaluate,
];
