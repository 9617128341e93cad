import { z } from 'zod';
import { ANSWERS, type Answer } from '../../domain/conversation.ts';
import type { Language } from '../../domain/customer.ts';
import { type AskedQuestion, askQuestion } from '../../feedback/asked-question.ts';
import { loadMoment } from '../../feedback/moment-facts.ts';
import { makesSense, nextQuestion } from '../../feedback/next-question.ts';
import type { ShownBlock } from '../../feedback/shown-block.ts';
import { recordStatement } from '../../feedback/statements.ts';
import { storable } from '../../feedback/storable.ts';
import type { Question } from '../../library/question-schema.ts';
import type { OpenedLink } from '../../links/open.ts';
import type { WebContext } from '../context.ts';
import { customerTools } from './customer-tools.ts';

/** What somebody may write, in characters. */
const MOST_WORDS = 1000;

/** Which question is answered, and after which answer it was asked. What makes no sense is as good as no choice. */
const replyForm = z.object({
  question: z.string().catch(''),
  after: z.enum(ANSWERS).nullable().catch(null),
  choice: z.string().optional().catch(''),
  words: z
    .string()
    .catch('')
    .transform((words) => storable(words.replaceAll('\r\n', '\n')).trim()),
});

/** A moment on the page behind an answer. */
export interface Moment {
  block: ShownBlock;
  answer: Answer;
  /** Of the page. */
  language: Language;
}

/** What the partial `question` shows. */
export interface QuestionView {
  id: string;
  after: Answer;
  question: string;
  why: string | null;
  choices: { code: string; words: string; chosen: boolean }[];
  /** The field for their own words; its label is ours (a key) or the catalogue's. */
  own: { label: string | null; key: string; words: string; most: number } | null;
  /** What is wrong with what was sent: a key of the words. */
  wrong: string | null;
}

/** `gone`: the customer is none any more, and nothing was stored. */
export type Reply =
  | { ok: true }
  | { ok: false; gone: true }
  | { ok: false; gone: false; answer: Answer; question: QuestionView | null };

/** Whether a form answers a further question. */
export const isReply = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'question' in body;

/** The one further question that is worth most now; null when there is none. */
export async function furtherQuestion(context: WebContext, moment: Moment): Promise<QuestionView | null> {
  const { next } = await catalogueFor(context, moment);
  return next && viewOf(next, moment.answer);
}

/**
 * Takes what was said to a question: stored, or the question once more with what is wrong about it, and with everything
 * that was filled in.
 */
export async function takeReply(
  context: WebContext,
  link: OpenedLink,
  given: { body: unknown; block: ShownBlock; language: Language },
): Promise<Reply> {
  const { block, language } = given;
  const { after, ...said } = replyForm.parse(given.body);
  const answer = after ?? link.answer;
  const { asked, next } = await catalogueFor(context, { block, answer, language });
  const question = asked(said.question);
  if (!question) {
    return {
      ok: false,
      gone: false,
      answer,
      question: next && viewOf(next, answer, { ...said, wrong: 'gone' }),
    };
  }
  const wrong = whatIsWrong(question, said);
  if (wrong !== null)
    return { ok: false, gone: false, answer, question: viewOf(question, answer, { ...said, wrong }) };
  const about = { sendId: link.sendId, position: link.position, contentId: block.contentId };
  const stored = await recordStatement(
    context.db,
    {
      saidBy: 'customer',
      about,
      question,
      choice: question.choices.find(({ code }) => code === said.choice) ?? null,
      words: question.ownWords && said.words !== '' ? said.words : null,
    },
    await customerTools(context),
  );
  if (!stored) return { ok: false, gone: true };
  context.log('statement', { send: link.sendId, position: link.position, question: question.id });
  return { ok: true };
}

/** The next question, and any other one that makes sense at this moment, by id: both in the page's language. */
async function catalogueFor(context: WebContext, { block, answer, language }: Moment) {
  const library = await context.publicContent.library();
  const moment = await loadMoment(context.db, block.customerId, await customerTools(context));
  const facts = { ...moment.facts, answer, kind: block.kind, contentId: block.contentId };
  const product = library?.products.get(block.productKey) ?? (await crmName(context, block.productKey));
  const given = { about: { key: block.productKey, product }, owned: moment.owned, language };
  const put = (question: Question | undefined) =>
    question && makesSense(question, facts) ? askQuestion(question, given) : null;
  const next = nextQuestion(library?.questions.values() ?? [], facts, (each) => put(each) !== null);
  return { next: put(next), asked: (id: string) => put(library?.questions.get(id)) };
}

/** The end of the key of the words that say so; null when all is well. */
function whatIsWrong(
  question: AskedQuestion,
  said: { choice?: string | undefined; words: string },
): string | null {
  const { choices, ownWords } = question;
  if (said.choice !== undefined && !choices.some(({ code }) => code === said.choice)) return 'choice';
  if (ownWords && said.words.length > MOST_WORDS) return 'long';
  if (said.choice !== undefined || (ownWords && said.words !== '')) return null;
  if (choices.length === 0) return 'nothing_written';
  return ownWords ? 'nothing' : 'nothing_chosen';
}

function viewOf(
  asked: AskedQuestion,
  after: Answer,
  said?: { choice?: string | undefined; words: string; wrong: string },
): QuestionView {
  const { id, question, why, choices, ownWords } = asked;
  return {
    id,
    after,
    question,
    why,
    choices: choices.map(({ code, words }) => ({ code, words, chosen: code === said?.choice })),
    own: ownWords && {
      label: ownWords.label,
      key: choices.length > 0 ? 'question.words_optional' : 'question.words',
      words: said?.words ?? '',
      most: MOST_WORDS,
    },
    wrong: said ? `question.wrong.${said.wrong}` : null,
  };
}

/** The name of a product that only the CRM knows. */
export async function crmName(context: WebContext, id: string): Promise<string> {
  const row = await context.db.selectFrom('products').select('name').where('id', '=', id).executeTakeFirst();
  return row?.name ?? '';
}
