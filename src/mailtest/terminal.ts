import { CLASSES } from './classify.ts';
import type { ProblemCode } from './problem.ts';
import { problemInWords } from './problem-words.ts';
import {
  monthsOf,
  notes,
  number,
  type Period,
  percent,
  periodsOf,
  type Report,
  verdictSentences,
} from './report.ts';

/** Columns of a terminal. */
const WIDTH = 80;

const BAR = 30;

/** More of them help nobody. */
const PROBLEMS_SHOWN = 20;

/** The report as text for a terminal, 80 columns wide, without colours. `clean` takes out what could steer a terminal. */
export function terminalReport(report: Report, clean: (text: string) => string): string {
  const { words, found, language } = report;
  const months = monthsOf(report).filter(({ name }) => name !== words.noDate);
  return [
    `${words.title}: ${words.question}`,
    words.sent(number(found.sent, language), months[0]?.name ?? null, months.at(-1)?.name ?? null),
    ...(found.sent === 0 ? [] : ['', ...chart(report)]),
    '',
    ...verdictSentences(report).flatMap(wrap),
    ...(found.sent === 0 ? [] : ['', ...periods(report)]),
    '',
    ...notes(report).flatMap(wrap),
    ...colleagues(report, clean),
    ...problems(report, clean),
  ].join('\n');
}

function chart({ words, found, language }: Report): string[] {
  const name = Math.max(...CLASSES.map((each) => words.classes[each].length));
  const most = Math.max(...CLASSES.map((each) => found.classes[each]));
  return CLASSES.map((each) => {
    const mails = found.classes[each];
    return [
      words.classes[each].padEnd(name),
      bar(mails / most).padEnd(BAR),
      number(mails, language).padStart(10),
      percent(mails / found.sent, language).padStart(9),
    ].join('  ');
  });
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar with eighths of a character; what is there at all is seen. */
function bar(share: number): string {
  const eighths = share === 0 ? 0 : Math.max(1, Math.round(share * BAR * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/** One row for each month: mails, and how many percent went where. */
function periods(report: Report): string[] {
  const { words, language } = report;
  const rows = periodsOf(report);
  const name = Math.max(words.month.length, ...rows.map((row) => row.name.length));
  const row = ({ name: month, sent, classes }: Period) =>
    [
      month.padEnd(name),
      number(sent, language).padStart(8),
      ...CLASSES.map((each) => percent(classes[each] / sent, language).padStart(9)),
    ].join('  ');
  const head = [
    words.month.padEnd(name),
    words.mails.padStart(8),
    ...CLASSES.map((each) => words.short[each].padStart(9)),
  ].join('  ');
  return [head, ...rows.map(row)];
}

function colleagues({ words, found, language }: Report, clean: (text: string) => string): string[] {
  if (found.colleagues.length === 0) return [];
  return [
    '',
    `${words.colleagues}:`,
    ...found.colleagues.map(
      ({ address, mails }) => `${number(mails, language).padStart(8)}  ${clean(address)}`,
    ),
    ...wrap(words.colleaguesHint),
  ];
}

function problems(report: Report, clean: (text: string) => string): string[] {
  const { words, found, language } = report;
  const { total, byCode, named } = found.problems;
  if (total === 0) return [];
  const counts = Object.entries(byCode) as [ProblemCode, number][];
  const shown = named.slice(0, PROBLEMS_SHOWN).map((problem) => problemInWords(problem, report));
  return [
    '',
    words.problems(number(total, language)),
    ...counts.map(([code, times]) => `${number(times, language).padStart(8)}  ${words.problem[code]}`),
    '',
    ...shown.map(({ where, what }) => `  ${clean(where)}: ${what}`),
    ...(total > shown.length
      ? [`  ${words.moreProblems(number(total - shown.length, language))} (--json)`]
      : []),
  ];
}

/** Words to lines of the terminal's width. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
