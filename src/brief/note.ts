import type { Database } from '../db/connect.ts';
import type { Language } from '../domain/customer.ts';
import type { AskedQuestion } from '../feedback/asked-question.ts';
import { recordStatement, type Statement } from '../feedback/statements.ts';
import { storable } from '../feedback/storable.ts';
import type { BriefFacts, Told } from './facts.ts';
import { type BriefContext, loadBriefFacts } from './load.ts';
import { inWords, namesProduct, questionFacts } from './questions.ts';
import { because, newest } from './when.ts';
import { WORDING } from './words.ts';

/** The question of a note that answers none; no file of the library can be called so. */
export const NOTE = '_note';

/** As much as the database keeps, in characters. */
export const MOST_WORDS = 2000;

/** What a salesperson heard: to a question of the catalogue, or a note by itself (`NOTE`). */
export interface Note {
  questionId: string;
  /** Code of a choice. */
  choice: string | null;
  words: string | null;
  /** What the question was about when it was shown; undefined: what it is about now. */
  shown?: {
    productKey: string | null;
    /** The block of a mail whose answer it followed. */
    block: { sendId: number; position: number } | null;
  };
}

/** Why a note was not kept: there is no such customer, question, choice or product, or nothing was said, or too much. */
export type NoteProblem =
  | 'unknown_customer'
  | 'unknown_question'
  | 'unknown_choice'
  | 'unknown_product'
  | 'nothing_said'
  | 'too_long';

/** A note that was not kept, and why. */
export interface NotKept {
  note: Note;
  problem: NoteProblem;
}

/**
 * Keeps what a salesperson heard as facts, with what follows from them (a product that is not in use any more, a time to
 * be left alone), and tells the CRM. All notes are looked at before the first one is kept.
 * @returns null when they were kept; the first one with which something is wrong otherwise: none is kept then
 */
export async function keepNotes(
  db: Database,
  customerId: string,
  notes: readonly Note[],
  context: BriefContext & { language: Language },
): Promise<NotKept | null> {
  const facts = await loadBriefFacts(db, customerId, context);
  const statements: Statement[] = [];
  for (const note of notes) {
    const statement = facts ? statementOf(note, customerId, facts, context) : 'unknown_customer';
    if (typeof statement === 'string') return { note, problem: statement };
    statements.push(statement);
  }
  const { now, matchProduct, library } = context;
  const { timeZone } = library.settings.nightly;
  for (const [n, statement] of statements.entries()) {
    const kept = await recordStatement(db, statement, { now, matchProduct, timeZone });
    if (!kept) return { note: notes[n] as Note, problem: 'unknown_customer' };
  }
  return null;
}

function statementOf(
  note: Note,
  customerId: string,
  facts: BriefFacts,
  context: BriefContext & { language: Language },
): Statement | NoteProblem {
  const found = askedOf(note, facts, context);
  if (typeof found === 'string') return found;
  const { asked, block } = found;
  const choice = asked.choices.find(({ code }) => code === note.choice) ?? null;
  if (note.choice !== null && choice === null) return 'unknown_choice';
  const words =
    storable(note.words ?? '')
      .replaceAll('\r\n', '\n')
      .trim() || null;
  if (choice === null && words === null) return 'nothing_said';
  if (words !== null && words.length > MOST_WORDS) return 'too_long';
  return { saidBy: 'salesperson', about: block ?? { customerId }, question: asked, choice, words };
}

/** The question as it was shown, and the block that it follows. */
function askedOf(
  { questionId, shown }: Note,
  facts: BriefFacts,
  { library, language }: BriefContext & { language: Language },
): { asked: AskedQuestion; block: Told | undefined } | NoteProblem {
  if (questionId === NOTE) {
    const asked = {
      id: NOTE,
      question: WORDING[language].note,
      why: null,
      choices: [],
      ownWords: { label: null },
    };
    return { asked, block: undefined };
  }
  const question = library.questions.get(questionId);
  if (question?.ask !== 'sales') return 'unknown_question';
  const now = because(question, questionFacts(facts));
  const about = shown ?? { productKey: now?.product ?? newest(facts.owned), block: now?.answer ?? null };
  const { productKey, block } = about;
  const theirs = new Set([...facts.owned, ...facts.notUsed].map(({ key }) => key));
  for (const told of facts.told) theirs.add(told.productKey);
  const known = productKey === null ? !namesProduct(question, language) : theirs.has(productKey);
  if (!known) return 'unknown_product';
  const asked = inWords(question, { facts, library, language, productKey });
  if (asked === null) return 'unknown_question';
  const follows = ({ sendId, position }: Told) => sendId === block?.sendId && position === block.position;
  return { asked, block: facts.told.find(follows) };
}
