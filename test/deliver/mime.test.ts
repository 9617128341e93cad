import fc from 'fast-check';
import MailComposer, { type MailComposerOptions } from 'nodemailer/lib/mail-composer';
import * as quotedPrintable from 'nodemailer/lib/qp';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { writeMime } from '../../src/deliver/mime.ts';

/** Texts with what quoted-printable has rules for: line ends, white space before them, equals signs, dots. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 90 }),
      fc.constantFrom('\r\n', ' \r\n', '\t', '=', '.', 'ü'),
    ),
  )
  .map((pieces) => `x${pieces.join('').replace(/\r\n?|\n/g, '\r\n')}`);

const compile = (parts: MailComposerOptions) =>
  new MailComposer({
    messageId: '<1@orvelin.example>',
    date: new Date(0),
    from: 'Örvelin <news@orvelin.example>',
    to: 'eva@kunde.example',
    encoding: 'quoted-printable',
    baseBoundary: 'same',
    ...parts,
  }).compile();

test('the bytes are those that nodemailer makes', async () => {
  const lines = text.map((one) => `${one}\r\n`);
  await fc.assert(
    fc.asyncProperty(lines, fc.option(lines), async (plain, html) => {
      const parts = { subject: plain, text: plain, ...(html === null ? {} : { html }) };
      expect(String(writeMime(compile(parts)))).toBe(String(await compile(parts).build()));
    }),
  );
});

test('a mail is the same bytes whatever was written before it, and whatever ended its lines', () => {
  const lines = fc.array(text, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(lines, fc.constantFrom('\n', '\r', '\r\n'), (texts, lineEnd) => {
      for (const plain of [...texts, ...texts]) {
        const bytes = String(writeMime(compile({ text: plain.replaceAll('\r\n', lineEnd) })));
        const body = quotedPrintable.wrap(quotedPrintable.encode(plain));
        expect(bytes.slice(bytes.indexOf('\r\n\r\n') + 4)).toBe(body.endsWith('\r\n') ? body : `${body}\r\n`);
      }
    }),
  );
});

test('texts come out as they went in, with and without a line end', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (plain, html) => {
      const mail = await PostalMime.parse(writeMime(compile({ text: plain, html })));
      expect(unix(mail.text)).toBe(unix(plain));
      expect(unix(mail.html)).toBe(unix(html));
    }),
  );
});

/** Parsers add line ends of their own at the end. */
const unix = (part = '') => part.replaceAll('\r\n', '\n').replace(/\n+$/, '');
