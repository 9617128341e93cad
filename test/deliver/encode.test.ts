import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { Secret } from '../../src/config.ts';
import { createEncoder, type MailParts } from '../../src/deliver/encode.ts';
import { expectNoDefects, expectPlainLines } from '../stands/defects.ts';

const parts: MailParts = {
  messageId: '<spielbein.7.token@orvelin.example>',
  date: new Date('2026-11-24T08:00:00Z'),
  from: { name: 'Orvelin Werke', address: 'news@orvelin.example' },
  to: { name: 'Eva Müller', address: 'eva@kunde.example' },
  subject: 'Neu für Ihren Laserdrucker',
  text: 'Guten Tag Frau Müller,\n\nes gibt Neues.\n',
  html: '<p>Guten Tag Frau Müller,</p>\n<p>es gibt Neues.</p>\n',
  headers: { 'List-Unsubscribe': '<https://post.orvelin.example/u/1>', 'List-ID': '<n.orvelin.example>' },
};
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (key: typeof privateKey) => new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString());
const dkim = { domain: 'orvelin.example', selector: 'spielbein', privateKey: pem(privateKey) };
const encode = createEncoder({ dkim: null });

test('the same mail is the same bytes on every try, signature included', async () => {
  for (const again of [encode, createEncoder({ dkim })]) {
    expect(await again(parts)).toEqual(await again(parts));
  }
  const other = await encode({ ...parts, messageId: '<other@orvelin.example>' });
  const boundary = /boundary="([^"]+)"/;
  expect(boundary.exec(String(other))?.[1]).not.toBe(boundary.exec(String(await encode(parts)))?.[1]);
});

test('whoever knows the boundary cannot end a part with it', async () => {
  const boundary = /boundary="([^"]+)"/.exec(String(await encode(parts)))?.[1] ?? '';
  const text = `vorher\n--${boundary}\nContent-Type: text/html\n\n<b>fremd</b>\n--${boundary}--\nnachher\n`;
  const raw = await encode({ ...parts, text });
  expect((await simpleParser(raw)).text).toBe(text);
  expect((await PostalMime.parse(raw)).attachments).toEqual([]);
});

test('a mail of text alone is a mail', async () => {
  const { html: _, ...report } = parts;
  const raw = await encode(report);
  const mail = await simpleParser(raw);
  expect(mail.text).toBe(parts.text);
  expect(mail.html).toBe(false);
  await expectNoDefects([raw]);
});

test('nothing says which program made the mail, and nobody gets a blind copy', async () => {
  const raw = String(await encode({ ...parts, headers: { ...parts.headers, Bcc: 'x@other.example' } }));
  expect(raw).not.toMatch(/^(bcc|x-mailer|user-agent):/im);
  expect(raw).not.toContain('other.example');
});

test('the signature stands, covers what counts, and breaks when that changes', async () => {
  const headers = {
    ...parts.headers,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    'Feedback-ID': 'c1:newsletter:spielbein:orvelin',
  };
  const replyTo = { name: '', address: 'post@orvelin.example' };
  const raw = await createEncoder({ dkim })({ ...parts, headers, replyTo });
  const verified = await verify(raw);
  expect(verified).toMatchObject({ result: 'pass', aligned: 'orvelin.example' });
  expect(verified?.signed.toSorted()).toEqual(
    [
      'from',
      'to',
      'reply-to',
      'subject',
      'date',
      'message-id',
      'mime-version',
      'content-type',
      'list-id',
      'list-unsubscribe',
      'list-unsubscribe-post',
      'feedback-id',
    ].toSorted(),
  );
  const tampered = Buffer.from(String(raw).replace('/u/1>', '/u/2>'));
  expect((await verify(tampered))?.result).toBe('fail');
});

test('a key that nodemailer can’t sign with is refused at once, not left out of mails', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  expect(() => createEncoder({ dkim: { ...dkim, privateKey: pem(privateKey) } })).toThrow(/RSA/);
});

/** Lines of all scripts, with what breaks out of headers, addresses and encoded words. */
const hostile = fc
  .array(
    fc.oneof(
      { arbitrary: fc.string({ unit: 'binary', maxLength: 40 }), weight: 3 },
      fc.string({ unit: 'grapheme-ascii', maxLength: 300 }),
      fc.constantFrom(
        '\r\nBcc: all@evil.example',
        '\n\n<html>',
        '"',
        '\\',
        '=?UTF-8?Q?=0D=0A?=',
        ', a@b.example',
      ),
      fc.constantFrom(
        'Übergrößenträger ',
        '🇩🇪👩‍🔬',
        'مرحبا ',
        '‮evil',
        'シュミット',
        '(comment)',
        '<x@y.example>',
      ),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

test('no text in any field breaks a mail', async () => {
  const seen: Buffer[] = [];
  const sign = createEncoder({ dkim });
  const domain = fc.constantFrom('kunde.example', 'müller-söhne.example', 'xn--mller-kva.example');
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, hostile, domain, async (name, sender, subject, text, at) => {
      const raw = await sign({
        ...parts,
        from: { ...parts.from, name: sender },
        to: { name, address: `eva.o'neill+x@${at}` },
        subject: `Neu: ${subject}`,
        text: `.${text}\nFrom me  \n`,
        html: `<p>${text}</p>`,
      });
      seen.push(raw);
      expectPlainLines(raw);
      const mail = await PostalMime.parse(raw);
      expect(mail.headers.map(({ key }) => key).toSorted()).toEqual(HEADERS);
      expect(mail.from?.address).toBe('news@orvelin.example');
      expect(mail.to).toHaveLength(1);
      expect((await simpleParser(raw)).from?.value).toHaveLength(1);
      expect((await verify(raw))?.result).toBe('pass');
    }),
    { numRuns: 60 },
  );
  await expectNoDefects(seen);
});

const HEADERS = [
  'content-type',
  'date',
  'dkim-signature',
  'from',
  'list-id',
  'list-unsubscribe',
  'message-id',
  'mime-version',
  'subject',
  'to',
];

async function verify(raw: Buffer) {
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const { results } = await dkimVerify(raw, { resolver: async () => [[`v=DKIM1; k=rsa; p=${spki}`]] });
  const [one] = results;
  return one && { ...one.status, signed: one.signingHeaders?.keys.toLowerCase().split(': ') ?? [] };
}
