import type { Language } from '../domain/customer.ts';
import type { NamedProduct } from '../library/grammar.ts';
import { fillPlaceholders, placeholderValues } from '../library/placeholders.ts';
import type { Choice, Question } from '../library/question-schema.ts';

/** A product by the key that contents are tied to (library key, else CRM id), and what it is called. */
export interface KeyedProduct {
  key: string;
  product: NamedProduct;
}

/** A question of the catalogue as one customer reads it. Plain text: escape it. */
export interface AskedQuestion {
  id: string;
  question: string;
  /** What is gained by answering, in a sentence; null when nobody wrote it. */
  why: string | null;
  choices: AskedChoice[];
  /** The label of the field for their own words; null when the question takes none. */
  ownWords: { label: string | null } | null;
}

export interface AskedChoice {
  /** What is kept with the statement: the choice's id, followed by `:` and the product when it names one. */
  code: string;
  words: string;
  means: Choice['means'];
  months: number | null;
  /** The product it speaks of. */
  productKey: string;
}

/** Choices that come once for each product come for so many at most. */
const MOST_PRODUCTS = 5;

/**
 * Puts a question into words. What has no text in this language is left out: a choice, or, then null, all of it.
 * @param about what the question is about; it fills the placeholders
 * @param owned what the customer owns, for choices that name each product
 */
export function askQuestion(
  question: Question,
  given: { about: KeyedProduct; owned: readonly KeyedProduct[]; language: Language },
): AskedQuestion | null {
  const { about, owned, language } = given;
  const text = question[language];
  if (text === undefined) return null;
  const fill = (words: string, product: NamedProduct) =>
    fillPlaceholders(words, placeholderValues(product, language));
  const choices = question.choices.flatMap((choice) => {
    const words = choice[language];
    if (words === undefined) return [];
    const products = choice.eachProduct ? owned.slice(0, MOST_PRODUCTS) : [about];
    return products.map(({ key, product }) => ({
      code: choice.eachProduct ? `${choice.id}:${key}` : choice.id,
      words: fill(words, product),
      means: choice.means,
      months: choice.months ?? null,
      productKey: key,
    }));
  });
  if (choices.length === 0 && !question.words) return null;
  return {
    id: question.id,
    question: fill(text.question, about.product),
    why: text.why === undefined ? null : fill(text.why, about.product),
    choices,
    ownWords: question.words
      ? { label: text.words === undefined ? null : fill(text.words, about.product) }
      : null,
  };
}
