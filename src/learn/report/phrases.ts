import type { Gene } from '../../domain/genes.ts';
import type { VariantOrigin } from '../../domain/learning.ts';
import type { Section } from './told.ts';

/** How sure something is: see `surenessOf`. */
export type Sureness = 'almost_sure' | 'very_likely' | 'likely' | 'open';

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
  /** It, as what brings answers: "sie" for "Überschrift". */
  pronouns: Readonly<Record<Gene, string>>;
  /** Another one: "eine zweite Überschrift". */
  second: Readonly<Record<Gene, string>>;
  /** One more: "noch eine Überschrift". */
  another: Readonly<Record<Gene, string>>;
  written: string;
  /** As adverbs: "almost certainly". */
  sure: Readonly<Record<Exclude<Sureness, 'open'>, string>>;
  off: string;
  /** The first section. */
  nothing: string;
  notYetLearned(shown: string, open: string): string;
  tooLittle(shown: string): string;
  best(offer: string, said: Said): string;
  /** Of the only offer that there is anything to say of. */
  onlyOne(offer: string, said: Said): string;
  bestSure(sure: string, chance: string): string;
  bestOpen: string;
  bestOwners: string;
  /** How many offers were never shown, and how many too rarely; not both none. */
  notCompared(never: number, seldom: number): string;
  toDecide(count: number): string;
  /** What was tried. */
  tried(given: {
    shown: string;
    people: string;
    since: string;
    offers: number;
    forms: number;
    open: string;
    openPart: 'none' | 'some' | 'all';
    days: number;
  }): string;
  triedOffers: string;
  neverShown(offers: readonly string[]): string;
  triedForms: string;
  offerHead: readonly [string, string, string, string, string];
  formHead: readonly [string, string, string, string, string];
  origins: Readonly<Record<VariantOrigin, string>>;
  formOf(form: string): string;
  compared(it: string, direction: 'better' | 'worse', sure: string, chance: string): string;
  state(given: { state: 'alive' | 'retired' | 'stopped'; day: string | null; reason: string | null }): string;
  born(origin: string, day: string): string;
  /** What works. */
  notKnown: string;
  /** Of these offers, by name. */
  tooSeldom(offers: readonly string[]): string;
  nothingKnown: string;
  /** Of an offer with one form. */
  onlyForm(said: Said): string;
  /** Of an offer that is clearly answered less often than what is proven. */
  poor(rate: string, proven: string): string;
  rateHead: readonly [string, string, string, string];
  seldom: string;
  intervals(offer: string): string;
  shares(offer: string): string;
  sharesHead: string;
  alleles: string;
  allele(given: { gene: string; text: string; said: Said; sure: string | null }): string;
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
  costFew: string;
  cost(said: Said, choices: string): string;
  costNothing(choices: string): string;
  brought: Readonly<Record<'above' | 'below' | 'neither', (said: Said) => string>>;
  costHow(looked: string | null): string;
  /** What has to be decided. */
  nothingToDecide: string;
  decide: {
    pairing(offer: string, product: string): string;
    pairingAsks(bridge: string | null, file: string): string;
    pairingWhy(given: { owners: string | null; lift: string | null }): string;
    pairingThen: string;
    pairingFinal: string;
    graduate(offer: string): string;
    graduateWhy(given: {
      error: string;
      mails: string | null;
      since: string | null;
      said: { new: string; proven: string } | null;
      atLeast: string | null;
    }): string;
    graduateThen(file: string): string;
    withoutCall(call: string): string;
    rewrite(development: string): string;
    rewriteWhy(given: { blocks: string | null; rate: string | null; usual: string | null }): string;
    rewriteThen: string;
    stopped(offer: string): string;
    othersRun: string;
    stoppedThen(file: string): string;
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
  oneWording: string;
  writeSecond(offer: string, second: string, where: string): string;
  allAlike: string;
  writeOther(offer: string, another: string, where: string): string;
  /** Where in the content a wording is written. */
  where(gene: Gene, file: string): string;
  how(given: { days: number }): string[];
}

/** The word for a probability. What is likely is said from three in four on. */
export function surenessOf(chance: number): Sureness {
  if (chance >= 0.975) return 'almost_sure';
  if (chance >= 0.9) return 'very_likely';
  return chance >= 0.75 ? 'likely' : 'open';
}
