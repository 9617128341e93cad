import type { CompanyCount } from '../../src/effect/estimate.ts';

/** A small seeded generator (mulberry32): numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface World {
  people: number;
  holdout: number;
  /** Share who buy without a mail. */
  rate: number;
  /** How much the mail adds to the share who buy. */
  effect: number;
  /** People per company, drawn evenly from these. */
  sizes: number[];
  /**
   * Chance that all colleagues do the same, each by their own rate: what the company does, does everybody (their
   * correlation is this).
   */
  together: number;
}

/** One history of a company's customers: who was drawn into the holdout, and who bought. */
export function history(world: World, random: () => number): CompanyCount[] {
  const companies: CompanyCount[] = [];
  for (let people = 0; people < world.people; ) {
    const size = Math.min(world.people - people, world.sizes[Math.floor(random() * world.sizes.length)] ?? 1);
    people += size;
    const company = { times: 1, mailed: { people: 0, buyers: 0 }, heldOut: { people: 0, buyers: 0 } };
    const shared = random() < world.together ? random() : null;
    for (let i = 0; i < size; i += 1) {
      const heldOut = random() < world.holdout;
      const bought = (shared ?? random()) < world.rate + (heldOut ? 0 : world.effect);
      const group = heldOut ? company.heldOut : company.mailed;
      group.people += 1;
      if (bought) group.buyers += 1;
    }
    companies.push(company);
  }
  return companies;
}
