import type { Answer } from '../../domain/conversation.ts';
import type { AskedQuestion } from '../../feedback/asked-question.ts';

/** What somebody may write, in characters. */
export const MOST_WORDS = 1000;

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

/** What was filled in. */
export interface Said {
  /** Code of a choice. */
  choice?: string | undefined;
  words: string;
}

/**
 * A question for the page, after the answer `after`. With `said` it is asked once more, because of what is wrong about
 * that; whatever was written is there, even if the question takes no words any more.
 */
export function questionView(
  asked: AskedQuestion,
  after: Answer,
  said?: Said & { wrong: string },
): QuestionView {
  const { id, question, why, choices } = asked;
  const own = asked.ownWords ?? (said?.words ? { label: null } : null);
  return {
    id,
    after,
    question,
    why,
    choices: choices.map(({ code, words }) => ({ code, words, chosen: code === said?.choice })),
    own: own && {
      label: own.label,
      key: choices.length > 0 ? 'question.words_optional' : 'question.words',
      words: said?.words ?? '',
      most: MOST_WORDS,
    },
    wrong: said ? `question.wrong.${said.wrong}` : null,
  };
}

/** The end of the key of the words that say what is wrong with a reply; null when all is well. */
export function whatIsWrong({ choices, ownWords }: AskedQuestion, said: Said): string | null {
  if (said.choice !== undefined && !choices.some(({ code }) => code === said.choice)) return 'choice';
  if (said.words.length > MOST_WORDS) return 'long';
  if (said.choice !== undefined || said.words !== '') return null;
  if (choices.length === 0) return 'nothing_written';
  return ownWords ? 'nothing' : 'nothing_chosen';
}
