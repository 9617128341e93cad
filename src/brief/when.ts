import type { OwnedKey } from '../compose/proven.ts';
import type { BlockKind } from '../domain/composition.ts';
import type { Answer } from '../domain/conversation.ts';
import { addMonths } from '../feedback/months.ts';
import type { Gap, Question } from '../library/question-schema.ts';

/** An answer to a block of a mail. */
export interface GivenAnswer {
  sendId: number;
  position: number;
  kind: BlockKind;
  contentId: string;
  /** Which form of an offer. */
  variantId?: string;
  productKey: string;
  answer: Answer;
  /** ISO 8601 date. */
  on: string;
}

/** What the choice of questions rests on. */
export interface QuestionFacts {
  today: string;
  owned: Pick<OwnedKey, 'key' | 'family' | 'since' | 'declared'>[];
  answers: GivenAnswer[];
  gaps: ReadonlySet<Gap>;
  /** When something was last said to a question, by its id: ISO 8601 dates. */
  saidTo: ReadonlyMap<string, string>;
}

/** Why a question makes sense for this customer now. */
export interface Because {
  /** The freshest answer that it follows. */
  answer: GivenAnswer | null;
  /** Key of the product that it is about; null when it is about none in particular. */
  product: string | null;
  /** Its `when` asks for owners of that product or its family. */
  ownsIt: boolean;
  /** Library keys of what is missing. */
  lacks: readonly string[];
  gap: Gap | null;
}

/** Answers older than so many months are not come back to. */
const ANSWER_MONTHS = 12;

/** Whether everything that a question's `when` says holds, and why: null when not. Pure. */
export function because({ when }: Question, facts: QuestionFacts): Because | null {
  const { owned, today, gaps } = facts;
  const { answers, kind, contents, products, families, lacks, gap } = when;
  if (gap !== undefined && !gaps.has(gap)) return null;
  if (lacks?.some((key) => owned.some((each) => each.key === key))) return null;

  const ownsIt = products !== undefined || families !== undefined;
  const owns = owned.filter(
    (each) =>
      (!ownsIt ||
        products?.includes(each.key) ||
        (each.family !== null && families?.includes(each.family))) &&
      (gap !== 'old_product' || isOld(each, today)),
  );
  if ((ownsIt || gap === 'old_product') && owns.length === 0) return null;

  const followsAnswer = answers !== undefined || kind !== undefined || contents !== undefined;
  const answer = followsAnswer ? freshestAnswer(when, facts) : null;
  if (followsAnswer && answer === null) return null;

  const about = followsAnswer && (!ownsIt || owns.some(({ key }) => key === answer?.productKey));
  const product = about
    ? (answer?.productKey ?? null)
    : gap === 'old_product'
      ? oldest(owns)
      : ownsIt
        ? newest(owns)
        : null;
  return { answer, product, ownsIt, lacks: lacks ?? [], gap: gap ?? null };
}

function freshestAnswer(
  { answers, kind, contents }: Question['when'],
  { today, answers: given }: QuestionFacts,
): GivenAnswer | null {
  const since = addMonths(today, -ANSWER_MONTHS);
  const fitting = given.filter(
    (each) =>
      (answers === undefined || answers.includes(each.answer)) &&
      (kind === undefined || kind === each.kind) &&
      (contents === undefined || contents.includes(each.contentId)) &&
      each.on >= since,
  );
  return fitting.sort(freshestFirst)[0] ?? null;
}

/** Bought five years ago or longer; what is only declared has no age. */
const isOld = ({ since, declared }: QuestionFacts['owned'][number], today: string): boolean =>
  !declared && since <= addMonths(today, -60);

/** Key of what was bought last: what people have on their mind. */
export function newest(owned: QuestionFacts['owned']): string | null {
  return byAge(owned).at(-1)?.key ?? null;
}

const oldest = (owned: QuestionFacts['owned']): string | null => byAge(owned)[0]?.key ?? null;

const byAge = (owned: QuestionFacts['owned']) =>
  owned.toSorted((a, b) => compare(a.since, b.since) || compare(b.key, a.key));

const freshestFirst = (a: GivenAnswer, b: GivenAnswer): number =>
  compare(b.on, a.on) || b.sendId - a.sendId || a.position - b.position;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
