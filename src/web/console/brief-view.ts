import type { Brief } from '../../brief/brief.ts';
import { NOTE } from '../../brief/note.ts';
import { shortened, worthReading } from '../../brief/shorten.ts';

/** What one page of A4 bears of each; the things told get what is left of its lines. */
const PRODUCTS = 9;
const CORRECTIONS = 2;
const STATEMENTS = 2;
/** On screen there is room for more of them. */
const STATEMENTS_ON_SCREEN = 10;
const LINES = 44;
/** A thing told, with its answer, takes so many lines. */
const LINES_TOLD = 3.4;
const [FEWEST_TOLD, MOST_TOLD] = [2, 7];

/** What was sent and could not be kept: it is shown again, nothing is lost. */
export interface Wrong {
  problem: string;
  question: string;
  choice?: string | undefined;
  words: string;
}

/** A brief as its page shows it: short enough to be printed on one page. */
export function briefView(brief: Brief, wrong: Wrong | null) {
  const { owns, notUsed, told, questions } = brief;
  const { shown, more } = shortened(told, roomForTold(brief));
  const printed = worthReading(brief.said, STATEMENTS);
  const said = worthReading(brief.said, STATEMENTS_ON_SCREEN);
  const known = wrong !== null && questions.some(({ id }) => id === wrong.question);
  return {
    brief,
    owned: owns.slice(0, PRODUCTS),
    ownedMore: Math.max(0, owns.length - PRODUCTS),
    notUsed: notUsed.slice(0, CORRECTIONS),
    told: shown,
    toldMore: more,
    said: said.shown.map((each, index) => ({ ...each, printed: index < printed.shown.length })),
    saidMore: said.more,
    saidMorePrinted: printed.more,
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

/** How many things told still fit on the page. An estimate for wide letters: test/web/brief.test.ts prints the worst. */
function roomForTold({ who, owns, notUsed, missing, said }: Brief): number {
  const lines = (text: string) => Math.ceil(text.length / 42) + 0.4;
  // printed, long statements and questions are cut after three lines and two, but nothing said with a call is
  const taken = [
    ...owns.slice(0, PRODUCTS).map(({ name }) => lines(`${name}, 12 × since 01.01.2020`)),
    ...notUsed.slice(0, CORRECTIONS).map(() => 2.4),
    ...missing.map(({ title, why }) => lines(`${title} ${why}`)),
    ...worthReading(said, STATEMENTS).shown.map(
      ({ words, question, forCall }) =>
        (forCall ? lines(words) : Math.min(3, lines(words))) + Math.min(2, lines(question)) + 0.4,
    ),
    who.noMail === null ? 0 : 3,
    who.wishes.length > 0 ? 2.5 : 0,
    who.suggestedRatio === null ? 0 : 4,
  ].reduce((sum, each) => sum + each, 0);
  const room = Math.floor((LINES - taken) / LINES_TOLD);
  return Math.min(MOST_TOLD, Math.max(FEWEST_TOLD, room));
}
