import { BASE, GENES, genomeOf } from '../../domain/genes.ts';
import type { VariantOrigin } from '../../domain/learning.ts';
import type { Draws } from '../model/draws.ts';
import { bestIn, worthOf } from './chances.ts';
import { type Alleles, crossoversOf, mutantsOf } from './genomes.ts';

export interface Birth {
  variantId: string;
  origin: Exclude<VariantOrigin, 'person'>;
  /** Ids of what it was bred from: none of a founder, one of a mutation, two of a crossover. */
  parents: string[];
}

/**
 * The first forms of an offer: as it was written, and with one gene swapped, the genes by turns, each time an allele
 * drawn at random: so the model sees as many genes vary as there is room for.
 */
export function found(alleles: Alleles, most: number, random: () => number): Birth[] {
  const queues = GENES.map((gene) =>
    shuffled(
      mutantsOf(BASE, alleles).filter((variantId) => genomeOf(variantId)[gene] !== undefined),
      random,
    ),
  );
  const turns = Math.max(...queues.map((queue) => queue.length));
  const order = Array.from({ length: turns }, (_, turn) => queues.flatMap((queue) => queue[turn] ?? []));
  return [BASE, ...order.flat()]
    .slice(0, most)
    .map((variantId) => ({ variantId, origin: 'founder', parents: [] }));
}

/**
 * One new form of an offer, guided by what its genes have earned: of all the ways the world may be, one is drawn. The
 * form that is the best one there becomes the parent, the next best the other one, and of their children (one gene of
 * the parent swapped, or the genes of both mixed) the best one there is born. So what is uncertain is tried as often as
 * it may be good (Thompson sampling, over forms that do not exist yet), and a person can read each birth as "like this
 * one, but". A parent whose children were all tried lets the next best one go first.
 *
 * @returns null when there is nothing left to try
 */
export function breed(given: {
  offerId: string;
  alleles: Alleles;
  draws: Draws;
  /** Those alive. */
  parents: readonly string[];
  /** Not born again. */
  known: ReadonlySet<string>;
  random: () => number;
}): Birth | null {
  const { offerId, alleles, draws, known, random } = given;
  const draw = Math.floor(random() * draws.size);
  const worth = (variantId: string) => worthOf(draws, offerId, variantId);
  const order = [...given.parents].sort((a, b) => (worth(b)[draw] as number) - (worth(a)[draw] as number));
  for (const [place, parent] of order.entries()) {
    const children = childrenOf(parent, order[place + 1], alleles).filter(
      ({ variantId }) => !known.has(variantId),
    );
    if (children.length > 0)
      return children[
        bestIn(
          children.map(({ variantId }) => worth(variantId)),
          draw,
        )
      ] as Birth;
  }
  return null;
}

/** What comes of both ways is a mutation. */
function childrenOf(parent: string, other: string | undefined, alleles: Alleles): Birth[] {
  const mutants = mutantsOf(parent, alleles);
  const mixed = other === undefined ? [] : crossoversOf(parent, other);
  return [
    ...mutants.map((variantId): Birth => ({ variantId, origin: 'mutation', parents: [parent] })),
    ...mixed
      .filter((variantId) => !mutants.includes(variantId))
      .map((variantId): Birth => ({ variantId, origin: 'crossover', parents: [parent, other as string] })),
  ];
}

/** Fisher and Yates. */
function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const mixed = [...list];
  for (let k = mixed.length - 1; k > 0; k -= 1) {
    const other = Math.floor(random() * (k + 1));
    [mixed[k], mixed[other]] = [mixed[other] as T, mixed[k] as T];
  }
  return mixed;
}
