import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BreakingOff, type Kind, MAX_HEADER, Splitter } from '../../src/mailtest/splitter.ts';
import { generateMailbox } from './generate.ts';

/** What a splitter finds, as lines. */
function split(kind: Kind, pieces: Iterable<Buffer>, brokenOff: BreakingOff | null = null): string[] {
  const seen: string[] = [];
  const at = ({ message, offset }: { message: number | null; offset: number | null }) =>
    `${message}@${offset}`;
  const splitter = new Splitter(kind, {
    message: (header, place) => seen.push(`${at(place)} ${header.toString('latin1').slice(0, 2000)}`),
    unreadable: (code, place) => seen.push(`${at(place)} ${code}`),
    flaw: (code, place) => seen.push(`${at(place)} ${code} (flaw)`),
  });
  for (const piece of pieces) splitter.push(piece);
  splitter.end(brokenOff);
  return seen;
}

const mbox = (text: string) => split('mbox', [Buffer.from(text, 'latin1')]);
const eml = (text: string) => split('eml', [Buffer.from(text, 'latin1')]);
const ONE = 'From a@b.example Mon Jan  1 00:00:00 2024\nFrom: a@b.example\n\nHello\n\n';
const TWO = 'From - Tue Feb 13 11:02:59 2024\nTo: c@d.example\n\n\n';

