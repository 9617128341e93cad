import { createTransport } from 'nodemailer';
import { expect, test } from 'vitest';
import { createLinks } from '../../src/links/links.ts';
import { openToken } from '../../src/links/open.ts';
import { mailHeaders } from '../../src/render/headers.ts';
import { customer, links, now, secret } from './stand.ts';

const from = { name: 'Orvelin Werke', address: 'news@orvelin.example' };
const given = { sendId: 7, campaignId: 'c1', customer, to: 'eva@kunde.example', from, replyTo: null, links };

test('the Message-ID is the same on every try and another for every send and campaign', () => {
  const id = mailHeaders(given).messageId;
  expect(id).toMatch(/^<spielbein\.7\.[A-Za-z0-9]{16}@orvelin\.example>$/);
  expect(mailHeaders(given).messageId).toBe(id);
  expect(mailHeaders({ ...given, sendId: 8 }).messageId).not.toBe(id);
  expect(mailHeaders({ ...given, campaignId: 'c2' }).messageId).not.toBe(id);
});

test('one click unsubscribes: https first, then mailto (RFC 2369, RFC 8058)', () => {
  const { headers } = mailHeaders(given);
  const [, token = ''] =
    /^<https:\/\/post\.orvelin\.example\/u\/([^>]+)>/.exec(headers['List-Unsubscribe'] ?? '') ?? [];
  expect(openToken(token, 'unsubscribe', { secret, now })).toMatchObject({ ok: true, sendId: 7 });
  expect(headers['List-Unsubscribe']).toMatch(/, <mailto:news@orvelin\.example\?subject=unsubscribe>$/);
  expect(headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
});

test('unsubscribing by mail goes where answers go', () => {
  const { headers, replyTo } = mailHeaders({
    ...given,
    replyTo: { name: '', address: 'post@orvelin.example' },
  });
  expect(headers['List-Unsubscribe']).toContain('<mailto:post@orvelin.example?');
  expect(replyTo).toEqual({ name: '', address: 'post@orvelin.example' });
});

test('where answers go is always said, so that a signature covers it', () => {
  expect(mailHeaders(given).replyTo).toEqual(from);
});

test('both ways to unsubscribe are plain ASCII without ambiguities, whatever the addresses are', () => {
  const { headers } = mailHeaders({
    ...given,
    from: { name: '', address: 'news,more?&x@müller.example' },
    links: createLinks({ secret, publicUrl: 'https://post.müller.example/news', now }),
  });
  expect(headers['List-Unsubscribe']).toMatch(
    /^<https:\/\/post\.xn--mller-kva\.example\/news\/u\/[\w-]+>, <mailto:news%2Cmore%3F%26x@xn--mller-kva\.example\?subject=unsubscribe>$/,
  );
  expect(headers['List-ID']).toBe('<newsletter.xn--mller-kva.example>');
});

test('no header is there that a newsletter should not have', () => {
  const names = Object.keys(mailHeaders(given).headers).map((name) => name.toLowerCase());
  // The first two are for mails nobody stands behind; the others speak of the sender's tools and wishes.
  for (const unwanted of [
    'auto-submitted',
    'precedence',
    'x-mailer',
    'x-priority',
    'importance',
    'return-path',
  ]) {
    expect(names).not.toContain(unwanted);
  }
});

test('the list and the feedback loop have names', () => {
  const { headers } = mailHeaders({ ...given, campaignId: 'Herbst: 2026 / é' });
  expect(headers['List-ID']).toBe('<newsletter.orvelin.example>');
  expect(headers['Feedback-ID']).toBe('Herbst-2026-:newsletter:spielbein:orvelinexample');
  expect(headers['X-Spielbein-Send']).toBe('7');
});

test('names cannot bring headers or recipients of their own', async () => {
  for (const evil of [
    { firstName: 'Eva\r\nBcc: all@evil.example', lastName: '"<x@evil.example>, ' },
    { firstName: 'Eva\r\nBcc: all', lastName: '"x", y; (z)' },
  ]) {
    const head = mailHeaders({ ...given, customer: evil });
    const transport = createTransport({ streamTransport: true, buffer: true });
    const { message, envelope } = await transport.sendMail({ ...head, text: 'x' });
    const raw = String(message);
    expect(raw).not.toMatch(/^Bcc:/im);
    expect(raw.match(/^To: .*$/gm)).toHaveLength(1);
    expect(envelope.to).toEqual(['eva@kunde.example']);
  }
});

test('a sender without a domain is refused', () => {
  expect(() => mailHeaders({ ...given, from: { name: '', address: 'news' } })).toThrow(/MAIL_FROM/);
});
