import type { OfferReport } from '../../../learn/report/data.ts';
import { isKnown, type LearnReport } from '../../../learn/report/data.ts';
import type { Agreed } from '../../../learn/report/decisions.ts';
import { tellDecisions } from '../../../learn/report/tell-decisions.ts';
import type { Part } from '../../../learn/report/told.ts';
import { ofHundred, type Voice } from '../../../learn/report/voice.ts';
import { drawFamily, type Member } from './family.ts';
import type { Happening } from './history.ts';

/** A form of an offer as the table has it. */
export interface FormRow {
  variantId: string;
  number: number;
  /** All its texts; of the written form, the words for that. */
  text: string;
  /** When it came to be, and how; empty: it was never bred. */
  born: string;
  /** Numbers of the forms it was bred from. */
  parents: number[];
  shown: number;
  open: number;
  /** Answers of a hundred, with the range that holds the true value; null: not known. */
  rate: { mean: string; low: string; high: string } | null;
  /** How likely it is the best one; null: not known. */
  best: string | null;
  state: OfferReport['forms'][number]['state'];
  /** Since when it is over, and why. */
  stateWords: string;
  promoted: boolean;
}

/** One offer with all its forms. */
export interface OfferView {
  offerId: string;
  name: string;
  shown: number;
  alive: number;
  over: number;
  rate: FormRow['rate'];
  best: string | null;
  forms: FormRow[];
  /** The family tree for a desk and for a phone, as SVG elements; null where there is one form only. */
  tree: { wide: string; narrow: string } | null;
}

/** Words of the drawing. */
export interface TreeWords {
  label(offer: string): string;
  today: string;
}

export function offerView(
  offer: OfferReport,
  given: { now: Date; voice: Voice; promoted: readonly Agreed[]; words: TreeWords },
): OfferView {
  const { now, voice, promoted, words } = given;
  const { numbers, names, phrases } = voice;
  const { offerId } = offer;
  const numberOf = new Map(offer.forms.map(({ variantId }, index) => [variantId, index + 1]));
  const forms = offer.forms.map((form, index): FormRow => {
    const { variantId, state, origin, bornAt, endedAt, endReason, shown, open } = form;
    return {
      variantId,
      number: index + 1,
      text: names.wholeForm(offerId, variantId),
      born: origin && bornAt ? phrases.born(phrases.origins[origin], numbers.day(bornAt)) : '',
      parents: form.parents.flatMap((id) => numberOf.get(id) ?? []),
      shown,
      open,
      rate: form.rate && isKnown(form) ? ofHundred(form.rate, numbers) : null,
      best: form.best !== null && isKnown(form) ? numbers.chance(form.best) : null,
      state,
      stateWords: phrases.state({ state, day: endedAt && numbers.day(endedAt), reason: endReason }),
      promoted: promoted.some((one) => one.offerId === offerId && one.variantId === variantId),
    };
  });
  const name = names.offer(offerId);
  return {
    offerId,
    name,
    shown: offer.shown,
    alive: forms.filter(({ state }) => state === 'alive').length,
    over: forms.filter(({ state }) => state !== 'alive').length,
    rate: offer.rate && isKnown(offer) ? ofHundred(offer.rate, numbers) : null,
    best: offer.best === null ? null : numbers.chance(offer.best),
    forms,
    tree: forms.length > 1 ? treeOf() : null,
  };

  function treeOf(): OfferView['tree'] {
    const members = offer.forms.map((form, index): Member => {
      const { rate, promoted, number } = forms[index] as FormRow;
      return {
        ...form,
        number,
        promoted,
        label: names.form(offerId, form.variantId),
        rate: rate ? `${rate.mean} (${rate.low} – ${rate.high})` : '',
        shortRate: rate?.mean ?? '',
      };
    });
    const frame = { now, label: words.label(name), today: words.today, day: numbers.day };
    return {
      wide: drawFamily(members, { ...frame, width: 720 }),
      narrow: drawFamily(members, { ...frame, width: 330 }),
    };
  }
}

/** Decisions, and files that wait to be put into the library, each under the name of its kind; of one offer, or all. */
export function waitingParts(
  report: LearnReport,
  voice: Voice,
  offerId?: string,
): Partial<Record<Part['kind'], Part>>[] {
  const own =
    <T>(about: (one: T) => string) =>
    (one: T) =>
      offerId === undefined || about(one) === offerId;
  const decisions = report.decisions.filter(
    own((one) => (one.kind === 'pairing' ? one.offerId : one.contentId)),
  );
  const agreed = report.agreed.filter(own((one) => one.offerId));
  if (decisions.length + agreed.length === 0) return [];
  return tellDecisions({ ...report, decisions, agreed, ratios: [] }, voice).map((part) => ({
    [part.kind]: part,
  }));
}

/** What happened, in names. */
export function happeningView({ what, at, contentId, variantId, productKey }: Happening, voice: Voice) {
  const { names, numbers } = voice;
  return {
    word: `experiments.happened.${what}`,
    date: numbers.day(at),
    at,
    what,
    name: what.startsWith('rewrite') ? names.development(contentId) : names.offer(contentId),
    offerId: what.startsWith('rewrite') ? null : contentId,
    form: variantId === null ? null : names.form(contentId, variantId),
    product: productKey === null ? null : names.product(productKey),
  };
}
