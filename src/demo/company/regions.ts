import * as german from './names-german.ts';
import * as world from './names-world.ts';

/** First and last names that go together. */
export interface NameLists {
  last: readonly string[];
  women: readonly string[];
  men: readonly string[];
}

export const NAMES = {
  german: { last: german.GERMAN_LAST, women: german.GERMAN_WOMEN, men: german.GERMAN_MEN },
  austrian: { last: german.AUSTRIAN_LAST, women: german.GERMAN_WOMEN, men: german.GERMAN_MEN },
  swiss: { last: german.SWISS_LAST, women: german.GERMAN_WOMEN, men: german.GERMAN_MEN },
  english: { last: world.ENGLISH_LAST, women: world.ENGLISH_WOMEN, men: world.ENGLISH_MEN },
  french: { last: world.FRENCH_LAST, women: world.FRENCH_WOMEN, men: world.FRENCH_MEN },
  polish: { last: world.POLISH_LAST, women: world.POLISH_WOMEN, men: world.POLISH_MEN },
  turkish: { last: world.TURKISH_LAST, women: world.TURKISH_WOMEN, men: world.TURKISH_MEN },
  italian: { last: world.ITALIAN_LAST, women: world.ITALIAN_WOMEN, men: world.ITALIAN_MEN },
} as const satisfies Record<string, NameLists>;
export type Origin = keyof typeof NAMES;

/** A country that Orvelin sells to, and how its people and firms appear in the CRM. */
export interface Region {
  /** ISO 3166-1 alpha-2. */
  code: string;
  /** The free text people typed into the CRM's country field. */
  countryTexts: readonly string[];
  /** hs_language of contacts. */
  language: string;
  currency: string;
  /** German-speaking: German salutations and trades. */
  german: boolean;
  legalForms: readonly string[];
  /** Where names come from; the first one also names the firms. */
  origins: readonly (readonly [Origin, number])[];
}

const region = (code: string, rest: Omit<Region, 'code'>): Region => ({ code, ...rest });

/** Regions with their share of companies. */
export const REGIONS: readonly (readonly [Region, number])[] = [
  [
    region('DE', {
      countryTexts: ['Deutschland', 'Deutschland', 'Deutschland', 'Germany', 'DE'],
      language: 'de',
      currency: 'EUR',
      german: true,
      legalForms: ['GmbH', 'GmbH', 'GmbH', 'GmbH & Co. KG', 'GmbH & Co. KG', 'AG', 'KG', 'e. K.', 'SE'],
      origins: [
        ['german', 0.82],
        ['turkish', 0.07],
        ['polish', 0.05],
        ['italian', 0.02],
        ['english', 0.02],
        ['french', 0.02],
      ],
    }),
    0.68,
  ],
  [
    region('AT', {
      countryTexts: ['Österreich', 'Österreich', 'Austria'],
      language: 'de-at',
      currency: 'EUR',
      german: true,
      legalForms: ['GmbH', 'GmbH', 'Ges.m.b.H.', 'AG'],
      origins: [
        ['austrian', 0.75],
        ['german', 0.2],
        ['turkish', 0.05],
      ],
    }),
    0.09,
  ],
  [
    region('CH', {
      countryTexts: ['Schweiz', 'Schweiz', 'Switzerland'],
      language: 'de-ch',
      currency: 'CHF',
      german: true,
      legalForms: ['AG', 'AG', 'GmbH', 'SA'],
      origins: [
        ['swiss', 0.75],
        ['german', 0.13],
        ['french', 0.07],
        ['italian', 0.05],
      ],
    }),
    0.07,
  ],
  [
    region('GB', {
      countryTexts: ['United Kingdom', 'UK', 'Great Britain'],
      language: 'en-gb',
      currency: 'GBP',
      german: false,
      legalForms: ['Ltd', 'Ltd', 'plc'],
      origins: [['english', 1]],
    }),
    0.05,
  ],
  [
    region('US', {
      countryTexts: ['United States', 'USA'],
      language: 'en',
      currency: 'USD',
      german: false,
      legalForms: ['Inc.', 'LLC'],
      origins: [['english', 1]],
    }),
    0.03,
  ],
  [
    region('FR', {
      countryTexts: ['France', 'Frankreich'],
      language: 'fr',
      currency: 'EUR',
      german: false,
      legalForms: ['SARL', 'SAS'],
      origins: [['french', 1]],
    }),
    0.03,
  ],
  [
    region('PL', {
      countryTexts: ['Polska', 'Poland'],
      language: 'pl',
      currency: 'EUR',
      german: false,
      legalForms: ['Sp. z o.o.'],
      origins: [['polish', 1]],
    }),
    0.02,
  ],
  [
    region('TR', {
      countryTexts: ['Türkiye', 'Turkey'],
      language: 'tr',
      currency: 'EUR',
      german: false,
      legalForms: ['A.Ş.', 'Ltd. Şti.'],
      origins: [['turkish', 1]],
    }),
    0.015,
  ],
  [
    region('IT', {
      countryTexts: ['Italia', 'Italien'],
      language: 'it',
      currency: 'EUR',
      german: false,
      legalForms: ['S.r.l.', 'S.p.A.'],
      origins: [['italian', 1]],
    }),
    0.015,
  ],
];
