import type { Gene } from '../../domain/genes.ts';
import type { VariantOrigin } from '../../domain/learning.ts';
import type { Section } from './told.ts';

/** How sure something is: see `surenessOf`. */
export type Sureness = 'almost_sure' | 'very_likely' | 'likely' | 'open' | 'unlikely' | 'hardly';

/** A range that is ready to be put into a sentence. */
export interface Said {
  mean: string;
  low: string;
  high: string;
}

/** Every sentence of the report in one language. Values come ready to read. */
export interface Phrases {
  title: string;
  asOf(day: string): string;
  sections: Readonly<Record<Exclude<Section['id'], 'sum'>, string>>;
  genes: Readonly<Record<Gene, string>>;
  /** The same with its article, as what is compared with: "die ursprüngliche Überschrift". */
  ownGenes: Readonly<Record<Gene, string>>;
  /** Another one: "eine zweite Überschrift". */
  second: Readonly<Record<Gene, string>>;
  /** Several of it: "Überschriften". */
  several: Readonly<Record<Gene, string>>;
  written: string;
  sure: Readonly<Record<Sureness, string>>;
  off: string;
  /** The first section. */
  nothing: string;
  notYetLearned(shown: string, open: string): string;
  tooLittle(shown: string): string;
  best(offer: string, said: Said): string;
  bestSure(sure: string, chance: string): string;
  bestOpen: string;
  toDecide(count: number): string;
  /** What was tried. */
  tried(given: {
    shown: string;
    people: string;
    since: string;
    offers: number;
    forms: number;
    open: string;
    openCount: number;
    days: number;
  }): string;
  triedOffers: string;
  triedForms: string;
  offerHead: readonly [string, string, string, string, string];
  formHead: readonly [string, string, string, string, string];
  origins: Readonly<Record<VariantOrigin, string>>;
  formOf(form: string): string;
  compared(direction: 'better' | 'worse', sure: string, chance: string): string;
  state(given: { state: 'alive' | 'retired' | 'stopped'; day: string | null; reason: string | null }): string;
  born(origin: string, day: string): string;
  /** What works. */
  notKnown: string;
  /** Of these offers, by name. */
  tooSeldom(offers: readonly string[]): string;
  rateHead: readonly [string, string, string, string];
  seldom: string;
  intervals(offer: string): string;
  shares(offer: string): string;
  sharesHead: string;
  alleles: string;
  allele(given: { gene: string; text: string; own: string; said: Said; sure: string | null }): string;
  ways: string;
  wayHead: readonly [string, string, string];
  overTime: string;
  overTimeLabel: string;
  experimental: string;
  proven: string;
  overTimeHead: readonly [string, string, string];
  ofBlocks(rate: string, blocks: string): string;
  overTimeNote(days: number): string;
  /** What it cost and brought. */
  costUnknown: string;
  cost(said: Said, choices: string): string;
  costNothing(choices: string): string;
  brought: Readonly<Record<'above' | 'below' | 'neither', (said: Said) => string>>;
  costHow(looked: string | null): string;
  /** What has to be decided. */
  nothingToDecide: string;
  decide: {
    pairing(offer: string, product: string): string;
    pairingAsks(bridge: string | null): string;
    pairingWhy(given: { owners: string | null; lift: string | null }): string;
    pairingThen: string;
    graduate(offer: string): string;
    graduateWhy(given: {
      error: string;
      mails: string | null;
      since: string | null;
      said: { new: string; proven: string } | null;
      atLeast: string | null;
    }): string;
    graduateThen: string;
    rewrite(development: string): string;
    rewriteWhy(given: { blocks: string | null; rate: string | null; usual: string | null }): string;
    rewriteThen: string;
    stopped(offer: string): string;
    stoppedThen: string;
    no: string;
    similar: string;
    consent: string;
    makeIt: string;
    notNow: string;
    rewriteIt: string;
    keepIt: string;
    noted: string;
  };
  ratios: string;
  owners(product: string): string;
  agreed(offer: string): string;
  file: string;
  /** What to write next. */
  nothingNext: string;
  onlyOne(offer: string, second: string): string;
  allTheSame(offer: string, several: string): string;
  how(given: { days: number }): string[];
}

/** The word for a probability. What is likely or not is said from three in four on. */
export function surenessOf(chance: number): Sureness {
  if (chance >= 0.975) return 'almost_sure';
  if (chance >= 0.9) return 'very_likely';
  if (chance >= 0.75) return 'likely';
  if (chance <= 0.025) return 'hardly';
  return chance <= 0.1 ? 'unlikely' : 'open';
}
