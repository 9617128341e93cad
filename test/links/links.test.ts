import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANSWER_DAYS, createLinks, STOP_DAYS } from '../../src/links/links.ts';
import { openToken } from '../../src/links/open.ts';
import { cmacOfBlocks } from '../../src/links/tag.ts';
import { ANSWERS, LINK_KINDS, type LinkKind, MAX_POSITION, MAX_SEND_ID } from '../../src/links/token.ts';

const secret = 'a secret of the tests, long enough';
const start = new Date('2026-03-01T12:00:00Z');
const now = () => start;
const later = (days: number) => () => new Date(start.getTime() + days * 86_400_000);
const links = createLinks({ secret, publicUrl: 'https://post.orvelin.example/', now });

const sendIds = fc.integer({ min: 0, max: MAX_SEND_ID });
const positions = fc.integer({ min: 0, max: MAX_POSITION });
const answers = fc.constantFrom(...ANSWERS);
const kinds = fc.constantFrom(...LINK_KINDS);

const tokenOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);

function linkOf(kind: LinkKind, sendId: number, position: number): string {
  if (kind === 'answer') return links.answer(sendId, position, 'call');
  if (kind === 'click') return links.click(sendId, position);
  return links[kind](sendId);
}

describe('links', () => {
  test('are absolute, short and safe in an address', () => {
    expect(links.answer(7, 0, 'yes')).toMatch(/^https:\/\/post\.orvelin\.example\/a\/[\w-]{32}$/);
    expect(links.click(7, 0)).toMatch(/\/c\/[\w-]{32}$/);
    expect(links.unsubscribe(7)).toMatch(/\/u\/[\w-]{32}$/);
    expect(links.preferences(7)).toMatch(/\/p\/[\w-]{32}$/);
    expect(links.picture('laser.png')).toBe('https://post.orvelin.example/pictures/laser.png');
  });

  test('say the same after opening as when they were made', () => {
    fc.assert(
      fc.property(sendIds, positions, answers, (sendId, position, answer) => {
        const opened = openToken(tokenOf(links.answer(sendId, position, answer)), 'answer', { secret, now });
        expect(opened).toEqual({ ok: true, sendId, position, answer });
      }),
    );
  });

  test('of one mail, made at once, equal those made one by one', () => {
    fc.assert(
      fc.property(sendIds, fc.integer({ min: 0, max: 12 }), (sendId, count) => {
        const mail = links.forMail(sendId, count);
        expect(mail.unsubscribe).toBe(links.unsubscribe(sendId));
        expect(mail.preferences).toBe(links.preferences(sendId));
        expect(mail.blocks).toHaveLength(count);
        mail.blocks.forEach((block, position) => {
          expect(block.more).toBe(links.click(sendId, position));
          for (const answer of ANSWERS) expect(block[answer]).toBe(links.answer(sendId, position, answer));
        });
      }),
      { numRuns: 30 },
    );
  });

  test('are refused when any character is another', () => {
    const characters = fc.constantFrom(
      ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~=ä ',
    );
    fc.assert(
      fc.property(kinds, sendIds, positions, fc.nat(31), characters, (kind, sendId, position, at, other) => {
        const token = tokenOf(linkOf(kind, sendId, position));
        fc.pre(token[at] !== other);
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        for (const expected of LINK_KINDS) {
          expect(openToken(changed, expected, { secret, now })).toEqual({ ok: false, reason: 'invalid' });
        }
      }),
      { numRuns: 500 },
    );
  });

  test('open only the kind of page they were made for', () => {
    fc.assert(
      fc.property(kinds, kinds, sendIds, positions, (made, expected, sendId, position) => {
        const opened = openToken(tokenOf(linkOf(made, sendId, position)), expected, { secret, now });
        expect(opened.ok).toBe(made === expected);
      }),
    );
  });

  test('are refused under another secret', () => {
    const opened = openToken(tokenOf(links.click(7, 1)), 'click', { secret: `${secret}!`, now });
    expect(opened).toEqual({ ok: false, reason: 'invalid' });
  });

  test.each([
    '',
    'x',
    'A'.repeat(32),
    'A'.repeat(31),
    `${'A'.repeat(32)}\n`,
    '%00'.repeat(11),
    'A'.repeat(9999),
  ])('refuse nonsense: %j', (token) => {
    expect(openToken(token, 'answer', { secret, now })).toEqual({ ok: false, reason: 'invalid' });
  });

  test.each([
    ['answer', ANSWER_DAYS],
    ['click', ANSWER_DAYS],
    ['unsubscribe', STOP_DAYS],
    ['preferences', STOP_DAYS],
  ] as const)('for %s are valid for %i days and then say that they have expired', (kind, days) => {
    const token = tokenOf(linkOf(kind, 7, 0));
    expect(openToken(token, kind, { secret, now: later(days) }).ok).toBe(true);
    expect(openToken(token, kind, { secret, now: later(days + 1) })).toEqual({
      ok: false,
      reason: 'expired',
    });
  });

  test.each([-1, 1.5, Number.NaN, MAX_SEND_ID + 1])('cannot be made for send %d', (sendId) => {
    expect(() => links.unsubscribe(sendId)).toThrow(RangeError);
  });

  test.each([-1, 0.5, MAX_POSITION + 1])('cannot be made for position %d', (position) => {
    expect(() => links.click(7, position)).toThrow(RangeError);
  });

  test.each(['https://a.example/?a=1&b=2', 'https://a.example/"><b>'])(
    'refuse %s as PUBLIC_URL',
    (publicUrl) => {
      expect(() => createLinks({ secret, publicUrl, now })).toThrow(/PUBLIC_URL/);
    },
  );

  test('need a secret', () => {
    expect(() => createLinks({ secret: '', publicUrl: 'http://localhost', now })).toThrow(/SPIELBEIN_SECRET/);
  });
});

test('the token of a Message-ID depends on send, campaign and secret, and not on the day', () => {
  const other = createLinks({ secret: 'another secret, long enough', publicUrl: 'http://localhost', now });
  const nextYear = createLinks({ secret, publicUrl: 'http://localhost', now: later(400) });
  const token = links.messageToken(7, 'c1');
  expect(token).toMatch(/^[A-Za-z0-9]{16}$/);
  expect(nextYear.messageToken(7, 'c1')).toBe(token);
  expect(links.messageToken(8, 'c1')).not.toBe(token);
  expect(links.messageToken(7, 'c2')).not.toBe(token);
  expect(other.messageToken(7, 'c1')).not.toBe(token);
});

test('the tag is AES-256-CMAC as NIST SP 800-38B has it', () => {
  const key = Buffer.from('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', 'hex');
  const message = '6bc1bee22e409f96e93d7e117393172a';
  const tag = '28a7023f452e8f82bd4bf28d8c37c35c';
  const mac = (hex: string) => {
    const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
    const tags = cmacOfBlocks(key)(new Uint32Array(bytes.buffer), bytes.length / 16);
    return Buffer.from(tags.buffer, tags.byteOffset, tags.byteLength).toString('hex');
  };
  expect(mac(message)).toBe(tag);
  expect(mac(message + message)).toBe(tag + tag);
});
