import { daysBetween } from '../compose/day.ts';
import type { Question } from '../library/question-schema.ts';
import { type Because, because, type QuestionFacts } from './when.ts';

/** As many questions as a conversation bears. */
const MOST = 5;

/** A question to which something was said is not asked again for so many days. */
export const REST_DAYS = 180;

export interface RankedQuestion {
  question: Question;
  because: Because;
  /** What it is worth by itself; the order also mixes subjects. */
  score: number;
}

/**
 * The five questions of the catalogue that are worth most in a conversation with this customer now. Pure, and the same
 * for the same facts, in whatever order they come.
 *
 * A question is worth
 * - 20 for each step of its priority (20 to 100);
 * - for what its `when` says, the more the narrower: 8 for a content or a product, 5 for an answer, a family, a lack or
 *   a gap, 2 for the kind of what was answered;
 * - up to 30 for the answer it follows: 30 on its day, nothing after half a year.
 *
 * The best is taken first; then, so that five questions are not about one thing, each of the others loses 25 for every
 * question taken about the same product and 15 for every one taken for the same kind of reason. Of somebody who owns one
 * product only, most questions are about that one, and it takes nothing off. Ties go by id.
 * Raising a question's priority never moves it down: until it is taken, the others are taken as before.
 */
export function rankQuestions(facts: QuestionFacts, catalogue: Iterable<Question>): RankedQuestion[] {
  const left: RankedQuestion[] = [];
  for (const question of catalogue) {
    if (question.ask !== 'sales' || !isRested(question, facts)) continue;
    const why = because(question, facts);
    if (why) left.push({ question, because: why, score: worth(question, why, facts.today) });
  }
  const severalProducts = facts.owned.length > 1;
  const taken: RankedQuestion[] = [];
  while (taken.length < MOST && left.length > 0) {
    const others = { taken, severalProducts };
    const next = left.reduce((best, each) => (comesFirst(each, best, others) ? each : best));
    taken.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return taken;
}

function worth({ priority, when }: Question, { answer }: Because, today: string): number {
  const narrow = [when.contents, when.products].filter((given) => given !== undefined).length;
  const wide = [when.answers, when.families, when.lacks, when.gap].filter(
    (given) => given !== undefined,
  ).length;
  const age = answer === null ? REST_DAYS : Math.max(0, daysBetween(answer.on, today));
  const fresh = 30 * Math.max(0, 1 - age / REST_DAYS);
  return 20 * priority + 8 * narrow + 5 * wide + (when.kind === undefined ? 0 : 2) + fresh;
}

/** What a question stands beside. */
interface Others {
  taken: RankedQuestion[];
  severalProducts: boolean;
}

function comesFirst(a: RankedQuestion, b: RankedQuestion, others: Others): boolean {
  const difference = amongThem(a, others) - amongThem(b, others);
  return difference > 0 || (difference === 0 && a.question.id < b.question.id);
}

/** What a question is worth beside those that are taken. */
function amongThem({ score, because: why }: RankedQuestion, { taken, severalProducts }: Others): number {
  const same = (what: (other: Because) => boolean) => taken.filter((each) => what(each.because)).length;
  const product =
    severalProducts && why.product !== null ? same((other) => other.product === why.product) : 0;
  return score - 25 * product - 15 * same((other) => reasonKind(other) === reasonKind(why));
}

/** Which kind of reason it is that carries a question. */
export function reasonKind({ answer, lacks, gap, ownsIt }: Because): string {
  if (answer) return 'answer';
  if (lacks.length > 0) return 'lack';
  if (gap) return 'gap';
  return ownsIt ? 'product' : 'always';
}

function isRested({ id }: Question, { saidTo, today }: QuestionFacts): boolean {
  const last = saidTo.get(id);
  return last === undefined || daysBetween(last, today) >= REST_DAYS;
}
