import type { Database } from '../db/connect.ts';
import { oneAtATime } from '../db/one-at-a-time.ts';
import type { Library, ProductMatcher } from '../library/library.ts';
import { type EvolutionResult, evolveAll } from './evolution/evolve-all.ts';
import { drawPosterior } from './model/draws.ts';
import { DRAWS } from './model/policy.ts';
import { fitPosterior } from './model/posterior.ts';
import { forgetModels, saveModel, seenNow } from './models.ts';
import { guard, type Stop } from './proof/guard.ts';
import { type Proof, prove } from './proof/prove.ts';
import { renewSuggestions } from './ratio/renew.ts';
import { summarise } from './rewards/summarise.ts';

export interface LearnContext {
  db: Database;
  library: Library;
  matchProduct: ProductMatcher;
  /** Key of this installation's seeded randomness. */
  randomKey: string;
  now: () => Date;
}

/** What one round of learning led to. */
export interface LearnResult {
  modelId: number;
  /** Forms of offers that did harm, and are not shown any more. */
  stopped: Stop[];
  /** What is done once a night only; null in between. */
  night: { proof: Proof; evolution: EvolutionResult; suggestions: { made: number; ended: number } } | null;
}

/**
 * One round of learning, from the facts of this moment:
 *
 * 1. What does harm is stopped. (`proof/guard.ts`)
 * 2. What was answered is added up, and stored as a model: decisions go by it from now on. (`rewards/`, `model/`)
 * 3. Once a night: what has proven itself is put forward; forms are born and retired; innovation ratios are suggested.
 *    (`proof/prove.ts`, `evolution/`, `ratio/`)
 *
 * Safe to run again, and safe to kill: each step is a transaction of its own.
 *
 * @param given.night also what is done once a night
 * @returns null when another process is at it
 */
export async function learn(context: LearnContext, given: { night: boolean }): Promise<LearnResult | null> {
  return oneAtATime(context.db, 'learn', async () => {
    const { db, library } = context;
    const now = context.now();
    const { language } = library.settings.report;
    const stopped = await guard(db, { now, language });
    // before what is read: what is said meanwhile is read the next time
    const seen = await seenNow(db);
    const summary = await summarise(db, { ...context, now });
    const modelId = await saveModel(db, { summary, seen, now });
    const night = given.night ? await nightly(context, { summary, now, seed: `night|${modelId}` }) : null;
    return { modelId, stopped, night };
  });
}

async function nightly(
  { db, library, matchProduct, randomKey }: LearnContext,
  { summary, now, seed }: { summary: Awaited<ReturnType<typeof summarise>>; now: Date; seed: string },
): Promise<NonNullable<LearnResult['night']>> {
  const posterior = fitPosterior(summary.cells, summary.baseRate);
  const draws = drawPosterior(posterior, { size: DRAWS, sharpness: 1, seed: `${randomKey}|${seed}` });
  const known = { library, matchProduct, now };
  const proof = await prove(db, { ...known, cells: summary.cells, draws });
  const evolution = await evolveAll(db, { ...known, summary, randomKey });
  const suggestions = await renewSuggestions(db, known);
  await forgetModels(db, now);
  return { proof, evolution, suggestions };
}
