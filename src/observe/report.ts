import type { Language } from '../domain/customer.ts';
import { maskAddresses } from '../domain/mask.ts';
import { reasonSentence } from '../domain/reasons.ts';
import type { Portion } from '../sync/progress.ts';
import { layOut, type Row, type Section } from './report-layout.ts';
import type { ReportNumbers } from './report-numbers.ts';
import { REPORT_WORDS, type ReportWords } from './report-words.ts';

/** A daily report, ready to be put into a mail. */
export interface Report {
  subject: string;
  text: string;
  html: string;
}

/** For whom a report is written. */
export interface Reader {
  language: Language;
  /** IANA name; days are those of this zone. */
  timeZone: string;
  /** Where the console is. */
  publicUrl: string;
}

/** A CRM that was not read to the end for this long is worth a word, in milliseconds: a night was missed. */
const SYNC_OLD = 26 * 3_600_000;

/** Puts a day's numbers into words: first what waits for a person, then what happened. */
export function reportOf(numbers: ReportNumbers, reader: Reader): Report {
  const words = REPORT_WORDS[reader.language];
  const count = (n: number) => n.toLocaleString(reader.language);
  const tasks = tasksOf(numbers, words, reader.language);
  const sections: Section[] = [
    tasks.length > 0
      ? { title: words.tasks, rows: [], notes: tasks }
      : { title: words.allWell, rows: [], notes: [] },
    { title: words.lastDay, rows: dayRows(numbers, words, reader.language), notes: [] },
    {
      title: words.campaigns,
      rows: numbers.finished.map((c) => [c.name, words.finished(count(c.sent), count(c.failed))]),
      notes: numbers.finished.length === 0 ? [words.noCampaign] : [],
    },
    { title: words.around, rows: aroundRows(numbers, words, reader.language), notes: [] },
  ];
  const day = new Intl.DateTimeFormat(reader.language, {
    timeZone: reader.timeZone,
    day: 'numeric',
    month: 'long',
  }).format(numbers.to);
  return {
    subject: words.subject(day, count(numbers.sent), tasks.length),
    ...layOut(sections, { language: reader.language, label: words.console, url: reader.publicUrl }),
  };
}

function tasksOf(numbers: ReportNumbers, words: ReportWords, language: Language): string[] {
  const why = (text: string) => maskAddresses(text.trim());
  const campaigns = numbers.waiting.map(({ id, name, paused, attention }) =>
    paused
      ? `${words.paused(name, attention === null ? words.byHand : why(attention))} ${words.resume(id)}`
      : words.troubled(name, why(attention ?? '')),
  );
  const doubts = numbers.inDoubt.map(({ campaign, count }) => words.inDoubt(campaign, count));
  const unread = numbers.unreadReports > 0 ? [words.unread(numbers.unreadReports)] : [];
  const syncs = numbers.crm.flatMap(({ source, syncedAt, error }) => {
    if (error !== null) return [words.syncFailed(crmName(source), why(error))];
    if (syncedAt !== null && numbers.to.getTime() - syncedAt.getTime() < SYNC_OLD) return [];
    return [words.syncOld(crmName(source), ago(syncedAt, numbers.to, words, language))];
  });
  return [...campaigns, ...doubts, ...unread, ...syncs];
}

function dayRows(numbers: ReportNumbers, words: ReportWords, language: Language): Row[] {
  const count = (n: number) => n.toLocaleString(language);
  const withReasons = (label: string, reasons: Record<string, number>): Row[] => {
    const parts = Object.entries(reasons).sort((a, b) => b[1] - a[1]);
    const sum = parts.reduce((total, [, n]) => total + n, 0);
    return [
      [label, count(sum)],
      ...parts.map(
        ([reason, n]): Row => [`– ${reasonSentence(reason, language).replace(/\.$/, '')}`, count(n)],
      ),
    ];
  };
  const { events, answersPer100 } = numbers;
  return [
    [words.sent, count(numbers.sent)],
    ...withReasons(words.failed, numbers.failed),
    ...withReasons(words.skipped, numbers.skipped),
    [words.hardBounces, count(events.hard_bounce ?? 0)],
    [words.softBounces, count(events.soft_bounce ?? 0)],
    [words.complaints, count(events.complaint ?? 0)],
    [words.unsubscribes, count(events.unsubscribe ?? 0)],
    [words.answers, count(numbers.answers)],
    [
      words.answersPer100,
      answersPer100 === null ? '–' : answersPer100.toLocaleString(language, { maximumFractionDigits: 1 }),
    ],
  ];
}

function aroundRows(numbers: ReportNumbers, words: ReportWords, language: Language): Row[] {
  const count = (n: number) => n.toLocaleString(language);
  const { nightly, crm, compared, to } = numbers;
  const planned =
    nightly === null
      ? words.noNightly
      : nightly.planned === null || nightly.candidates === null
        ? words.planning
        : words.planned(count(nightly.planned), count(nightly.candidates));
  return [
    ...crm.map(
      ({ source, syncedAt }): Row => [words.synced(crmName(source)), ago(syncedAt, to, words, language)],
    ),
    ...(compared === null ? [] : [comparedRow(compared, words, language)]),
    [words.nightly, planned],
  ];
}

function comparedRow({ from, to, slipped }: Portion, words: ReportWords, language: Language): Row {
  const share = (to - from).toLocaleString(language, { style: 'percent', maximumFractionDigits: 0 });
  return [words.compared, words.portion(share, slipped)];
}

/** What people call the CRM. */
const crmName = (source: string): string => ({ hubspot: 'HubSpot', csv: 'CSV' })[source] ?? source;

/** "vor 3 Stunden" */
function ago(then: Date | null, now: Date, words: ReportWords, language: Language): string {
  if (then === null) return words.never;
  const minutes = Math.round((now.getTime() - then.getTime()) / 60_000);
  const format = new Intl.RelativeTimeFormat(language);
  if (minutes < 60) return format.format(-minutes, 'minute');
  if (minutes < 48 * 60) return format.format(-Math.round(minutes / 60), 'hour');
  return format.format(-Math.round(minutes / 1440), 'day');
}
