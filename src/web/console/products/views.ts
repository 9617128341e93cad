import type { Language } from '../../../domain/customer.ts';
import { productName } from '../../../library/grammar.ts';
import type { Library } from '../../../library/library.ts';
import { pieceTitle } from '../../../library/piece-title.ts';
import type { ProductCounts } from './count.ts';

/** Overlaps that are shown, and owners that make one worth showing. */
const OVERLAPS = 12;
const ENOUGH = 5;

interface Known {
  counts: ProductCounts;
  library: Library;
  language: Language;
  names: ReadonlyMap<string, string>;
}

const namer =
  ({ library, names, language }: Known) =>
  (key: string) =>
    productName(library.products.get(key) ?? names.get(key) ?? key, language);

/** Month and year of a day: how long ago something was. */
const monthOf = (at: Date, language: Language) =>
  new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', { month: 'long', year: 'numeric' }).format(
    at,
  );

function gapOf(key: string, known: Known) {
  const gap = known.counts.gaps.find((each) => each.key === key);
  if (!gap || gap.owners === 0) return null;
  return {
    owners: gap.owners,
    name: namer(known)(key),
    key,
    since: gap.since && monthOf(gap.since, known.language),
  };
}

/** All products by family, where the library has gaps, and what goes together. Pure. */
export function productsView(known: Known) {
  const { counts, library } = known;
  const name = namer(known);
  const most = Math.max(1, ...counts.segments.map(({ owners }) => owners));
  const owners = new Map(counts.segments.map((each) => [each.key, each.owners]));
  const rows = counts.segments.map((each) => ({
    ...each,
    name: name(each.key),
    described: library.products.has(each.key),
    ownersWidth: (100 * each.owners) / most,
    writableWidth: (100 * each.writable) / most,
  }));
  return {
    at: counts.at,
    families: [...Map.groupBy(rows, ({ family }) => family)].map(([family, segments]) => ({
      family,
      segments,
    })),
    gaps: counts.gaps.flatMap(({ key }) => (library.products.has(key) ? (gapOf(key, known) ?? []) : [])),
    undescribed: rows.filter((each) => !each.described && each.owners > 0),
    overlaps: counts.pairs
      .filter((pair) => pair.owners >= ENOUGH)
      .map((pair) => ({
        a: name(pair.a),
        b: name(pair.b),
        share: pair.owners / (owners.get(pair.a) ?? pair.owners),
        count: pair.owners,
      }))
      .sort((x, y) => y.share - x.share)
      .slice(0, OVERLAPS),
  };
}

/** One product: who owns it, and what there is to tell about it; null when there is no such product. Pure. */
export function productView(key: string, known: Known) {
  const { counts, library, language, names } = known;
  const segment = counts.segments.find((each) => each.key === key);
  if (!segment) return null;
  const { family, owners, writable } = segment;
  const told = (contentId: string) => counts.told.find((each) => each.contentId === contentId);
  const piece = (kind: 'proven' | 'experimental', contentId: string) => ({
    kind,
    title: pieceTitle(library, { kind, contentId, productKey: key }, language, names),
    shown: told(contentId)?.shown ?? 0,
    yes: told(contentId)?.yes ?? 0,
    untold: counts.untold.find((each) => each.contentId === contentId)?.owners ?? 0,
  });
  const isAbout = (each: { products: string[]; families: string[] }) =>
    each.products.includes(key) || (family !== null && each.families.includes(family));
  const name = namer(known);
  return {
    at: counts.at,
    key,
    name: name(key),
    family,
    owners,
    writable,
    described: library.products.has(key),
    gap: gapOf(key, known),
    developments: [...library.developments.values()].filter(isAbout).map(({ id }) => piece('proven', id)),
    offers: [...library.offers.values()]
      .filter(({ bridges }) =>
        bridges.some((each) => each.product === key || (family !== null && each.family === family)),
      )
      .map(({ id }) => piece('experimental', id)),
    also: counts.pairs
      .filter((pair) => pair.a === key && pair.owners >= ENOUGH)
      .slice(0, 6)
      .map((pair) => ({ name: name(pair.b), key: pair.b, share: pair.owners / owners })),
  };
}
