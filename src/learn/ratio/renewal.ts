import { ratioUnits } from '../../compose/ratio.ts';
import type { SuggestedRatio } from '../../domain/suggested-ratio.ts';
import type { CustomerSuggestion, Judged } from './suggest.ts';

/** A suggestion that was made; settled once the ratio was found to be another one. */
export type Standing = CustomerSuggestion & { settledAt: Date | null };

/** What is to be done with suggestions. Of each customer in it the CRM is told, but of `forgotten`. */
export interface Renewal {
  made: CustomerSuggestion[];
  /** Not clear any more, or the customer is none to suggest anything for: ids. */
  withdrawn: string[];
  /** Somebody set another ratio: ids. */
  settled: string[];
  /** Settled long enough: ids. */
  forgotten: string[];
}

/** So long nothing new is suggested after a ratio was changed: answers to more or less that is new come first. */
const REST_DAYS = 90;
/** So many suggestions are new in one night: people are to look at them. */
const MOST_NEW = 300;

/** Compares what is suggested with what the answers say by now. Pure. */
export function renewal(standing: readonly Standing[], judged: readonly Judged[], now: Date): Renewal {
  const judgements = new Map(judged.map((each) => [each.customerId, each]));
  const plan: Renewal = { made: [], withdrawn: [], settled: [], forgotten: [] };
  const resting = new Set<string>();
  for (const { customerId, settledAt, ...made } of standing) {
    const judgement = judgements.get(customerId);
    if (settledAt !== null) {
      if (now.getTime() - settledAt.getTime() < REST_DAYS * 86_400_000) resting.add(customerId);
      else plan.forgotten.push(customerId);
    } else if (judgement === undefined) plan.withdrawn.push(customerId);
    else if (ratioUnits(judgement.ratio) !== ratioUnits(made.ratio)) plan.settled.push(customerId);
    else if (judgement.suggestion === null) plan.withdrawn.push(customerId);
    else if (same(judgement.suggestion, made)) resting.add(customerId);
  }
  for (const id of plan.settled) resting.add(id);
  plan.made = judged
    .flatMap(({ customerId, suggestion }) =>
      suggestion === null || resting.has(customerId) ? [] : [{ customerId, ...suggestion }],
    )
    .sort((a, b) => b.probability - a.probability || (a.customerId < b.customerId ? -1 : 1))
    .slice(0, MOST_NEW);
  return plan;
}

const same = (a: SuggestedRatio, b: SuggestedRatio): boolean =>
  ratioUnits(a.ratio) === ratioUnits(b.ratio) && ratioUnits(a.suggested) === ratioUnits(b.suggested);
