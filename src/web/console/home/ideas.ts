import type { Language } from '../../../domain/customer.ts';
import type { Exploring } from '../../../learn/report/data.ts';
import { shareRange } from '../../../learn/report/range.ts';
import { fillWords, type WordKey, words } from '../../words/words.ts';
import { type Delay, FATE_DAYS, type Numbers, SPAN_DAYS } from './numbers.ts';
import { delaySpark, fateSpark, rateSpark, ratioSpark } from './sparks.ts';

/** One of the four ideas, ready to be read. */
export interface Idea {
  id: 'success' | 'agility' | 'evolution' | 'ambidexterity';
  /** The number, and what it counts; without one, nothing was measured yet. */
  figure: string | null;
  unit: string;
  /** The range that holds the true value, or another number that belongs to it; empty: none. */
  beside: string;
  sentences: string[];
  /** An SVG element; null where there is nothing to draw. */
  spark: string | null;
  /** Where there is more about it; null: nowhere. */
  link: string | null;
}

/** Below so many mails a share says nothing. */
const LEAST_MAILS = 30;

/** Pure: the four ideas in one language. @param exploring what learning has brought; null: not known (yet) */
export function ideasOf(
  numbers: Numbers,
  given: { exploring: Exploring | null; bought: string | null; language: Language },
): Idea[] {
  const { language } = given;
  const texts = words(language);
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const say = (key: WordKey, values: Record<string, string | number> = {}) => fillWords(texts, key, values);
  const many = (key: string, count: number, values: Record<string, string | number> = {}) =>
    fillWords(texts, count === 1 ? `${key}_one` : key, { count: whole.format(count), ...values });
  const about = (value: number) => (Math.abs(value) < 9.95 ? tenths : whole).format(value);

  /** A length of time in its most fitting unit. */
  function length(seconds: number): { figure: string; unit: string } {
    const [unit, size] =
      seconds < 90 ? (['s', 1] as const) : seconds < 5400 ? (['min', 60] as const) : (['h', 3600] as const);
    return { figure: about(Math.max(0, seconds) / size), unit: say(`home.unit.${unit}`) };
  }
  const inWords = (seconds: number) => Object.values(length(seconds)).join('\u00a0');

  function success(): Idea {
    const { now, before, weeks } = numbers.answers;
    const [range, earlier] = [now, before].map((one) => shareRange(one.answered, one.mails));
    const known = range && now.mails >= LEAST_MAILS;
    const sentences: string[] = [];
    if (!range) sentences.push(say('home.success.none', { days: SPAN_DAYS }));
    else {
      sentences.push(
        many('home.success.mails', now.mails, { answered: whole.format(now.answered), days: SPAN_DAYS }),
      );
      if (!known) sentences.push(say('home.success.few'));
      else if (earlier && before.mails >= LEAST_MAILS) {
        const change = range.low > earlier.high ? 'more' : range.high < earlier.low ? 'fewer' : 'same';
        sentences.push(say(`home.success.${change}`, { before: about(100 * earlier.mean) }));
      }
    }
    if (given.bought !== null) sentences.push(given.bought);
    return {
      id: 'success',
      figure: known ? about(100 * range.mean) : null,
      unit: say('home.success.unit'),
      beside: known ? say('home.range', { low: about(100 * range.low), high: about(100 * range.high) }) : '',
      sentences,
      spark: known
        ? rateSpark(
            weeks.map((week) => (week.mails < LEAST_MAILS ? null : shareRange(week.answered, week.mails))),
          )
        : null,
      link: 'effect',
    };
  }

  function agility(): Idea {
    const { crm, learned } = numbers.agility;
    const shown = crm ?? learned;
    const ticks = (['s', 'min', 'h'] as const).map((unit, k) => ({
      seconds: 60 ** k,
      label: `1 ${say(`home.unit.${unit}`)}`,
    }));
    const told = (key: 'crm' | 'learned', { count, median, late }: Delay) =>
      many(`home.agility.${key}`, count, { median: inWords(median), late: inWords(late) });
    return {
      id: 'agility',
      figure: shown && length(shown.median).figure,
      unit: shown ? length(shown.median).unit : '',
      beside: shown ? say('home.agility.late', { late: inWords(shown.late) }) : '',
      sentences: [
        ...(crm ? [told('crm', crm)] : []),
        ...(learned ? [told('learned', learned)] : []),
        ...(shown ? [] : [say('home.agility.none')]),
      ],
      spark: shown && delaySpark(shown, ticks),
      link: null,
    };
  }

  function evolution(): Idea {
    const { alive, born, over, promoted, weeks } = numbers.evolution;
    const brought = given.exploring?.brought;
    return {
      id: 'evolution',
      figure: alive > 0 ? whole.format(alive) : null,
      unit: say(alive === 1 ? 'home.evolution.unit_one' : 'home.evolution.unit'),
      beside: '',
      sentences: [
        alive === 0
          ? say('home.evolution.none')
          : say('home.evolution.fates', {
              days: FATE_DAYS,
              born: whole.format(born),
              over: whole.format(over),
              promoted: whole.format(promoted),
            }),
        ...(brought
          ? [
              say(brought.low > 0 ? 'home.evolution.brought' : 'home.evolution.open', {
                mean: about(brought.mean),
                low: about(brought.low),
                high: about(brought.high),
              }),
            ]
          : []),
      ],
      spark: weeks.some((week) => week.born + week.over > 0) ? fateSpark(weeks) : null,
      link: 'experiments',
    };
  }

  function ambidexterity(): Idea {
    const { wanted, given: shown, off, accounts, beyond } = numbers.ratio;
    const some = accounts > 0 && wanted + shown > 0;
    return {
      id: 'ambidexterity',
      figure: some ? whole.format(shown) : null,
      unit: some ? say('home.ratio.unit', { wanted: about(wanted) }) : '',
      beside: '',
      sentences: some
        ? [
            beyond === 0
              ? say('home.ratio.kept', {
                  off: new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }).format(off),
                })
              : many('home.ratio.beyond', beyond),
          ]
        : [say('home.ratio.none')],
      spark: some ? ratioSpark(numbers.ratio) : null,
      link: 'customers',
    };
  }

  return [success(), agility(), evolution(), ambidexterity()];
}
