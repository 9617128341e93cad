import type { LearnReport, OfferReport } from './data.ts';
import type { Part } from './told.ts';
import type { Voice } from './voice.ts';

/** Which offers were shown, in which forms, and what became of those. */
export function tellTried(report: LearnReport, voice: Voice): Part[] {
  const { phrases, numbers, names } = voice;
  const { shown, since, offers } = report;
  if (shown === 0 || since === null) return [];
  const tried = offers.filter((offer) => offer.shown > 0);
  const never = offers.filter((offer) => offer.shown === 0).map(({ offerId }) => names.offer(offerId));
  return [
    {
      kind: 'text',
      text: phrases.tried({
        shown: numbers.count(shown),
        people: numbers.count(report.people),
        since: numbers.day(since),
        offers: tried.length,
        forms: tried.reduce((sum, { forms }) => sum + forms.filter((form) => form.shown > 0).length, 0),
        open: numbers.count(report.open),
        openPart: report.open === 0 ? 'none' : report.open === shown ? 'all' : 'some',
        days: report.windowDays,
      }),
    },
    {
      kind: 'table',
      caption: phrases.triedOffers,
      head: [...phrases.offerHead],
      rows: tried.map((offer) => [
        names.offer(offer.offerId),
        numbers.count(offer.shown),
        numbers.count(offer.open),
        numbers.count(offer.forms.filter(({ state }) => state === 'alive').length),
        numbers.count(offer.forms.filter(({ state }) => state !== 'alive').length),
      ]),
    },
    ...(never.length > 0 ? [{ kind: 'text' as const, text: phrases.neverShown(never) }] : []),
    ...offers.filter(({ forms }) => forms.length > 1).flatMap((offer) => formsTable(offer, voice)),
  ];
}

function formsTable({ offerId, forms }: OfferReport, { phrases, numbers, names }: Voice): Part[] {
  return [
    {
      kind: 'table',
      caption: `${phrases.triedForms}: ${names.offer(offerId)}`,
      folded: true,
      short: forms.map(({ variantId }) => names.shortForm(variantId)),
      head: [...phrases.formHead],
      rows: forms.map(({ variantId, shown, open, origin, bornAt, state, endedAt, endReason }) => [
        names.form(offerId, variantId),
        numbers.count(shown),
        numbers.count(open),
        origin === null || bornAt === null ? '–' : phrases.born(phrases.origins[origin], numbers.day(bornAt)),
        phrases.state({ state, day: endedAt && numbers.day(endedAt), reason: endReason }),
      ]),
    },
  ];
}
