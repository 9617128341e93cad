import type { Language } from '../domain/customer.ts';
import type { Estimate } from '../learn/evaluate/estimate.ts';
import type { Evaluated } from '../learn/evaluate/policies.ts';
import { type EvaluationReport, evaluatePolicy } from '../learn/evaluate/report.ts';
import { evaluationSentence, POLICY_WORDS, perHundred } from '../learn/evaluate/words.ts';
import { UsageError } from './exit.ts';
import { bold, dim, table } from './output.ts';
import { type Common, print, withApp } from './session.ts';

interface EvaluateOptions extends Common {
  policy: Evaluated;
  /** YYYY-MM-DD */
  since?: string;
  language?: Language;
}

/** What another way of choosing offers would have earned, on the mails that were sent. */
export async function learnEvaluate(options: EvaluateOptions): Promise<void> {
  const { policy, since = null, language = 'en' } = options;
  if (since !== null && !isDay(since))
    throw new UsageError(`--since needs a day like 2026-01-31, not "${since}".`);
  await withApp(async (app) => {
    const content = await app.content.library();
    const report = await evaluatePolicy(app.db, { content, policy, since, now: app.now() });
    print(options, report, () => evaluationText(report, language));
  });
}

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) && text.length === 10;
}

/** An evaluation as text for a terminal. */
export function evaluationText(report: EvaluationReport, language: Language): string {
  const words = WORDS[language];
  const { result, verdict } = report;
  const lines = [bold(`${words.title}: ${POLICY_WORDS[language][report.policy]}`)];
  lines.push(evaluationSentence(report, language));
  if (result !== null && verdict !== 'too_few') {
    const row = (name: string, { value, low, high }: Estimate, about: string) => {
      const n = (share: number) => perHundred(share, language);
      return [name, n(value), `${n(low)} … ${n(high)}`, about];
    };
    const { dr, snips, ips } = result.other;
    lines.push(
      '',
      table(
        [
          row(words.real, result.real, ''),
          row(words.other, dr, words.dr),
          row('', snips, words.snips),
          row('', ips, words.ips),
        ],
        [...words.head],
      ),
    );
    if (report.policy !== 'uniform') lines.push('', words.wider);
  }
  lines.push('', dim(countsLine(report, language)));
  if (result !== null) lines.push(dim(words.about), words.read);
  return lines.join('\n');
}

function countsLine(report: EvaluationReport, language: Language): string {
  const { result, open, withoutOdds, days } = report;
  const words = WORDS[language];
  const n = (count: number) => count.toLocaleString(language === 'de' ? 'de-DE' : 'en-GB');
  const parts: string[] = [];
  if (result !== null && days !== null) {
    const { blocks, customers, answered, weights } = result;
    const day = dayFormat(language);
    parts.push(words.counts(n(blocks), n(customers), n(answered), day(days.first), day(days.last)));
    parts.push(words.effective(n(Math.round(weights.effective))));
  }
  if (withoutOdds > 0) parts.push(words.withoutOdds(n(withoutOdds)));
  if (open > 0) parts.push(words.open(n(open)));
  return parts.join(' ');
}

function dayFormat(language: Language): (day: string) => string {
  const format = new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    dateStyle: 'long',
    timeZone: 'UTC',
  });
  return (day) => format.format(new Date(`${day}T00:00:00Z`));
}

const WORDS = {
  de: {
    title: 'Was eine andere Wahl gebracht hätte',
    real: 'wirklich',
    other: 'mit der anderen Wahl',
    head: ['', 'Punkte je 100 Angebote', '95-%-Bereich', 'gerechnet'],
    dr: 'mit Erwartung und Ausgleich (doubly robust)',
    snips: 'nach Gewicht, geteilt durch alle Gewichte (SNIPS)',
    ips: 'nach Gewicht allein (IPS)',
    wider:
      'Diese Wahl setzt auf das, was am besten aussieht, und so etwas ist zum Teil Glück. Einfach gerechnet wären die Bereiche zu eng; sie sind deshalb so weit gefasst, wie es sich in Simulationen als nötig erwiesen hat.',
    counts: (blocks: string, customers: string, answered: string, first: string, last: string) =>
      `Grundlage: ${blocks} Angebote an ${customers} Kunden vom ${first} bis ${last}, davon ${answered} mit Erfolg.`,
    effective: (n: string) => `Für die andere Wahl sagen sie so viel wie ${n} eigene.`,
    withoutOdds: (n: string) => `Bei ${n} weiteren ist nicht gespeichert, wie wahrscheinlich sie waren.`,
    open: (n: string) => `Bei ${n} weiteren kann noch eine Antwort kommen; sie zählen noch nicht.`,
    about:
      'Ein Ja, ein Rückrufwunsch und ein Kauf bringen einen Punkt, „später“ und ein Klick einen Teil davon (learning.worth in settings.yaml).',
    read: 'Die drei Rechenwege sollten zusammenpassen. Tun sie das nicht, trauen Sie keinem.',
  },
  en: {
    title: 'What another choice would have earned',
    real: 'really',
    other: 'with the other choice',
    head: ['', 'points per 100 offers', '95 % range', 'worked out'],
    dr: 'from expectations, put right (doubly robust)',
    snips: 'by weight, over the sum of weights (SNIPS)',
    ips: 'by weight alone (IPS)',
    wider:
      'This choice backs what looks best, and part of that is luck. Worked out plainly, the ranges would be too narrow; so they are as wide as simulations have shown that they must be.',
    counts: (blocks: string, customers: string, answered: string, first: string, last: string) =>
      `From ${blocks} offers to ${customers} customers, ${first} to ${last}; ${answered} of them earned something.`,
    effective: (n: string) => `For the other choice they tell as much as ${n} of its own would.`,
    withoutOdds: (n: string) => `With ${n} more, it is not stored how likely they were.`,
    open: (n: string) => `An answer to ${n} more may still come; they don’t count yet.`,
    about:
      'A yes, a call asked for and a purchase earn one point; “later” and a click earn a part of it (learning.worth in settings.yaml).',
    read: 'The three ways of working it out should agree. If they don’t, trust none of them.',
  },
} as const;
