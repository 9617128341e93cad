import type { Brief } from '../../brief/brief.ts';
import { NOTE } from '../../brief/note.ts';
import { shortened } from '../../brief/shorten.ts';

/** What one page of A4 bears of each. */
const PRODUCTS = 9;
const BLOCKS = 7;
const STATEMENTS = 3;

/** What was sent and could not be kept: it is shown again, nothing is lost. */
export interface Wrong {
  problem: string;
  question: string;
  choice?: string | undefined;
  words: string;
}

/** A brief as its page shows it: short enough to be printed on one page. */
export function briefView(brief: Brief, wrong: Wrong | null) {
  const { owns, notUsed, said, told, questions } = brief;
  const { shown, more } = shortened(told, BLOCKS);
  const known = wrong !== null && questions.some(({ id }) => id === wrong.question);
  return {
    brief,
    owned: owns.slice(0, PRODUCTS),
    ownedMore: Math.max(0, owns.length - PRODUCTS),
    notUsed: notUsed.slice(0, 3),
    told: shown,
    toldMore: more,
    said: said.slice(0, STATEMENTS),
    saidMore: Math.max(0, said.length - STATEMENTS),
    problem: wrong && `brief.problem.${wrong.problem}`,
    questions: questions.map((question, index) => {
      const again = wrong?.question === question.id ? wrong : null;
      return {
        ...question,
        number: index + 1,
        block: question.about && `${question.about.sendId}.${question.about.position}`,
        wrong: again && `brief.problem.${again.problem}`,
        words: again?.words ?? '',
        choices: question.choices.map((choice) => ({ ...choice, chosen: choice.code === again?.choice })),
      };
    }),
    note: {
      id: NOTE,
      // what belongs to a question that is not asked any more stays at hand here
      words: known ? '' : (wrong?.words ?? ''),
      wrong: known || wrong === null ? null : `brief.problem.${wrong.problem}`,
    },
  };
}
