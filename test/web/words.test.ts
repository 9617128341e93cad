import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REASON_CODES, ratioSourceWords, reasonSentence } from '../../src/domain/reasons.ts';
import { consoleDe } from '../../src/web/words/console-de.ts';
import { recipientsDe } from '../../src/web/words/recipients.ts';
import { fillWords, words } from '../../src/web/words/words.ts';

const PAGES = resolve(import.meta.dirname, '../../templates/pages');
const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

describe('the texts of the pages', () => {
  test('have no key twice', () => {
    expect(Object.keys(recipientsDe).filter((key) => key in consoleDe)).toEqual([]);
  });

  test('leave the same places open in both languages', () => {
    const [de, en] = [words('de'), words('en')];
    for (const key of Object.keys(de) as (keyof typeof de)[])
      expect([key, places(en[key])]).toEqual([key, places(de[key])]);
  });

  test('call each thing by one name', () => {
    const other = {
      de: /Nachtlauf|Kennwort|Innovationsgrad|Anteil Neues|Schreibtisch|Die Vorschau zeigt/,
      en: /\b(?:standing|free) leg\b|Take away|Worked off/i,
    };
    for (const language of ['de', 'en'] as const)
      expect(Object.entries(words(language)).filter(([, text]) => other[language].test(text))).toEqual([]);
  });

  test('are there for every key that a template names', () => {
    const known = words('de');
    for (const file of readdirSync(PAGES).filter((name) => name.endsWith('.hbs'))) {
      const source = readFileSync(join(PAGES, file), 'utf8');
      for (const [, helper, key] of source.matchAll(/[{(]\s*(tn?) '([^']+)'/g)) {
        expect(known, `${file} asks for ${key}`).toHaveProperty([key ?? '']);
        if (helper === 'tn') expect(known, `${file} asks for ${key}_one`).toHaveProperty([`${key}_one`]);
      }
    }
  });

  test('refuse a key that nobody wrote', () => {
    expect(() => fillWords(words('de'), 'constructor')).toThrow(RangeError);
  });
});

describe('reasons in words', () => {
  test('are sentences in both languages, each its own', () => {
    for (const language of ['de', 'en'] as const) {
      const sentences = REASON_CODES.map((code) => reasonSentence(code, language));
      expect(new Set(sentences).size).toBe(REASON_CODES.length);
      for (const sentence of sentences) expect(sentence).toMatch(/^[A-ZÄÖÜ].*\.$/);
    }
  });

  test('fall back to the code of a newer version', () => {
    expect(reasonSentence('some_new_reason', 'de')).toBe('some_new_reason');
    expect(reasonSentence('toString', 'en')).toBe('toString');
    expect(ratioSourceWords('company', 'en')).toContain('company');
  });
});
