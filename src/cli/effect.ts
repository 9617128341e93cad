import type { Language } from '../domain/customer.ts';
import { type Effect, type EffectReport, measureEffects } from '../effect/effects.ts';
import type { Comparison } from '../effect/load.ts';
import { effectSentence, firstMailsSentence, manyRowsSentence, perThousand } from '../effect/words.ts';
import { getCampaign } from '../ledger/campaigns.ts';
import { bold, dim, plain, table } from './output.ts';
import { type Common, print, withApp } from './session.ts';

interface EffectOptions extends Common {
  campaign?: string;
  by?: Exclude<Comparison, 'total'>;
  language?: Language;
}

/** What mails change: all together, then row by row. */
export async function effectCommand(options: EffectOptions): Promise<void> {
  await withApp(async (app) => {
    const campaignId = options.campaign;
    if (campaignId !== undefined) await getCampaign(app.db, campaignId);
    const given = { content: await app.content.library(), campaignId, now: app.now() };
    const by = options.by ?? (campaignId === undefined ? 'campaign' : 'product');
    const total = await measureEffects(app.db, { ...given, by: 'total' });
    const report = await measureEffects(app.db, { ...given, by });
    const whole = total.effects[0] ?? null;
    print(options, { total: whole, ...report }, () => effectText(whole, report, options.language ?? 'en'));
  });
}

/** The whole as text for a terminal. */
export function effectText(whole: Effect | null, report: EffectReport, language: Language): string {
  const words = WORDS[language];
  if (whole === null) return words.nothing;
  const alone = { ...report, by: 'total' as const, compared: 1 };
  const said = report.effects.filter(({ verdict }) => verdict === 'more' || verdict === 'fewer');
  const lines = [
    bold(words.title),
    effectSentence(whole, alone, language),
    dim(countsLine(whole, report, language)),
    '',
    report.effects.length === 0
      ? words.noRows
      : table(
          report.effects.map((effect) => row(effect, language)),
          [words.by[report.by], ...words.head],
        ),
  ];
  if (said.length > 0) {
    lines.push(
      '',
      ...said.map((effect) => `${plain(effect.unit)}: ${effectSentence(effect, report, language)}`),
    );
  }
  const many = manyRowsSentence(report, language);
  return [...lines, '', ...(many === null ? [] : [many]), words.rows, words.note(report.windowDays)].join(
    '\n',
  );
}

function row(effect: Effect, language: Language): string[] {
  const { unit, mailed, heldOut, open, verdict, result } = effect;
  const n = numbers(language);
  const ofThose = ({ people, buyers }: Effect['mailed']) =>
    people === 0 ? '–' : `${n(buyers)} / ${n(people)}`;
  const said = WORDS[language].verdict[verdict] + (effect.interim ? ` (${WORDS[language].interim})` : '');
  const of = (share: number) => perThousand(share, language);
  return [
    plain(unit, 40),
    ofThose(mailed),
    ofThose(heldOut),
    n(mailed.pieces),
    n(heldOut.pieces),
    n(open.mailed + open.heldOut),
    result === null ? said : `${of(result.difference)} (${of(result.low)} … ${of(result.high)})  ${said}`,
  ];
}

/** How many bought, of which mails; before its time only how many are waited for. */
function countsLine(whole: Effect, report: EffectReport, language: Language): string {
  const n = numbers(language);
  const words = WORDS[language];
  const { mailed, heldOut, open } = whole;
  const parts: string[] = [];
  if (mailed.people + heldOut.people > 0) {
    parts.push(words.counts(n(mailed.buyers), n(mailed.people), n(heldOut.buyers), n(heldOut.people)));
    parts.push(words.pieces(n(mailed.pieces), n(heldOut.pieces)));
    parts.push(firstMailsSentence(whole, report, language) ?? '');
  }
  if (open.mailed + open.heldOut > 0) parts.push(words.open(n(open.mailed + open.heldOut)));
  return parts.join(' ');
}

const numbers = (language: Language) => {
  const format = new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB');
  return (n: number) => format.format(n);
};

const WORDS = {
  de: {
    title: 'Was Mails bewirken',
    nothing: 'Es gibt noch keine Mails, deren Wirkung sich messen ließe.',
    noRows: 'Hier gibt es nichts zu vergleichen.',
    by: { total: '', campaign: 'Kampagne', product: 'Produkt', content: 'Inhalt' },
    head: [
      'Käufer / angeschrieben',
      'Käufer / Vergleich',
      'Stück',
      'Stück (Vergleich)',
      'noch offen',
      'mehr Käufer je 1.000 (95 %)',
    ],
    verdict: {
      no_holdout: 'niemand zum Vergleich',
      too_early: 'zu früh',
      too_few: 'zu wenige',
      no_difference: 'kein Unterschied nachweisbar',
      more: 'mehr',
      fewer: 'weniger',
    },
    interim: 'Zwischenstand',
    rows: 'Jede Zeile vergleicht mit Menschen, die gar keine Mails bekommen; andere Mails über dasselbe Produkt lassen sich davon nicht trennen.',
    counts: (a: string, b: string, c: string, d: string) =>
      `${a} von ${b} Angeschriebenen kauften, ${c} von ${d} in der Vergleichsgruppe.`,
    pieces: (a: string, b: string) => `Stück: ${a} und ${b}.`,
    open: (n: string) => `Bei ${n} Personen läuft der Zeitraum noch.`,
    note: (days: number) =>
      `Gezählt werden Käufe dessen, wovon die Mail erzählt hat, bis ${days} Tage danach. Preise kennt Spielbein nicht: Über Umsatz sagt das nichts.`,
  },
  en: {
    title: 'What mails change',
    nothing: 'There are no mails yet whose effect could be measured.',
    noRows: 'There is nothing to compare here.',
    by: { total: '', campaign: 'campaign', product: 'product', content: 'content' },
    head: [
      'buyers / mailed',
      'buyers / held out',
      'pieces',
      'pieces (held out)',
      'still open',
      'more buyers per 1,000 (95 %)',
    ],
    verdict: {
      no_holdout: 'nobody to compare with',
      too_early: 'too early',
      too_few: 'too few',
      no_difference: 'no difference can be shown',
      more: 'more',
      fewer: 'fewer',
    },
    interim: 'interim',
    rows: 'Each row compares with people who get no mails at all; other mails about the same product can’t be told apart from it.',
    counts: (a: string, b: string, c: string, d: string) =>
      `${a} of ${b} mailed people bought, ${c} of ${d} held out.`,
    pieces: (a: string, b: string) => `Pieces: ${a} and ${b}.`,
    open: (n: string) => `The window of ${n} people is not over.`,
    note: (days: number) =>
      `What counts are purchases of what the mail was about, up to ${days} days after it. Prices are not known to Spielbein: this says nothing about revenue.`,
  },
} as const;
