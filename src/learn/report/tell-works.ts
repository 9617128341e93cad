import { type AlleleReport, isKnown, LEAST_SHOWN, type LearnReport, type OfferReport } from './data.ts';
import { surenessOf } from './phrases.ts';
import { type Range, shareRange } from './range.ts';
import type { Part } from './told.ts';
import { ofHundred, said, type Voice } from './voice.ts';

/** Which forms, texts and combinations are answered, and how well that is known. */
export function tellWorks(report: LearnReport, voice: Voice): Part[] {
  if (report.learnedAt === null) return [{ kind: 'text', text: voice.phrases.notKnown }];
  const shown = report.offers.filter((offer) => offer.shown > 0);
  const enough = shown.filter(isKnown);
  if (enough.length === 0)
    return [{ kind: 'text', text: voice.phrases.nothingKnown }, ...tellOverTime(report, voice)];
  const names = shown.filter((offer) => !isKnown(offer)).map(({ offerId }) => voice.names.offer(offerId));
  return [
    ...enough.flatMap((offer) => tellOffer(offer, report, voice)),
    ...(names.length > 0 ? [{ kind: 'text' as const, text: voice.phrases.tooSeldom(names) }] : []),
    ...tellOverTime(report, voice),
  ];
}

function tellOffer(offer: OfferReport, { period, answers }: LearnReport, voice: Voice): Part[] {
  const { phrases, numbers, names } = voice;
  const name = names.offer(offer.offerId);
  const alive = offer.forms
    .filter((form) => form.state === 'alive' && form.rate !== null)
    .sort((a, b) => (b.rate?.mean ?? 0) - (a.rate?.mean ?? 0));
  const parts: Part[] = [{ kind: 'heading', text: name }];
  const proven = provenRange(answers);
  if (offer.rate && proven && offer.rate.high < proven.low) {
    const [mine, theirs] = [offer.rate, proven].map(({ mean }) => numbers.ofHundred(mean)) as [
      string,
      string,
    ];
    parts.push({ kind: 'text', text: phrases.poor(mine, theirs) });
  }
  if (alive.length > 1) {
    const rows = alive.map(({ variantId, rate, shown, open }) => ({
      label: names.form(offer.offerId, variantId),
      range: rate as NonNullable<typeof rate>,
      lit: isKnown({ shown, open }),
    }));
    parts.push({ kind: 'plot', label: phrases.intervals(name), plot: { kind: 'intervals', rows } });
    parts.push({
      kind: 'table',
      caption: phrases.intervals(name),
      short: alive.map(({ variantId }) => names.shortForm(variantId)),
      key: names.key(
        offer.offerId,
        alive.map(({ variantId }) => variantId),
      ),
      head: [...phrases.rateHead],
      rows: alive.map((form) => {
        const { mean, low, high } = ofHundred(form.rate as NonNullable<typeof form.rate>, numbers);
        const best = form.best === null || !isKnown(form) ? phrases.seldom : numbers.chance(form.best);
        return [names.form(offer.offerId, form.variantId), mean, `${low} – ${high}`, best];
      }),
    });
  } else if (alive[0]?.rate) {
    parts.push({ kind: 'text', text: phrases.onlyForm(ofHundred(alive[0].rate, numbers)) });
  }
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
      rows: offer.ways.map((way) => {
        const { mean, low, high } = ofHundred(way.rate, numbers);
        const rate = isKnown(way) ? `${mean} (${low} – ${high})` : phrases.seldom;
        return [names.product(way.productKey), numbers.count(way.shown), rate];
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
          label: names.form(offer.offerId, variantId),
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
}

/** Whether enough was shown of it, in whichever forms. */
function isTried({ forms }: OfferReport, gene: string, allele: string): boolean {
  const having = forms.filter(({ variantId }) => variantId.split(',').includes(`${gene}=${allele}`));
  const sum = (of: 'shown' | 'open') => having.reduce((all, form) => all + form[of], 0);
  return isKnown({ shown: sum('shown'), open: sum('open') });
}

/** How often what is proven is answered; null while too little was shown. */
function provenRange(answers: LearnReport['answers']): Range | null {
  const sum = (of: 'blocks' | 'yes') => answers.reduce((all, { proven }) => all + proven[of], 0);
  return sum('blocks') < LEAST_SHOWN ? null : shareRange(sum('yes'), sum('blocks'));
}

function alleleWords(offerId: string, { gene, allele, times, better }: AlleleReport, voice: Voice): string {
  const { phrases, numbers, names } = voice;
  const direction = better >= 0.5 ? 'better' : 'worse';
  const chance = Math.max(better, 1 - better);
  const sure = surenessOf(chance);
  return phrases.allele({
    gene: phrases.genes[gene],
    text: names.allele(offerId, gene, allele),
    said: said(times, numbers),
    sure:
      sure === 'open'
        ? null
        : phrases.compared(phrases.pronouns[gene], direction, phrases.sure[sure], numbers.chance(chance)),
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
    { kind: 'heading', text: phrases.overTime, plotted: true },
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
    { kind: 'text', text: phrases.overTimeNote(windowDays), muted: true, plotted: true },
  ];
}
