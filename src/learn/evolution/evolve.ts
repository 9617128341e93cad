import { BASE } from '../../domain/genes.ts';
import type { VariantState } from '../../domain/learning.ts';
import type { Draws } from '../model/draws.ts';
import { type Birth, breed, found } from './breed.ts';
import { chancesOfBest } from './chances.ts';
import { type Alleles, isMadeOf } from './genomes.ts';

/** A form of an offer that is or was tried. */
export interface Tried {
  variantId: string;
  state: VariantState;
  /** Why it is not tried any more; null while it is. */
  endReason: string | null;
  /** Blocks it was shown in, weighed as the model weighs them. */
  trials: number;
}

/** What the breeding of one offer's forms goes by. */
export interface Breeding {
  offerId: string;
  alleles: Alleles;
  /** All that were ever tried, in the order of birth. */
  tried: readonly Tried[];
  /** Of a model that knows every gene with alleles to vary, as sharp as the policy's. */
  draws: Draws;
  /** What a block of the company earns on average, above 0. */
  baseRate: number;
  /** Forms that are tried at a time, at most; 1 or more. */
  population: number;
  /** Whether a generation is over, so that it is judged which forms others outdo; what has no text goes at any time. */
  judging: boolean;
  /** Gives numbers in [0, 1); the same ones give the same plan. */
  random: () => number;
}

/** Why a form is not tried any more: others are better, there is no room for it, or its texts are gone. */
export type RetirementReason = 'outdone' | 'crowded' | 'unwritten';

export interface Retirement {
  variantId: string;
  reason: RetirementReason;
  /** How likely it is the best of those that were alive, 0 to 1; null where that was not asked. */
  chance: number | null;
}

export interface EvolutionPlan {
  retirements: Retirement[];
  /** Retired before, and tried again: their texts are back, or nothing else is left to show. */
  returns: string[];
  births: Birth[];
}

/**
 * Below this chance of being the best one, a form makes room. One of eight about which nothing is known has 12.5 %.
 * Found by simulation, like `FAIR`: retiring later leaves no room for births, and that costs more than a good form that
 * is now and then lost by bad luck (docs/learning.md).
 */
const LIMIT = 0.08;

/** Nothing is retired for its answers before it was shown as often as would bring so many at the base rate. */
const FAIR = 0.5;

/** So many are always tried: with one alone nobody would notice that tastes have changed. */
const KEPT = 2;

/**
 * One generation of an offer's forms: which ones make room, and which new ones are tried. Pure. There are never more
 * than `population` alive afterwards, and never none unless a person or the guardrail stopped them: what was stopped
 * stays so, and what answers retired is not born again.
 */
export function evolve(given: Breeding): EvolutionPlan {
  const { alleles, tried, population } = given;
  // an offer that has nothing but its own text needs no bookkeeping
  if (tried.length === 0) return { retirements: [], returns: [], births: founders(given) };
  const { stay, retirements } = select(given);
  const room = () => population - stay.length - returns.length;
  const returns: string[] = [];
  for (const { variantId, endReason } of tried)
    if (room() > 0 && endReason === 'unwritten' && isMadeOf(alleles, variantId)) returns.push(variantId);
  if (stay.length + returns.length === 0) {
    const base = tried.find(({ variantId }) => variantId === BASE);
    if (base?.state !== 'retired') return { retirements, returns, births: [] };
    returns.push(BASE);
  }
  const parents = [...stay, ...returns];
  const known = new Set(tried.map(({ variantId }) => variantId));
  const births: Birth[] = [];
  while (room() - births.length > 0) {
    const born = breed({ ...given, parents, known });
    if (born === null) break;
    births.push(born);
    known.add(born.variantId);
  }
  return { retirements, returns, births };
}

function founders({ alleles, population, random }: Breeding): Birth[] {
  const births = found(alleles, population, random);
  return births.length > 1 ? births : [];
}

/** Who stays, in the order of birth, and who does not: the least likely to be the best go first. */
function select(given: Breeding): { stay: string[]; retirements: Retirement[] } {
  const { offerId, alleles, tried, draws, baseRate, population, judging } = given;
  const alive = tried.filter(({ state }) => state === 'alive');
  const retirements: Retirement[] = alive
    .filter(({ variantId }) => !isMadeOf(alleles, variantId))
    .map(({ variantId }) => ({ variantId, reason: 'unwritten', chance: null }));
  const written = alive.filter(({ variantId }) => isMadeOf(alleles, variantId));
  const chances = chancesOfBest(
    draws,
    offerId,
    written.map(({ variantId }) => variantId),
  );
  const ranked = written
    .map(({ variantId, trials }, k) => ({ variantId, trials, chance: chances[k] as number }))
    // with equal chances the younger one first
    .reverse()
    .sort((a, b) => a.chance - b.chance);
  const gone = new Set<string>();
  for (const { variantId, trials, chance } of ranked) {
    const left = ranked.length - gone.size;
    const outdone = judging && left > KEPT && trials * baseRate >= FAIR && chance < LIMIT;
    if (!outdone && left <= population) continue;
    retirements.push({ variantId, reason: outdone ? 'outdone' : 'crowded', chance });
    gone.add(variantId);
  }
  const stay = written.map(({ variantId }) => variantId).filter((variantId) => !gone.has(variantId));
  return { stay, retirements };
}
