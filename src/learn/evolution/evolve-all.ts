import { dayOf } from '../../compose/day.ts';
import type { Database } from '../../db/connect.ts';
import { inTransaction } from '../../db/in-transaction.ts';
import { BASE } from '../../domain/genes.ts';
import type { Library, ProductMatcher } from '../../library/library.ts';
import type { Offer } from '../../library/schema.ts';
import { drawPosterior } from '../model/draws.ts';
import { DRAWS, SHARPNESS } from '../model/policy.ts';
import { fitPosterior } from '../model/posterior.ts';
import { seededRandom } from '../model/random.ts';
import type { Summary } from '../summary.ts';
import type { Birth } from './breed.ts';
import { type EvolutionPlan, evolve, type Retirement } from './evolve.ts';
import { allelesOf, mutantsOf } from './genomes.ts';
import { type ProposedPairing, proposePairing } from './propose-pairing.ts';
import { applyPlan, loadLineages, lockVariants } from './store.ts';

/** What evolution goes by, over all offers. */
export interface EvolutionContext {
  library: Library;
  matchProduct: ProductMatcher;
  summary: Summary;
  /** Key of this installation's seeded randomness. */
  randomKey: string;
  now: Date;
}

/**
 * How long a generation of an offer's forms lasts, in days, before it is judged again who makes room for whom. Judged
 * every night, more forms go and come, and less is earned (docs/learning.md).
 */
const GENERATION = 28;

/** What one night brought. */
export interface EvolutionResult {
  born: (Birth & { offerId: string })[];
  retired: (Retirement & { offerId: string })[];
  /** Retired before, and tried again. */
  returned: { offerId: string; variantId: string }[];
  /** A pairing of products that waits for a person now; none, or one. */
  proposed: ProposedPairing[];
  /** The same, where the settings ask nobody. */
  agreed: ProposedPairing[];
}

/**
 * One night's evolution: for each offer, which forms make room and which are born, and now and then a pairing of
 * products that nobody had thought of. All in one transaction, and once a day for each offer: run again the same day
 * it does nothing. Two processes at it at once do it one after the other.
 */
export async function evolveAll(db: Database, context: EvolutionContext): Promise<EvolutionResult> {
  return await inTransaction(db, async (tx) => {
    await lockVariants(tx);
    const { library, now, randomKey } = context;
    const { timeZone } = library.settings.nightly;
    const day = dayOf(now, timeZone);
    const lineages = await loadLineages(tx);
    const offers = [...library.offers.values()].filter(
      ({ id }) => !lineages.get(id)?.changes.some((at) => dayOf(at, timeZone) === day),
    );
    const result: EvolutionResult = { born: [], retired: [], returned: [], proposed: [], agreed: [] };
    const plans = planAll(offers, lineages, context, `${randomKey}|evolution|${day}`);
    for (const [offerId, plan] of plans) {
      await applyPlan(tx, { offerId, plan, now, language: library.settings.report.language });
      result.born.push(...plan.births.map((birth) => ({ offerId, ...birth })));
      result.retired.push(...plan.retirements.map((retirement) => ({ offerId, ...retirement })));
      result.returned.push(...plan.returns.map((variantId) => ({ offerId, variantId })));
    }
    const pairing = await proposePairing(tx, context);
    if (pairing !== null) result[pairing.state].push(pairing);
    return result;
  });
}

/** By offer id, in the order of the offers. The same facts and seed give the same plans. */
function planAll(
  offers: readonly Offer[],
  lineages: Awaited<ReturnType<typeof loadLineages>>,
  { library, summary, now }: EvolutionContext,
  seed: string,
): Map<string, EvolutionPlan> {
  // the model has to know that a gene can vary before any of its alleles was tried
  const everyAllele = offers.flatMap(({ id: offerId, genes }) =>
    mutantsOf(BASE, allelesOf(genes)).map((variantId) => ({ offerId, variantId })),
  );
  const draws = drawPosterior(fitPosterior(summary.cells, summary.baseRate, everyAllele), {
    size: DRAWS,
    sharpness: SHARPNESS,
    seed,
  });
  const trials = new Map<string, number>();
  for (const cell of summary.cells) {
    const key = `${cell.offerId} ${cell.variantId}`;
    trials.set(key, (trials.get(key) ?? 0) + cell.trials);
  }
  return new Map(
    offers.map(({ id: offerId, genes }) => [
      offerId,
      evolve({
        offerId,
        judging: isOver(lineages.get(offerId)?.since ?? now, now),
        alleles: allelesOf(genes),
        tried: (lineages.get(offerId)?.tried ?? []).map((each) => ({
          ...each,
          trials: trials.get(`${offerId} ${each.variantId}`) ?? 0,
        })),
        draws,
        baseRate: summary.baseRate,
        population: library.settings.learning.population,
        random: seededRandom(`${seed}|${offerId}`),
      }),
    ]),
  );
}

/** Whether a generation that began then is over. */
const isOver = (since: Date, now: Date): boolean =>
  now.getTime() - since.getTime() >= GENERATION * 86_400_000;
