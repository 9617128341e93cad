import { createHash } from 'node:crypto';
import fc from 'fast-check';
import MailComposer from 'nodemailer/lib/mail-composer';
import * as quotedPrintable from 'nodemailer/lib/qp';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { type MailParts, writeMime } from '../../src/deliver/mime.ts';

/** Texts with what quoted-printable has rules for: line ends, white space before them, equals signs, dots. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 90 }),
      fc.constantFrom('\r\n', ' \r\n', '\t', '=', '.', 'ü'),
    ),
  )
  .map((pieces) => `x${pieces.join('').replace(/\r\n?|\n/g, '\r\n')}`);

const parts: MailParts = {
  messageId: '<1@orvelin.example>',
  date: new Date(0),
  from: { name: 'Örvelin', address: 'news@orvelin.example' },
  to: { name: 'Eva "Evi" Roth', address: 'eva@kunde.example' },
  subject: 'Neu',
  text: 'Neu.',
};

/** The same mail as nodemailer makes it, in the form that Spielbein's mails have. */
const nodemailers = ({ messageId, ...rest }: MailParts) =>
  new MailComposer({
    messageId,
    ...rest,
    encoding: 'quoted-printable',
    boundaryPrefix: '=_spielbein',
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 24),
  })
    .compile()
    .build();

test('the bytes are those that nodemailer makes', async () => {
  const lines = text.map((one) => `${one}\r\n`);
  const word = fc.string({ unit: 'grapheme', maxLength: 90 });
  const name = fc.oneof(word, fc.constantFrom('', 'Müller, "Otto"', 'x'.repeat(200)));
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.option(lines),
      name,
      fc.option(name),
      word,
      async (plain, html, who, other, id) => {
        const mail: MailParts = {
          ...parts,
          to: { name: who, address: 'eva@müller.example' },
          ...(other !== null && { replyTo: { name: other, address: `${'x'.repeat(60)}@kunde.example` } }),
          subject: plain,
          text: plain,
          ...(html !== null && { html }),
          headers: {
            'List-Unsubscribe': `<https://x.example/${id}>, <mailto:a@b.example>`,
            'Feedback-ID': id,
          },
        };
        for (const once of [1, 2, 3])
          expect(String(writeMime(mail)), `${once}`).toBe(String(await nodemailers(mail)));
      },
    ),
  );
});

test('a mail is the same bytes whatever was written before it, and whatever ended its lines', () => {
  const lines = fc.array(text, { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(lines, fc.constantFrom('\n', '\r', '\r\n'), (texts, lineEnd) => {
      for (const plain of [...texts, ...texts]) {
        const bytes = String(writeMime({ ...parts, text: plain.replaceAll('\r\n', lineEnd) }));
        const body = quotedPrintable.wrap(quotedPrintable.encode(plain));
        expect(bytes.slice(bytes.indexOf('\r\n\r\n') + 4)).toBe(body.endsWith('\r\n') ? body : `${body}\r\n`);
      }
    }),
  );
});

test('texts come out as they went in, with and without a line end', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (plain, html) => {
      const mail = await PostalMime.parse(writeMime({ ...parts, text: plain, html }));
      expect(unix(mail.text)).toBe(unix(plain));
      expect(unix(mail.html)).toBe(unix(html));
    }),
  );
});

/** Parsers add line ends of their own at the end. */
const unix = (part = '') => part.replaceAll('\r\n', '\n').replace(/\n+$/, '');
