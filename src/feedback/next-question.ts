import type { BlockKind } from '../domain/composition.ts';
import type { Answer } from '../domain/conversation.ts';
import type { Gap, Question } from '../library/question-schema.ts';

/** What is known when the page behind an answer is about to ask. */
export interface MomentFacts {
  /** The answer just given, and what to. */
  answer: Answer;
  kind: BlockKind;
  contentId: string;
  /** Library keys and families of what the customer owns. */
  products: ReadonlySet<string>;
  families: ReadonlySet<string>;
  gaps: ReadonlySet<Gap>;
  /** When this customer last said something to a question, by its id. */
  saidTo: ReadonlyMap<string, Date>;
  now: Date;
}

/** Somebody who has answered a question is not asked it again for so long. */
const REST_DAYS = 180;

/**
 * The one question worth most at this moment: of those that make sense the most important one, then the one that is
 * meant for fewer moments, then one never answered, then by id. Undefined when there is none. Pure.
 */
export function nextQuestion(
  catalogue: Iterable<Question>,
  facts: MomentFacts,
  canBeAsked: (question: Question) => boolean = () => true,
): Question | undefined {
  return [...catalogue]
    .filter((question) => makesSense(question, facts) && isRested(question, facts) && canBeAsked(question))
    .sort(
      (a, b) =>
        b.priority - a.priority ||
        conditions(b) - conditions(a) ||
        Number(facts.saidTo.has(a.id)) - Number(facts.saidTo.has(b.id)) ||
        (a.id < b.id ? -1 : 1),
    )[0];
}

/** Whether a question is for customers, and everything its `when` says holds. */
export function makesSense({ ask, when }: Question, facts: Omit<MomentFacts, 'saidTo' | 'now'>): boolean {
  const { answers, kind, contents, products, families, lacks, gap } = when;
  const owns =
    (products === undefined && families === undefined) ||
    products?.some((key) => facts.products.has(key)) ||
    families?.some((family) => facts.families.has(family));
  return (
    ask === 'customer' &&
    (answers === undefined || answers.includes(facts.answer)) &&
    (kind === undefined || kind === facts.kind) &&
    (contents === undefined || contents.includes(facts.contentId)) &&
    Boolean(owns) &&
    !lacks?.some((key) => facts.products.has(key)) &&
    (gap === undefined || facts.gaps.has(gap))
  );
}

const isRested = ({ id }: Question, { saidTo, now }: MomentFacts): boolean => {
  const last = saidTo.get(id);
  return last === undefined || now.getTime() - last.getTime() >= REST_DAYS * 86_400_000;
};

const conditions = ({ when }: Question): number =>
  Object.values(when).filter((condition) => condition !== undefined).length;
