import { z } from 'zod';
import { ANSWERS, type Answer } from '../../domain/conversation.ts';
import { LANGUAGES, type Language } from '../../domain/customer.ts';
import { type AskedQuestion, askQuestion, type KeyedProduct } from '../../feedback/asked-question.ts';
import { loadMoment } from '../../feedback/moment-facts.ts';
import { nextQuestion } from '../../feedback/next-question.ts';
import { knownProducts } from '../../feedback/preferences/product-use.ts';
import type { ShownBlock } from '../../feedback/shown-block.ts';
import { recordStatement } from '../../feedback/statements.ts';
import { storable } from '../../feedback/storable.ts';
import type { Question } from '../../library/question-schema.ts';
import type { OpenedLink } from '../../links/open.ts';
import { firstOf } from '../bodies.ts';
import type { WebContext } from '../context.ts';
import { fillWords, words } from '../words/words.ts';
import { customerTools } from './customer-tools.ts';
import { type QuestionView, questionView, whatIsWrong } from './question-view.ts';

/** The question of what is said to none that we know; no file of the library can be called so. */
const OPEN = '_words';

/** Which question is answered, and after which answer it was asked. What makes no sense is as good as no choice. */
const replyForm = z.object({
  question: firstOf(z.string()).catch(''),
  after: firstOf(z.enum(ANSWERS).nullable()).catch(null),
  choice: firstOf(z.string().optional()).catch(''),
  words: firstOf(z.string())
    .catch('')
    .transform((written) => storable(written.replaceAll('\r\n', '\n')).trim()),
});

/** A moment on the page behind an answer. */
export interface Moment {
  block: ShownBlock;
  answer: Answer;
  /** Of the page. */
  language: Language;
}

/** `gone`: the customer is none any more, and nothing was stored. */
export type Reply =
  | { ok: true }
  | { ok: false; gone: true }
  | { ok: false; gone: false; answer: Answer; question: QuestionView };

/** Whether a form answers a further question. */
export const isReply = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'question' in body;

/** The one further question that is worth most now; null when there is none. */
export async function furtherQuestion(context: WebContext, moment: Moment): Promise<QuestionView | null> {
  const next = await nextOf(context, moment);
  return next && questionView(next, moment.answer);
}

/**
 * Takes what was said to a question: stored, or the question once more with what is wrong about it, and with everything
 * that was filled in. Whoever was asked is heard, whatever has changed since: whether the question would be asked now
 * does not matter. To one that the library has no more, they can still say something in their own words.
 */
export async function takeReply(
  context: WebContext,
  link: OpenedLink,
  given: { body: unknown; block: ShownBlock; language: Language; visitId: number },
): Promise<Reply> {
  const { block, language, visitId } = given;
  const { after, ...said } = replyForm.parse(given.body);
  const answer = after ?? link.answer;
  const moment = { block, answer, language };
  const question = said.question === OPEN ? openQuestion(language) : await askedBefore(context, moment, said);
  if (!question) {
    const next = said.words === '' ? await nextOf(context, moment) : null;
    const instead = next
      ? questionView(next, answer, { words: '', wrong: 'gone' })
      : questionView(openQuestion(language), answer, { words: said.words, wrong: 'gone_words' });
    return { ok: false, gone: false, answer, question: instead };
  }
  const wrong = whatIsWrong(question, said);
  if (wrong !== null) {
    return { ok: false, gone: false, answer, question: questionView(question, answer, { ...said, wrong }) };
  }
  const stored = await recordStatement(
    context.db,
    {
      saidBy: 'customer',
      about: { sendId: link.sendId, position: link.position, contentId: block.contentId, visitId },
      question,
      choice: question.choices.find(({ code }) => code === said.choice) ?? null,
      words: said.words === '' ? null : said.words,
    },
    await customerTools(context),
  );
  if (!stored) return { ok: false, gone: true };
  context.log('statement', { send: link.sendId, position: link.position, question: question.id });
  return { ok: true };
}

async function nextOf(
  context: WebContext,
  { block, answer, language }: Moment,
): Promise<AskedQuestion | null> {
  const library = await context.publicContent.library();
  if (!library) return null;
  const { facts, owned } = await loadMoment(context.db, block.customerId, await customerTools(context));
  const about = await productOf(context, block.productKey);
  const put = (question: Question) => askQuestion(question, { about, owned, language });
  const next = nextQuestion(
    library.questions.values(),
    { ...facts, answer, kind: block.kind, contentId: block.contentId },
    (question) => put(question) !== null,
  );
  return next ? put(next) : null;
}

/** A customer's question as it was put to them, also when it would not be asked now. Null: the library has none such. */
async function askedBefore(
  context: WebContext,
  { block, language }: Moment,
  said: { question: string; choice?: string | undefined },
): Promise<AskedQuestion | null> {
  const question = (await context.publicContent.library())?.questions.get(said.question);
  if (question?.ask !== 'customer') return null;
  const { owned } = await loadMoment(context.db, block.customerId, await customerTools(context));
  const chosen = await chosenProduct(context, block.customerId, said.choice);
  const given = {
    about: await productOf(context, block.productKey),
    owned: chosen ? [chosen, ...owned.filter(({ key }) => key !== chosen.key)] : owned,
  };
  for (const each of [language, ...LANGUAGES]) {
    const asked = askQuestion(question, { ...given, language: each });
    if (asked) return asked;
  }
  return null;
}

/** The product that a choice names: they may have said meanwhile that it is not in use. */
async function chosenProduct(
  context: WebContext,
  customerId: string,
  choice = '',
): Promise<KeyedProduct | null> {
  const key = choice.slice(choice.indexOf(':') + 1);
  if (key === choice) return null;
  const { matchProduct } = await customerTools(context);
  const known = await knownProducts(context.db, customerId, matchProduct);
  const product =
    known.find((each) => each.key === key)?.product ??
    (await context.publicContent.library())?.products.get(key);
  return product === undefined ? null : { key, product };
}

async function productOf(context: WebContext, key: string): Promise<KeyedProduct> {
  const library = await context.publicContent.library();
  return { key, product: library?.products.get(key) ?? (await crmName(context, key)) };
}

function openQuestion(language: Language): AskedQuestion {
  const question = fillWords(words(language), 'question.open');
  return { id: OPEN, question, why: null, choices: [], ownWords: { label: null } };
}

/** The name of a product that only the CRM knows. */
export async function crmName(context: WebContext, id: string): Promise<string> {
  const row = await context.db.selectFrom('products').select('name').where('id', '=', id).executeTakeFirst();
  return row?.name ?? '';
}
