import { type AlleleReport, LEAST_SHOWN, type LearnReport, type OfferReport } from './data.ts';
import { surenessOf } from './phrases.ts';
import { shareRange } from './range.ts';
import type { Part } from './told.ts';
import { ofHundred, said, type Voice } from './voice.ts';

/** Which forms, texts and combinations are answered, and how well that is known. */
export function tellWorks(report: LearnReport, voice: Voice): Part[] {
  if (report.learnedAt === null) return [{ kind: 'text', text: voice.phrases.notKnown }];
  const shown = report.offers.filter((offer) => offer.shown > 0);
  const enough = shown.filter(isKnown);
  const names = shown.filter((offer) => !isKnown(offer)).map(({ offerId }) => voice.names.offer(offerId));
  return [
    ...enough.flatMap((offer) => tellOffer(offer, report, voice)),
    ...(names.length > 0 ? [{ kind: 'text' as const, text: voice.phrases.tooSeldom(names) }] : []),
    ...tellOverTime(report, voice),
  ];
}

/** Too little is said to be too little, not dressed up. */
const isKnown = ({ shown, open }: OfferReport): boolean => shown - open >= LEAST_SHOWN;

function tellOffer(offer: OfferReport, { period }: LearnReport, voice: Voice): Part[] {
  const { phrases, numbers, names } = voice;
  const name = names.offer(offer.offerId);
  const alive = offer.forms
    .filter((form) => form.state === 'alive' && form.rate !== null)
    .sort((a, b) => (b.rate?.mean ?? 0) - (a.rate?.mean ?? 0));
  const parts: Part[] = [{ kind: 'heading', text: name }];
  if (alive.length > 1) {
    const rows = alive.map(({ variantId, rate, shown }) => ({
      label: names.shortForm(variantId),
      range: rate as NonNullable<typeof rate>,
      lit: shown >= LEAST_SHOWN,
    }));
    parts.push({ kind: 'plot', label: phrases.intervals(name), plot: { kind: 'intervals', rows } });
  }
  parts.push({
    kind: 'table',
    caption: phrases.intervals(name),
    short: alive.map(({ variantId }) => names.shortForm(variantId)),
    head: [...phrases.rateHead],
    rows: alive.map(({ variantId, rate, best, shown, open }) => {
      const { mean, low, high } = ofHundred(rate as NonNullable<typeof rate>, numbers);
      return [names.form(offer.offerId, variantId), mean, `${low} – ${high}`, bestWords(best, shown - open)];
    }),
  });
  const told = offer.alleles.filter(({ gene, allele }) => isTried(offer, gene, allele));
  if (told.length > 0) {
    parts.push({ kind: 'text', text: phrases.alleles });
    parts.push({ kind: 'list', items: told.map((allele) => alleleWords(offer.offerId, allele, voice)) });
  }
  if (offer.ways.length > 1) {
    parts.push({
      kind: 'table',
      caption: phrases.ways,
      head: [...phrases.wayHead],
      rows: offer.ways.map(({ productKey, shown, rate }) => {
        const { mean, low, high } = ofHundred(rate, numbers);
        return [names.product(productKey), numbers.count(shown), `${mean} (${low} – ${high})`];
      }),
    });
  }
  const shown = offer.forms.filter((form) => form.shown > 0);
  if (shown.length > 1 && offer.overTime.length > 1) {
    const periods = offer.overTime.map((then) => numbers.shortDay(then.period, period));
    const values = shown.map(({ variantId }) =>
      offer.overTime.map((then) => {
        const all = Object.values(then.shown).reduce((sum, n) => sum + n, 0);
        return (then.shown[variantId] ?? 0) / all;
      }),
    );
    parts.push({
      kind: 'plot',
      label: phrases.shares(name),
      plot: {
        kind: 'shares',
        periods,
        series: shown.map(({ variantId }, k) => ({
          label: names.shortForm(variantId),
          values: values[k] as number[],
        })),
      },
    });
    parts.push({
      kind: 'table',
      caption: phrases.shares(name),
      folded: true,
      head: [phrases.sharesHead, ...shown.map(({ variantId }) => names.shortForm(variantId))],
      rows: periods.map((day, i) => [day, ...values.map((of) => numbers.share(of[i] as number))]),
    });
  }
  return parts;

  function bestWords(best: number | null, closed: number): string {
    if (alive.length < 2) return '–';
    if (closed < LEAST_SHOWN || best === null) return phrases.seldom;
    return `${phrases.sure[surenessOf(best)]} (${numbers.chance(best)})`;
  }
}

const isTried = (offer: OfferReport, gene: string, allele: string): boolean =>
  offer.forms.some(({ variantId, shown }) => shown > 0 && variantId.split(',').includes(`${gene}=${allele}`));

function alleleWords(offerId: string, { gene, allele, times, better }: AlleleReport, voice: Voice): string {
  const { phrases, numbers, names } = voice;
  const direction = better >= 0.5 ? 'better' : 'worse';
  const chance = Math.max(better, 1 - better);
  const sure = surenessOf(chance);
  return phrases.allele({
    gene: phrases.genes[gene],
    text: names.allele(offerId, gene, allele),
    own: phrases.ownGenes[gene],
    said: said(times, numbers),
    sure: sure === 'open' ? null : phrases.compared(direction, phrases.sure[sure], numbers.chance(chance)),
  });
}

function tellOverTime({ answers, period, windowDays }: LearnReport, { phrases, numbers }: Voice): Part[] {
  if (answers.length < 2) return [];
  const periods = answers.map((then) => numbers.shortDay(then.period, period));
  const rangesOf = (of: 'experimental' | 'proven') =>
    answers.map((then) => shareRange(then[of].yes, then[of].blocks));
  const [experimental, proven] = [rangesOf('experimental'), rangesOf('proven')];
  const cell = (ranges: typeof proven, of: 'experimental' | 'proven', i: number): string => {
    const range = ranges[i];
    if (!range) return '–';
    const { mean, low, high } = ofHundred(range, numbers);
    return phrases.ofBlocks(`${mean}; ${low} – ${high}`, numbers.count(answers[i]?.[of].blocks ?? 0));
  };
  return [
    { kind: 'heading', text: phrases.overTime },
    {
      kind: 'plot',
      label: phrases.overTimeLabel,
      plot: {
        kind: 'rates',
        periods,
        series: [
          { label: phrases.proven, of: 'proven', ranges: proven },
          { label: phrases.experimental, of: 'experimental', ranges: experimental },
        ],
      },
    },
    {
      kind: 'table',
      caption: phrases.overTimeLabel,
      folded: true,
      head: [...phrases.overTimeHead],
      rows: periods.map((day, i) => [day, cell(experimental, 'experimental', i), cell(proven, 'proven', i)]),
    },
    { kind: 'text', text: phrases.overTimeNote(windowDays), muted: true },
  ];
}
