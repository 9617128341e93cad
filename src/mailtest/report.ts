import type { Language } from '../domain/customer.ts';
import { CLASSES } from './classify.ts';
import { type ClassCounts, type MailTest, sum } from './tally.ts';
import { type Verdict, verdictOf } from './verdict.ts';
import { WORDS, type Words } from './words.ts';

/** From where customers are known: how many addresses the CRM gave; null: none. */
export interface KnownCustomers {
  crm: { addresses: number } | null;
  /** Whether the people file names any. */
  file: boolean;
}

/** Everything a report says, before it is drawn. */
export interface Report {
  language: Language;
  words: Words;
  found: MailTest;
  verdict: Verdict;
  known: KnownCustomers;
  /** Whether colleagues are named. */
  names: boolean;
}

export function reportOf(
  found: MailTest,
  given: { language: Language; known: KnownCustomers; names: boolean },
): Report {
  return {
    ...given,
    words: WORDS[given.language],
    found: given.names ? found : { ...found, colleagues: [] },
    verdict: verdictOf(found.classes.customers, found.sent, given.known.crm !== null || given.known.file),
  };
}

/** A period's counts, under the name by which people know it. */
export interface Period {
  name: string;
  sent: number;
  classes: ClassCounts;
}

/** The months, named, and those without a date last. */
export function monthsOf({ found, language, words }: Report): Period[] {
  return found.months.map(({ month, classes }) => ({
    name: month === null ? words.noDate : monthName(month, language),
    sent: sum(classes),
    classes,
  }));
}

/** The last two years (and what belongs to the first of them) by month, what was before by year: a short table. */
export function periodsOf(report: Report, monthsShown = 24): Period[] {
  const months = monthsOf(report);
  const dated = report.found.months.flatMap(({ month }) => month ?? []);
  const firstYear = dated.at(-monthsShown)?.slice(0, 4) ?? '';
  const older = dated.length <= monthsShown ? 0 : dated.findIndex((month) => month.startsWith(firstYear));
  const years = new Map<string, ClassCounts>();
  for (const { month, classes } of report.found.months.slice(0, older)) {
    const year = (month ?? '').slice(0, 4);
    const before = years.get(year);
    years.set(year, before ? plus(before, classes) : classes);
  }
  const byYear = [...years].map(([name, classes]) => ({ name, sent: sum(classes), classes }));
  return [...byYear, ...months.slice(older)];
}

function plus(a: ClassCounts, b: ClassCounts): ClassCounts {
  return Object.fromEntries(CLASSES.map((each) => [each, a[each] + b[each]])) as ClassCounts;
}

/** "2024-03" → "Mär 2024" */
function monthName(month: string, language: Language): string {
  const format = new Intl.DateTimeFormat(language, { month: 'short', timeZone: 'UTC' });
  return `${format.format(new Date(`${month}-01T00:00:00Z`))} ${month.slice(0, 4)}`;
}

/** "1.234" or "1,234" */
export const number = (n: number, language: Language): string => n.toLocaleString(language);

/** 0.0034 → "0,34 %", with a space that no line ends at. Small shares get a second digit, or one mail in a thousand would look like none. */
export function percent(share: number, language: Language): string {
  const digits = share > 0 && share < 0.02 ? 2 : 1;
  const text = (share * 100).toLocaleString(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return language === 'de' ? `${text}\u00a0%` : `${text}%`;
}

/** The sentences under the chart: where this mailbox stands, and the marks. */
export function verdictSentences({ found, verdict, words, language }: Report): string[] {
  const { standing, share, range } = verdict;
  if (standing === 'nothing_sent') return [words.nothingSent];
  if (standing === 'no_customers') return [words.noCustomers];
  const say = (one: number) => percent(one, language);
  return [
    words.standing[standing](say(share)),
    words.marks,
    ...(range ? [words.few(found.sent, say(range[0]), say(range[1]))] : []),
  ];
}

/** What a reader must know to trust the numbers. */
export function notes({ found, known, words, language }: Report): string[] {
  const say = (n: number) => number(n, language);
  return [
    words.notCounted(say(found.received), say(found.leftOut), say(found.unreadable)),
    ...(found.byFromAlone ? [words.byFromAlone] : []),
    ...(found.passedOver > 0 ? [words.passedOver(say(found.passedOver))] : []),
    ...(known.crm
      ? [words.crmCustomers(say(known.crm.addresses))]
      : known.file
        ? [words.fileCustomersOnly]
        : []),
    words.stays,
  ];
}
