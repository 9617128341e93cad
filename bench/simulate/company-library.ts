import { BASE, variantIdOf } from '../../src/domain/genes.ts';
import type { Library } from '../../src/library/library.ts';
import {
  type Development,
  type LibraryProduct,
  type Offer,
  offerFile,
  settingsFile,
} from '../../src/library/schema.ts';

/** The invented company: what it sells, tells and offers. */

const FAMILIES = ['marking', 'weighing', 'packing'];
export const PRODUCTS: readonly LibraryProduct[] = FAMILIES.flatMap((family) =>
  [1, 2, 3].map((number) => {
    const key = `${family}-${number}`;
    return { key, skus: [key], names: [], family, de: { name: key }, en: { name: key } };
  }),
);

const text = { headline: 'Neu', body: 'Text' };
const allele = { de: 'Anders' };

/** Eight offers for owners of anything; half of them are similar to what they own, so that no consent is needed. */
export const OFFERS: readonly Offer[] = Array.from({ length: 8 }, (_, number) => ({
  id: `offer-${number + 1}`,
  ...offerFile.parse({
    published: '2026-01-01',
    maxShown: 20,
    bridges: FAMILIES.map((family) => ({ family, similar: number % 2 === 0, de: 'Weil', en: 'As' })),
    genes: { headline: { question: allele }, benefit: { short: allele } },
    de: text,
    en: text,
  }),
}));

/** Forms of each offer that are tried. */
export const VARIANTS: readonly string[] = [
  BASE,
  variantIdOf({ headline: 'question' }),
  variantIdOf({ benefit: 'short' }),
  variantIdOf({ headline: 'question', benefit: 'short' }),
];

const DAY = 86_400_000;
const settings = settingsFile.parse({
  company: {
    name: 'Musterwerk GmbH',
    website: 'https://musterwerk.example',
    imprint: { de: ['Musterwerk GmbH', 'Ulm'], en: ['Musterwerk GmbH', 'Ulm'] },
    privacyUrl: 'https://musterwerk.example/datenschutz',
  },
  rules: { holdout: 0, minDaysBetween: 14, maxProven: 3, maxBlocks: 3, maxPerPeriod: 7 },
});
const byId = <T extends { id: string }>(list: readonly T[]) => new Map(list.map((one) => [one.id, one]));

/** The library of one day: each product has a new development every week, and keeps those of eight weeks. */
export function libraryOn(day: Date): Library {
  const week = Math.floor(day.getTime() / (7 * DAY));
  const developments: Development[] = PRODUCTS.flatMap(({ key }) =>
    Array.from({ length: 8 }, (_, back) => {
      const published = new Date((week - back) * 7 * DAY).toISOString().slice(0, 10);
      const id = `${key}-${published}`;
      const common = { kind: 'version' as const, priority: 3, important: false, de: text, en: text };
      return { id, ...common, products: [key], families: [], published };
    }),
  );
  return {
    settings,
    products: new Map(PRODUCTS.map((product) => [product.key, product])),
    developments: byId(developments),
    offers: byId(OFFERS),
    questions: new Map(),
    picturesDir: '',
    version: '',
  };
}
