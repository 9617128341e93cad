import { LANGUAGES } from '../domain/customer.ts';
import { checkPlaceholders, LANGUAGE_NAMES } from './check-texts.ts';
import type { Names } from './names.ts';
import { PLACEHOLDER } from './placeholders.ts';
import type { Choice, Question } from './question-schema.ts';
import type { Report } from './report.ts';

/** What a question's schema cannot say: names, texts in both languages, and choices that mean something. */
export function checkQuestion(question: Question, names: Names, report: Report): void {
  const { when } = question;
  for (const [index, key] of (when.products ?? []).entries())
    names.product(key, ['when', 'products', index], report);
  for (const [index, key] of (when.lacks ?? []).entries())
    names.product(key, ['when', 'lacks', index], report);
  for (const [index, family] of (when.families ?? []).entries())
    names.family(family, ['when', 'families', index], report);
  for (const [index, id] of (when.contents ?? []).entries())
    names.content(id, ['when', 'contents', index], report);
  if (question.choices.length === 0 && !question.words) {
    const message = 'nobody can answer this: there are no choices, and no words of their own';
    report({
      path: [],
      code: 'nothing_to_answer',
      message,
      hint: 'add "choices:", or leave out "words: false"',
    });
  }
  checkQuestionTexts(question, report);
  const seen = new Set<string>();
  for (const [index, choice] of question.choices.entries()) {
    if (seen.has(choice.id)) {
      const message = `a second choice "${choice.id}"`;
      const hint = 'what was chosen is remembered by this name';
      report({ path: ['choices', index, 'id'], code: 'duplicate_choice', message, hint });
    }
    seen.add(choice.id);
    checkChoice(choice, index, question, report);
  }
}

function checkQuestionTexts(question: Question, report: Report): void {
  if (!question.de && !question.en) {
    const message = 'there is neither German ("de") nor English ("en") text';
    report({ path: [], code: 'no_language', message });
    return;
  }
  for (const language of LANGUAGES) {
    const text = question[language];
    if (!text) {
      const name = LANGUAGE_NAMES[language];
      const message = `no ${name} text: it is never asked in ${name}`;
      const hint = `add "${language}:"`;
      report({ path: [], code: 'missing_language', severity: 'warning', message, hint });
      continue;
    }
    for (const field of ['question', 'why', 'words'] as const)
      checkPlaceholders(text[field], [language, field], report);
  }
}

function checkChoice(choice: Choice, index: number, question: Question, report: Report): void {
  const path = ['choices', index];
  for (const language of LANGUAGES) {
    const words = choice[language];
    if (words === undefined) {
      if (!question[language]) continue;
      const message = `choice "${choice.id}" has no ${LANGUAGE_NAMES[language]} words, but the question has`;
      report({ path, code: 'choice_without_words', message, hint: `add "${language}: …"` });
      continue;
    }
    checkPlaceholders(words, [...path, language], report);
    if (choice.eachProduct && words.search(PLACEHOLDER) < 0) {
      const message = 'offered once for each product, but the words do not say which';
      const hint = 'write {{product}} or {{yourProduct}} where its name belongs';
      report({ path: [...path, language], code: 'choice_without_product', message, hint });
    }
  }
  if (choice.means === 'ask_later' && choice.months === undefined) {
    const hint = 'add e.g. "months: 6"';
    report({ path, code: 'later_without_months', message: 'ask later, but when?', hint });
  } else if (choice.means !== 'ask_later' && choice.months !== undefined) {
    const hint = 'add "means: ask_later", or leave the months out';
    const message = 'months say when to ask again, but nothing says to ask later';
    report({ path: [...path, 'months'], code: 'months_without_later', message, hint });
  }
}
