import { describe, expect, test } from 'vitest';
import { maskEmail, plausibleEmail } from '../../src/sync/clean.ts';
import { countryCode } from '../../src/sync/country.ts';
import { chooseLanguage, consentFromLegalBasis, parseSalutation } from '../../src/sync/person.ts';

describe('parseSalutation', () => {
  test.each<[string | null, 'frau' | 'herr' | null, string | null]>([
    ['Frau', 'frau', null],
    ['Herr', 'herr', null],
    ['Frau Dr.', 'frau', 'Dr.'],
    ['Frau Prof. Dr.', 'frau', 'Prof. Dr.'],
    ['Herr Prof.Dr.', 'herr', 'Prof. Dr.'],
    ['herrn dr', 'herr', 'Dr.'],
    ['Mr', 'herr', null],
    ['Mr.', 'herr', null],
    ['Ms', 'frau', null],
    ['Mrs Dr', 'frau', 'Dr.'],
    ['Dr.', null, 'Dr.'],
    ['Herr Dipl.-Ing.', 'herr', 'Dipl.-Ing.'],
    ['Herr Dr. h.c.', 'herr', 'Dr. h.c.'],
    ['Frau Dr. rer. nat.', 'frau', 'Dr. rer. nat.'],
    ['Familie', null, null],
    ['Frau {{title}} <b>', 'frau', null],
    ['', null, null],
    [null, null, null],
  ])('%j', (text, salutation, title) => {
    expect(parseSalutation(text)).toEqual({ salutation, title });
  });
});

describe('chooseLanguage', () => {
  test.each<[string | null, string | null, string | null, 'de' | 'en']>([
    ['de', null, null, 'de'],
    ['de-at', 'US', 'USA', 'de'],
    ['DE_ch', null, null, 'de'],
    ['en', 'DE', 'Deutschland', 'en'],
    ['en-gb', null, null, 'en'],
    ['fr', 'CH', 'Schweiz', 'en'],
    ['den', null, null, 'en'],
    [null, 'DE', 'Deutschland', 'de'],
    [null, 'AT', 'Österreich', 'de'],
    [null, 'CH', 'Schweiz', 'de'],
    [null, 'LI', 'Liechtenstein', 'de'],
    [null, 'FR', 'France', 'en'],
    [null, null, 'Atlantis', 'en'],
    [null, null, null, 'de'],
  ])('language %j, country %j (%j) → %s', (language, country, text, expected) => {
    expect(chooseLanguage(language, country, text)).toBe(expected);
  });
});

describe('countryCode', () => {
  test.each<[string | null, string | null]>([
    ['DE', 'DE'],
    ['de', 'DE'],
    ['Germany', 'DE'],
    ['Deutschland', 'DE'],
    [' DEUTSCHLAND ', 'DE'],
    ['Allemagne', 'DE'],
    ['BRD', 'DE'],
    ['DEU', 'DE'],
    ['Österreich', 'AT'],
    ['Oesterreich', 'AT'],
    ['O\u0308sterreich', 'AT'],
    ['Austria', 'AT'],
    ['Schweiz', 'CH'],
    ['Switzerland', 'CH'],
    ['Suisse', 'CH'],
    ['Liechtenstein', 'LI'],
    ['UK', 'GB'],
    ['United Kingdom', 'GB'],
    ['Großbritannien', 'GB'],
    ['USA', 'US'],
    ['United States', 'US'],
    ['Vereinigte Staaten', 'US'],
    ['The Netherlands', 'NL'],
    ['Czech Republic', 'CZ'],
    ['Tschechien', 'CZ'],
    ['Polska', 'PL'],
    ['Turkey', 'TR'],
    ['Atlantis', null],
    ['EU', null],
    ['XX', null],
    ['', null],
    [null, null],
  ])('%j → %j', (text, code) => {
    expect(countryCode(text)).toBe(code);
  });
});

describe('consentFromLegalBasis', () => {
  test.each<[string | null, 'consent' | 'existing_customer' | 'none']>([
    ['Freely given consent from contact', 'consent'],
    ['CONSENT_WITH_NOTICE', 'consent'],
    ['true', 'consent'],
    ['false', 'none'],
    ['LEGITIMATE_INTEREST_CLIENT', 'existing_customer'],
    ['PERFORMANCE_OF_CONTRACT;LEGITIMATE_INTEREST_PQL', 'existing_customer'],
    ['LEGITIMATE_INTEREST_PQL', 'none'],
    ['LEGITIMATE_INTEREST_OTHER;NON_GDPR;PROCESS_AND_STORE', 'none'],
    ['Performance of a contract;Freely given consent from contact', 'consent'],
    ['Legitimate interest – existing customer', 'existing_customer'],
    ['Legitimate interest - existing customer', 'existing_customer'],
    ['LEGITIMATE INTEREST–EXISTING CUSTOMER', 'existing_customer'],
    ['Performance of a contract', 'existing_customer'],
    ['Not applicable; performance of a contract', 'existing_customer'],
    ['Legitimate interest – prospect/lead', 'none'],
    ['Legitimate interest – other', 'none'],
    ['Not applicable', 'none'],
    ['No freely given consent from contact', 'none'],
    ['', 'none'],
    [null, 'none'],
  ])('%j → %s', (text, basis) => {
    expect(consentFromLegalBasis(text)).toBe(basis);
  });
});

describe('plausibleEmail', () => {
  test.each([
    'a@b.example',
    "o'hara+laser&label/dept=a%b_{x}@xn--przision-wagen-5hb.test",
    'jörg.weiß@müller-söhne.example',
    'first.last@sub.domain.example',
    'admin@intranet',
  ])('%s is one', (email) => {
    expect(plausibleEmail(email)).toBe(true);
  });

  test.each([
    '',
    'n/a',
    'name at company.example',
    'a b@c.example',
    'a@b@c.example',
    '@b.example',
    'a@',
    'a@b..example',
    '.a@b.example',
    'a..b@c.example',
    'a@-b.example',
    'a@b.example\r\nBcc: x@y.example',
    'a\u0000@b.example',
    'a@b.example, c@d.example',
    'Kim <kim@b.example>',
    'a\ud800@b.example',
  ])('%j is none', (email) => {
    expect(plausibleEmail(email)).toBe(false);
  });
});

test('maskEmail shows enough to find it and no more', () => {
  expect(maskEmail('jana.weiss@kunde.example')).toBe('j…@k…');
  expect(maskEmail('keine Adresse')).toBe('k…');
  expect(maskEmail('a@b@c.example')).toBe('a…@c…');
});
