import type { Brief } from '../brief/brief.ts';
import { shortened, worthReading } from '../brief/shorten.ts';
import { dayOf } from '../compose/day.ts';
import { dayWords } from '../feedback/preferences/words.ts';
import { wrapText } from '../render/wrap.ts';
import { fillWords, words } from '../web/words/words.ts';
import { bold, dim, plain } from './output.ts';

const COLUMNS = 78;
const LABEL = 24;
const TOLD = 10;
const SAID = 5;

/**
 * A brief as plain text: fits 80 columns, and one page when it is printed.
 * @param timeZone in which days are told
 */
export function briefText(brief: Brief, timeZone: string): string {
  const { language, who, owns, notUsed, missing, questions } = brief;
  const t = (key: string, values: Record<string, unknown> = {}) =>
    fillWords(words(language), `brief.${key}`, values);
  const day = (date: string) => dayWords(date, language);
  const number = new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB');
  const percent = (share: number) =>
    new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB', {
      style: 'percent',
      maximumFractionDigits: 1,
    }).format(share);
  const counted = (key: string, n: number) => t(n === 1 ? `${key}_one` : key, { count: number.format(n) });
  const more = (n: number) => (n > 0 ? [dim(`  ${counted('more', n)}`)] : []);
  const section = (title: string, lines: string[], none: string) => [
    '',
    bold(title),
    ...(lines.length > 0 ? lines : [`  ${none}`]),
  ];
  const { shown, more: untold } = shortened(brief.told, TOLD);
  const { shown: said, more: unsaid } = worthReading(brief.said, SAID);
  const wish = who.wishedRatio === null ? '' : ` (${t('wish_ratio', { ratio: percent(who.wishedRatio) })})`;

  return [
    bold(line(who.name ?? who.id)),
    wrapped(
      [who.company, t('title'), t('of', { day: day(brief.today) })]
        .filter((each) => each !== null)
        .join(' · '),
    ),
    '',
    fact(t('salesperson'), who.salesperson ?? t('nobody')),
    fact(t('language'), who.languageWords),
    fact(t('consent'), who.consentWords),
    fact(t('ratio'), `${percent(who.ratio.value)} (${who.ratio.sourceWords})`),
    ...(who.suggestedRatio === null ? [] : [fact(t('suggestion'), who.suggestedRatio.words)]),
    ...(who.wishes.length > 0 ? [fact(t('wishes'), `${who.wishes.join('. ')}${wish}`)] : []),
    fact(t('last_visit'), who.lastVisit === null ? t('never') : day(dayOf(who.lastVisit, timeZone))),
    ...(who.noMailWords === null ? [] : ['', wrapped(`${t('no_mail')} ${who.noMailWords}`)]),
    ...section(
      t('questions'),
      questions.flatMap(({ id, question, reasons, why }, index) => [
        item(`${index + 1}. `, question),
        ...(reasons.length === 0 ? [] : [item('   ', reasons.join('; '), dim)]),
        ...(why === null ? [] : [item('   ', why)]),
        item('   ', `[${id}]`, dim),
      ]),
      t('questions_none'),
    ),
    ...section(
      t('owns'),
      [
        ...owns.map(({ name, quantity, since, declared }) => {
          const date = t(declared ? 'declared' : 'since', { day: day(since) });
          return item('- ', `${name}, ${date}${quantity === 1 ? '' : `, ${counted('pieces', quantity)}`}`);
        }),
        ...notUsed.map(({ name, on }) => item('- ', `${name}: ${t('not_used', { day: day(on) })}`)),
      ],
      t('owns_nothing'),
    ),
    ...section(
      t('missing'),
      missing.map(({ title, why }) => item('- ', `${title}: ${why}`)),
      t('missing_nothing'),
    ),
    ...(said.length === 0
      ? []
      : section(
          t('said'),
          said.flatMap(({ question, words: heard, by, on }) => {
            const noted = by === 'salesperson' ? `, ${t('by_salesperson')}` : '';
            return [item('- ', heard), item('  ', `${question} (${day(on)}${noted})`, dim)];
          }),
          '',
        )),
    ...more(unsaid),
    ...section(
      t('told'),
      shown.map(({ on, title, answerWords, answeredOn }) => {
        const answer =
          answerWords === null || answeredOn === null
            ? ''
            : `: ${t('answered', { answer: answerWords, day: day(answeredOn) })}`;
        return item(`${day(on).padEnd(12)} `, `${title}${answer}`);
      }),
      t('told_nothing'),
    ),
    ...more(untold),
  ].join('\n');
}

/** Customer data on a terminal: one line of harmless text, however long. */
const line = (text: string): string => plain(text, 2000);

const wrapped = (text: string): string => wrapText(line(text), COLUMNS);

const fact = (label: string, value: string): string => hanging(`${label.padEnd(LABEL)} `, line(value));

const item = (mark: string, text: string, style: (text: string) => string = (same) => same): string =>
  style(hanging(`  ${mark}`, line(text)));

/** Wraps a text beside its mark. */
function hanging(mark: string, text: string): string {
  const indent = ' '.repeat(mark.length);
  return `${mark}${wrapText(text, COLUMNS - mark.length).replaceAll('\n', `\n${indent}`)}`;
}
