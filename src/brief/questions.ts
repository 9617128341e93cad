import { answerWords } from '../domain/answer-words.ts';
import type { Language } from '../domain/customer.ts';
import { type AskedQuestion, askQuestion, type KeyedProduct } from '../feedback/asked-question.ts';
import { dayWords } from '../feedback/preferences/words.ts';
import { joinNames, type NamedProduct, productName } from '../library/grammar.ts';
import type { Library } from '../library/library.ts';
import { pieceTitle } from '../library/piece-title.ts';
import { PLACEHOLDER } from '../library/placeholders.ts';
import type { Question } from '../library/question-schema.ts';
import type { BriefFacts } from './facts.ts';
import { rankQuestions } from './rank.ts';
import { type Because, because, type GivenAnswer, newest, type QuestionFacts } from './when.ts';
import { WORDING } from './words.ts';

/** A question to ask next, in the reader's language. Plain text: escape it. */
export interface BriefQuestion extends AskedQuestion {
  /** Key of the product that its words speak of, if they do. */
  productKey: string | null;
  /** Why it is asked of this customer now. */
  reasons: string[];
  /** The block of a mail whose answer it follows. */
  about: { sendId: number; position: number; contentId: string } | null;
  score: number;
}

/** The best questions to ask next, best first (rank.ts says how they are chosen). Pure. */
export function briefQuestions(facts: BriefFacts, library: Library, language: Language): BriefQuestion[] {
  const someProduct = newest(facts.owned);
  const known = questionFacts(facts);
  const askable = (question: Question) => {
    if (question[language] === undefined) return false;
    return !namesProduct(question, language) || (because(question, known)?.product ?? someProduct) !== null;
  };
  const ranked = rankQuestions(known, [...library.questions.values()].filter(askable));
  const productOf = productsBy(facts, library);
  return ranked.flatMap(({ question, because: why, score }) => {
    const productKey = why.product ?? someProduct;
    const asked = inWords(question, { facts, library, language, productKey });
    if (asked === null) return [];
    const given = why.answer;
    return {
      ...asked,
      productKey,
      reasons: reasonsOf(why, facts, library, language, productOf),
      about: given && { sendId: given.sendId, position: given.position, contentId: given.contentId },
      score: Math.round(score),
    };
  });
}

/** A question of the catalogue in words, about one of the customer's products; null when it has none in this language. */
export function inWords(
  question: Question,
  given: { facts: BriefFacts; library: Library; language: Language; productKey: string | null },
): AskedQuestion | null {
  const { facts, library, language, productKey } = given;
  const productOf = productsBy(facts, library);
  const named = (key: string): KeyedProduct => ({ key, product: productOf(key) });
  const owned = facts.owned.map(({ key }) => named(key));
  return askQuestion(question, { about: named(productKey ?? ''), owned, language });
}

/** Products by their key: as the library describes them, or by the CRM's name. */
const productsBy =
  (facts: BriefFacts, library: Library) =>
  (key: string): NamedProduct =>
    library.products.get(key) ?? facts.names.get(key) ?? key;

export function questionFacts(facts: BriefFacts): QuestionFacts {
  const answers = facts.told.flatMap((block): GivenAnswer[] =>
    block.answer === null || block.answeredOn === null
      ? []
      : [{ ...block, answer: block.answer, on: block.answeredOn }],
  );
  const saidTo = new Map<string, string>();
  for (const { questionId, on } of facts.said) if (!saidTo.has(questionId)) saidTo.set(questionId, on);
  return { today: facts.today, owned: facts.owned, answers, gaps: facts.gaps, saidTo };
}

/** Whether it can only be asked about a product. */
export function namesProduct(question: Question, language: Language): boolean {
  const { question: words, why, words: label } = question[language] ?? {};
  const choices = question.choices.filter((choice) => !choice.eachProduct).map((choice) => choice[language]);
  return [words, why, label, ...choices].some((text) => text !== undefined && text.search(PLACEHOLDER) >= 0);
}

function reasonsOf(
  { answer, product, ownsIt, lacks, gap }: Because,
  facts: BriefFacts,
  library: Library,
  language: Language,
  productOf: (key: string) => NamedProduct,
): string[] {
  const wording = WORDING[language];
  const name = (key: string) => productName(productOf(key), language);
  const reasons: string[] = [];
  if (answer) {
    const title = pieceTitle(library, answer, language, facts.names);
    const day = dayWords(answer.on, language);
    reasons.push(
      wording.followsAnswer({ answer: answerWords(answer.kind, answer.answer, language), title, day }),
    );
  }
  const own = facts.owned.find(({ key }) => key === product);
  if (own && (ownsIt || gap === 'old_product')) {
    const since = own.since.slice(0, 4);
    reasons.push(wording.owns({ product: name(own.key), since, declared: own.declared }));
  } else if (gap) reasons.push(wording.gaps[gap]);
  if (lacks.length > 0) reasons.push(wording.lacks(joinNames(lacks.map(name), language)));
  return reasons;
}
