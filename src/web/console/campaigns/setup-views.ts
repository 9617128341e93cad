import type { Draft } from '../../../campaign/draft.ts';
import { inAudience } from '../../../compose/proven.ts';
import type { Language } from '../../../domain/customer.ts';
import { productName } from '../../../library/grammar.ts';
import type { Library } from '../../../library/library.ts';
import { createProductMatcher } from '../../../library/load.ts';
import { pieceTitle } from '../../../library/piece-title.ts';
import { listSegments } from '../../../segment/segments.ts';
import type { CampaignTools } from './tools.ts';

/** Counting everybody's products takes a moment at many customers; it may be so old, in milliseconds. */
const SEGMENTS = 120_000;

/** Step 1: what customers own, by family, and what of it was chosen. */
export async function productsView(tools: CampaignTools, draft: Draft, library: Library, language: Language) {
  const segments = await tools.memo.get(`segments|${library.version}`, SEGMENTS, () =>
    listSegments(tools.db, createProductMatcher(library)),
  );
  const counts = new Map(segments.map((segment) => [segment.key, segment]));
  const { products = [], families = [] } = draft.audience;
  const byFamily = new Map<string, { family: string; chosen: boolean; products: object[] }>();
  for (const product of library.products.values()) {
    const group = byFamily.get(product.family) ?? {
      family: product.family,
      chosen: families.includes(product.family),
      products: [],
    };
    byFamily.set(product.family, group);
    const { owners = 0, writable = 0 } = counts.get(product.key) ?? {};
    group.products.push({
      key: product.key,
      name: productName(product, language),
      owners,
      writable,
      chosen: products.includes(product.key),
    });
  }
  return { families: [...byFamily.values()].sort((a, b) => a.family.localeCompare(b.family, language)) };
}

/**
 * Step 3: what will be told, and what may be tried. Offers may also lead from whatever else a customer owns, which the
 * page says.
 */
export function contentView(draft: Draft, library: Library, language: Language, today: string) {
  const { products = [], families = [], developments = [] } = draft.audience;
  const familyOf = (key: string) => library.products.get(key)?.family ?? null;
  const whole = products.length === 0 && families.length === 0;
  // whoever owns a chosen product also owns something of its family
  const owned = new Set([...families, ...products.map(familyOf)]);
  const about = (piece: { products: string[]; families: string[] }) =>
    piece.products.some((key) => inAudience(draft.audience, { key, family: familyOf(key) })) ||
    piece.families.some((family) => owned.has(family));
  const told = [...library.developments.values()]
    .filter((piece) => whole || about(piece))
    .sort((a, b) => (a.published < b.published ? 1 : -1))
    .map((piece) => ({
      id: piece.id,
      title: pieceTitle(library, { kind: 'proven', contentId: piece.id }, language),
      kind: piece.kind,
      published: piece.published,
      over: piece.until !== undefined && piece.until < today,
      coming: piece.published > today,
      chosen: developments.includes(piece.id),
    }));
  const offers = [...library.offers.values()]
    .filter(
      ({ bridges }) =>
        whole ||
        bridges.some(({ product, family }) =>
          about({ products: product ? [product] : [], families: family ? [family] : [] }),
        ),
    )
    .map((offer) => ({
      id: offer.id,
      title: pieceTitle(library, { kind: 'experimental', contentId: offer.id }, language),
    }));
  return {
    told,
    offers,
    whole,
    all: developments.length === 0,
    ratio: library.settings.rules.defaultRatio,
    maxBlocks: library.settings.rules.maxBlocks,
  };
}

/** Step 4: when, as a form holds it. */
export function timingView(draft: Draft, library: Library) {
  const { timing, nightly } = library.settings;
  const at = draft.startsAt;
  return {
    at: at && inZone(at, nightly.timeZone),
    later: at !== null,
    spread: draft.spreadHours,
    zone: nightly.timeZone,
    window: timing.window ?? null,
    days: timing.days ?? null,
    skipHolidays: timing.skipHolidays,
    resend: draft.inDoubtPolicy === 'resend',
  };
}

/** A moment as `<input type="datetime-local">` writes it, by the clocks of a zone. */
export const inZone = (moment: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
    .format(moment)
    .replace(' ', 'T');
