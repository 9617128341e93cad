import { describe, expect, it } from 'vitest';
import { CHECKS, checkMail } from '../../src/check/checks.ts';
import { openMail } from '../../src/check/mail.ts';
import { findingSentence } from '../../src/check/sentence.ts';
import { checkWordsDe } from '../../src/check/words.ts';
import { CASES } from './cases.ts';
import { goodMail } from './good-mail.ts';

/** Codes of what is only seen by fetching pages (reachable/reachable.test.ts). */
const ON_REQUEST = [
  'link_dead',
  'link_guarded',
  'link_silent',
  'link_forwards',
  'link_internal',
  'link_not_tried',
];

describe('the checks of a mail', () => {
  it('have nothing to say about the good mail', () => {
    expect(checkMail(goodMail())).toEqual([]);
  });

  for (const { check, name, code, severity, where, values, bad, good } of CASES)
    it(`${check}: catches ${name}`, () => {
      const found = checkMail(goodMail(bad)).filter((finding) => finding.code === code);
      const here = found.find((finding) => finding.where.part === where.part);
      expect(here).toMatchObject({ code, severity, where, ...(values && { values }) });
      expect(CHECKS[check](openMail(goodMail(bad))).map((finding) => finding.code)).toContain(code);
      expect(CHECKS[check](openMail(goodMail(good))).filter((finding) => finding.code === code)).toEqual([]);
      for (const language of ['de', 'en'] as const) {
        const said = findingSentence(here ?? { code, values: {} }, language);
        expect(`${said.sentence} ${said.mend}`).not.toMatch(/(?<!\{)\{\w+\}/);
      }
    });

  it('each have a bad mail and a good one, and so has every code', () => {
    expect(new Set(CASES.map(({ check }) => check))).toEqual(new Set(Object.keys(CHECKS)));
    const codes = Object.keys(checkWordsDe).filter((key) => !/\.mend$|^severity\.|^part\./.test(key));
    expect([...new Set(CASES.map(({ code }) => code)), ...ON_REQUEST].sort()).toEqual(codes.sort());
  });
});