describe('a mailbox taken apart', () => {
  it('is the same however its bytes are cut into pieces', async () => {
    const whole: Buffer[] = [];
    for await (const piece of generateMailbox({ seed: 7, bytes: 1_200_000 })) whole.push(piece);
    const bytes = Buffer.concat(whole);
    const expected = split('mbox', [bytes]);
    expect(expected.length).toBeGreaterThan(50);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 200 }), (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), bytes.length];
        const pieces = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
        expect(split('mbox', pieces)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('is the same byte by byte, whatever stands in it', () => {
    const parts = [
      '\n',
      '\r\n',
      '\n\n',
      'From ',
      ONE,
      TWO,
      '>From x\n',
      'To: a\n',
      '\0',
      ' ',
      ':',
      'x'.repeat(1001),
      'From kim at x.example\n',
      'From: a@b.example\n',
      'Date: x\n',
      ' folded\n',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...parts), { maxLength: 18 }),
        fc.constantFrom<Kind>('mbox', 'eml'),
        fc.integer({ min: 1, max: 5 }),
        (chosen, kind, size) => {
          const bytes = Buffer.from(chosen.join(''), 'latin1');
          const count = Math.ceil(bytes.length / size);
          const pieces = Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
          expect(split(kind, pieces)).toEqual(split(kind, [bytes]));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('ends a header that is too long at the same byte, however it is cut', () => {
    const head = 'From a@b.example Mon Jan  1 00:00:00 2024\nA: ';
    for (const extra of [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3]) {
      const text = `${head}${'x'.repeat(MAX_HEADER + extra)}\n\nbody\n\n${TWO}`;
      const bytes = Buffer.from(text);
      const expected = split('mbox', [bytes]);
      const cut = head.length + MAX_HEADER;
      for (let at = cut - 6; at < cut + 8; at++)
        expect(split('mbox', [bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
      expect(expected).toHaveLength(2);
      expect(expected[0]?.endsWith('header_too_large')).toBe(extra > -4);
    }
  });
});

describe('what begins a message', () => {
  it('is a "From " line with address and date, after an empty line, before a header', () => {
    expect(mbox(ONE + TWO)).toEqual(['1@0 From: a@b.example\n', `2@${ONE.length} To: c@d.example\n`]);
  });

  it('is the same with CRLF, and without a newline at the end', () => {
    const text = (ONE + TWO).replaceAll('\n', '\r\n').trimEnd();
    expect(mbox(`${text}\r\n\r\nHello`)).toHaveLength(2);
  });

  it.each([
    ['in the middle of a paragraph', 'x\nFrom a@b.example Mon Jan  1 00:00:00 2024\nTo: a\n'],
    ['quoted', '\n>From a@b.example Mon Jan  1 00:00:00 2024\nTo: a\n'],
    ['without a date', '\nFrom a@b.example with love\nTo: a\n'],
    ['without an address', '\nFrom Mon Jan  1 00:00:00 2024\nTo: a\n'],
    ['prose', '\nFrom Monday on, at 10:00, in 2024\nTo: a\n'],
    ['longer than any line', `\nFrom a@b.example Mon Jan  1 00:00:00 2024 ${'x'.repeat(1000)}\nTo: a\n`],
  ])('is not a "From " line %s', (_, line) => {
    expect(mbox(`${ONE}${line}\n${TWO}`)).toHaveLength(2);
  });

  const head = 'From: a@b.example\nTo: c@d.example\nDate: Mon, 1 Jan 2024 10:00:00 +0100\n\nHello\n';

  it.each([
    ['From  Mon Jan  1 10:00:00 2024'],
    ['From "kim berg"@x.example Mon Jan  1 10:00:00 2024'],
    ['From kim at orvelin.example  Mon Jan  1 10:00:00 2024'],
    ['From kim@x.example Mo Jan  1 10:00:00 2024'],
    ['From kim@x.example 2024-01-01T10:00:00'],
    ['From kim@x.example'],
    ['From '],
  ])('may be unusual, when a mail’s header follows: %s', (line) => {
    expect(mbox(`${ONE}${line}\n${head}\n${TWO}`).map((seen) => seen.split(' ', 2).join(' '))).toEqual([
      '1@0 From:',
      `2@${ONE.length} From:`,
      `3@${ONE.length + line.length + 1 + head.length + 1} To:`,
    ]);
    expect(mbox(`${line}\n${head}`)).toHaveLength(1);
  });

  it('may lack the empty line before it, which is named', () => {
    const line = 'From a@b.example Mon Jan  1 00:00:00 2024\n';
    expect(mbox(`${ONE}Hello\n${line}${head}`).map((seen) => seen.split('\n', 1)[0])).toEqual([
      '1@0 From: a@b.example',
      `2@${ONE.length + 6} no_empty_line (flaw)`,
      `2@${ONE.length + 6} From: a@b.example`,
    ]);
  });

  it.each([
    ['unusual, before a single line of a header', '\nFrom here on:\nDate: to be told\n', 1],
    ['the same line twice', '\nFrom here on:\nReceived: a letter\nReceived: a call\n', 1],
    ['unusual, in the middle of a paragraph', `From kim@x.example\n${head}`, 0],
    ['in a paragraph, before a single line', 'From a@b.example Mon Jan  1 00:00:00 2024\nDate: a\n', 0],
  ])('is named when it only looks like one: %s', (_, text, before) => {
    expect(mbox(`${ONE}x\n${text}\n${TWO}`).map((seen) => seen.split('\n', 1)[0])).toEqual([
      '1@0 From: a@b.example',
      `1@${ONE.length + 2 + before} looks_like_beginning (flaw)`,
      expect.stringMatching(/^2@\d+ To:/),
    ]);
  });

  it('ends no message in prose, however mails are spoken of', () => {
    for (const prose of [
      'From Monday on we do that: yes\n\n',
      'From 10:00 on Mon 2024: x\n\nFrom: now on\nDate: later\n',
      'From kim\n\nFrom: a@b.example\nDate: x\n',
    ]) {
      expect(mbox(`${ONE}${prose}\n${TWO}`)).toHaveLength(2);
    }
  });

  it('is not looked for without end: a header of tell-tale lines comes soon', () => {
    const long = Array.from({ length: 1000 }, () => `X-Pad: ${'x'.repeat(90)}\n`).join('');
    expect(mbox(`${ONE}From kim@x.example\n${long}${head}\n${TWO}`)).toHaveLength(2);
  });

  it('is named when no header follows, and does not swallow the next one', () => {
    const bare = 'From a@b.example Mon Jan  1 00:00:00 2024\n\n';
    expect(mbox(bare + ONE + TWO).map((line) => line.split(' ', 2).join(' '))).toEqual([
      '1@0 no_headers',
      `2@${bare.length} From:`,
      `3@${bare.length + ONE.length} To:`,
    ]);
  });

  it('may come late: what stands before is named', () => {
    expect(mbox(`half a message\n\n${ONE}`).map((line) => line.split('\n', 1)[0])).toEqual([
      'null@0 before_first (flaw)',
      '1@16 From: a@b.example',
    ]);
    expect(mbox('no mail at all')).toEqual(['null@0 no_messages (flaw)']);
  });
});

describe('what is broken off', () => {
  it('in an mbox: in the separator, in the header, in the body of a file that could not be read on', () => {
    expect(mbox(`${ONE}From - Tue Feb 13 11:02:59 2024`)[1]).toBe(`2@${ONE.length} truncated`);
    expect(mbox(`${ONE}From - Tue Feb 13 11:02:59 2024\nTo: c@d`)[1]).toBe(`2@${ONE.length} truncated`);
    const off = (text: string) => split('mbox', [Buffer.from(text)], 'truncated').slice(1);
    expect(off(ONE)).toEqual(['1@0 truncated (flaw)']);
    // named once and never forgotten, wherever the cut is
    expect(off(`${ONE}From - Tue Feb`)).toEqual(['1@0 truncated (flaw)']);
    expect(off(`${ONE}From - Tue Feb 13 11:02:59 2024\nTo`)).toEqual([`2@${ONE.length} truncated`]);
    expect(off(`${ONE}From - Tue Feb 13 11:02:59 2024\nTo: c@d\n`)).toEqual([`2@${ONE.length} truncated`]);
    expect(split('eml', [Buffer.from('From: a@b.example\nTo: c@d.example\n')], 'damaged')[1]).toBe(
      '1@0 damaged (flaw)',
    );
  });

  it('in a message alone: in the middle of a line; a header without a body is whole', () => {
    expect(eml('From: a@b.example\nTo: c@d.example\n')).toHaveLength(1);
    expect(eml('From: a@b.example\nTo: c@d.exam')).toEqual(['1@0 truncated']);
    expect(eml('\r\nFrom: a@b.example\r\n\r\nHello')).toEqual(['1@2 From: a@b.example\r\n']);
    expect(eml('')).toEqual(['1@0 no_headers']);
    expect(eml('<p>Hello, what?')).toEqual(['1@0 no_headers']);
  });
});
