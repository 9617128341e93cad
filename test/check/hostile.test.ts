import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMail } from '../../src/check/checks.ts';
import { findingSentence } from '../../src/check/sentence.ts';
import { checkVariants } from '../../src/check/variants.ts';
import { goodHtml, goodMail } from './good-mail.ts';

const MB = 1024 * 1024;
const repeated = (piece: string, size = MB) => piece.repeat(Math.ceil(size / piece.length));

/** HTML that would take minutes if a check looked at it more often than once. */
const MONSTERS: Record<string, string> = {
  'a megabyte of elements within elements': repeated('<div>'),
  'links within links': repeated('<a href="https://x.example/">x'),
  'one word of a megabyte': `<p>${repeated('a')}</p>`,
  'a megabyte of spaces after a greeting': `<p>dear${repeated(' ')}x</p>`,
  'brackets that nobody closes': `<p>${repeated('[[')}</p><p>${repeated('{{')}</p><p>${repeated('${')}</p>`,
  'exclamation marks': `<h2>${repeated('!')}</h2>`,
  'styles that nobody closes': repeated('<style>'),
  'an enormous style': `<p style="${repeated('color:rgb(;', 200_000)}">x</p>`,
  'a style sheet of rules within rules': `<style>${repeated('@media screen{', 200_000)}</style><p>x</p>`,
  'many small tables': repeated('<table><tr><td style="color:#777">x</td></tr></table>', 60_000),
  'tags that nobody ends': repeated('<p '),
};

describe('a hostile mail', () => {
  for (const [name, body] of Object.entries(MONSTERS))
    it(`is checked in bounded time and space: ${name}`, () => {
      const findings = checkMail(
        goodMail({ html: goodHtml({ body }), text: body, subject: body.slice(0, 20_000) }),
      );
      expect(findings.length).toBeGreaterThan(0);
      expect(JSON.stringify(findings).length).toBeLessThan(100_000);
    });

  it('never makes a check fail, whatever it contains', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...[
          '<',
          '>',
          '"',
          "'",
          '<style>',
          '</style>',
          '<!--',
          '-->',
          '<![CDATA[',
          '&',
          '&#0;',
          '<a href=',
          '<img',
        ],
        ...[
          '<p style="',
          'color:',
          '{',
          '}',
          '@media',
          '<script>',
          '</p>',
          '<table>',
          '<tr>',
          '\u0000',
          '\u202e',
          '\ud800',
        ],
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    const soup = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(' '));
    fc.assert(
      fc.property(soup, soup, (html, line) => {
        const mail = { html, text: html, subject: line, preheader: line };
        for (const other of [mail, { ...mail, html: goodHtml({ body: html }) }])
          for (const finding of checkMail(goodMail(other))) {
            const { sentence } = findingSentence(finding, 'de');
            expect(sentence).not.toMatch(/\p{Cc}|\p{Cf}/u);
          }
      }),
      { numRuns: 25 },
    );
  });
});

describe('findings over many mails', () => {
  it('count mails by code and keep one example of the gravest each', () => {
    const mails = [
      { id: 'a', mail: goodMail() },
      { id: 'b', mail: goodMail({ subject: '', body: '<p style="color:#777777">a</p>' }) },
      { id: 'c', mail: goodMail({ body: '<p style="color:#bbbbbb">a</p><p style="color:#bbbbbc">b</p>' }) },
      { id: 'd', mail: goodMail({ preheader: 'Kurz' }) },
    ];
    const { findings, ...counts } = checkVariants(mails);
    expect(counts).toEqual({ mails: 4, withErrors: 2, withWarnings: 0, clean: 2 });
    expect(
      findings.map(({ code, severity, mails: count, example }) => [code, severity, count, example.id]),
    ).toEqual(
      expect.arrayContaining([
        ['contrast_low', 'error', 2, 'c'],
        ['subject_empty', 'error', 1, 'b'],
        ['preheader_short', 'note', 1, 'd'],
      ]),
    );
  });

  it('take no more room however many mails there are, and however long what they contain', () => {
    const long = (n: number) => `${n}${'x'.repeat(50_000)}`;
    const mails = Array.from({ length: 20 }, (_, n) => ({
      id: n,
      mail: goodMail({
        body: `<p><a href="javascript:${long(n)}">${long(n)}</a></p>`,
        subject: `${long(n)}!`,
      }),
    }));
    expect(JSON.stringify(checkVariants(mails)).length).toBeLessThan(20_000);
  });
});
