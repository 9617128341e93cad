import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHead } from '../../src/mailtest/head.ts';
import { monthOf } from '../../src/mailtest/month.ts';

const head = (...lines: string[]) => readHead(Buffer.from(`${lines.join('\r\n')}\r\n`));

describe('the addresses of a message', () => {
  it.each([
    ['Kim Berg <Kim.Berg@Orvelin.example>', ['kim.berg@orvelin.example']],
    ['"Berg, Kim" <k@a.example>, l@b.example (Lou (Einkauf))', ['k@a.example', 'l@b.example']],
    ['=?UTF-8?Q?M=C3=BCller=2C_Jo?= <j@a.example>', ['j@a.example']],
    ['=?UTF-8?Q?M=C3=BCller_=3Cj=40a.example=3E?=', ['j@a.example']],
    ['Jürgen Groß <j@müller.example>', ['j@müller.example']],
    ['Team: a@a.example, b@b.example;, c@c.example', ['a@a.example', 'b@b.example', 'c@c.example']],
    ['undisclosed-recipients:;', []],
    ['"boss@orvelin.example" <k@a.example>', ['k@a.example']],
    ['eva@kunde.example.', ['eva@kunde.example']],
    ['Eva <eva@kunde.example.>', ['eva@kunde.example']],
    ['[eva@kunde.example]', ['eva@kunde.example']],
    ['[eva@kunde.example], <kim@[192.0.2.1]>', ['eva@kunde.example', 'kim@[192.0.2.1]']],
    ['', []],
    ['nobody', []],
    ['=?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fa=40b=3F=3D?=', []],
  ])('of %s', (field, addresses) => {
    expect(head(`To: ${field}`).recipients).toEqual(addresses);
  });

  it('stand in To, Cc and Bcc, folded, in any case, as often as there are', () => {
    const { recipients, from } = head(
      'to: a@a.example,',
      '\tb@b.example',
      'CC: c@c.example',
      'Bcc : d@d.example',
      'To: e@e.example',
      'Reply-To: x@x.example',
      'X-To: y@y.example',
      'Subject: To: z@z.example',
      'From: me@orvelin.example',
    );
    expect(recipients).toEqual(['a@a.example', 'b@b.example', 'e@e.example', 'c@c.example', 'd@d.example']);
    expect(from).toEqual(['me@orvelin.example']);
  });

  it('never come out of another line: neither by a lone CR nor by a Unicode line end', () => {
    const { recipients } = head(
      'Subject: hi\rTo: a@a.example',
      'X-A: \u2028To: b@b.example',
      'To: c@c.example',
    );
    expect(recipients).toEqual(['c@c.example']);
  });

  it('can be anything: reading never throws', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('From: ', 'To: ', 'Date: '),
        (bytes, field) => {
          const { recipients } = readHead(Buffer.concat([Buffer.from(field), bytes]));
          expect(recipients.every((address) => address.includes('@'))).toBe(true);
        },
      ),
    );
  });
});

describe('the month of a mail', () => {
  it.each([
    ['Mon, 1 Jan 2024 00:30:00 +0100', '2024-01'],
    ['31 Dec 2023 23:30 -1200', '2023-12'],
    ['Tue,  5 Mar 24 10:00:00 GMT', '2024-03'],
    ['Sun, 06 Nov 1994 08:49:37 GMT (Greenwich)', '1994-11'],
    ['6 November 1994 08:49:37 +0000', '1994-11'],
    ['2024-03-05T10:00:00+01:00', '2024-03'],
    ['Thu, 29 Feb 2024 10:00:00 +0000', '2024-02'],
    ['Wed, 29 Feb 2023 10:00:00 +0000', null],
    ['Mon, 1 Jan 2024', null],
    ['Mon, 1 Jan 1970 00:00:00 +0000', null],
    ['Mo, 1 Jän 2024 10:00:00', null],
    ['1 Jan 2024 24:00:00 +0000', null],
    ['Mon,1 Jan 2024 10:00:00 +0100', '2024-01'],
    ['Mon , 1 Jan 2024 10:00:00 +0100', '2024-01'],
    ['Mon,\t1 Jan 2024\t10:00:00 +0100', '2024-01'],
    ['(in (Berlin)) Mon, 1 Jan (the first) 2024 (x) 10:00:00 +0100', '2024-01'],
    ['Mon Jan  1 10:00:00 2024', '2024-01'],
    ['Mon Jan 1 10:00:00 CET 2024', '2024-01'],
    ['Mon Feb 30 10:00:00 2024', null],
    ['Mon, 1 Jan 124 10:00:00 +0100', '2024-01'],
    ['Mon, 1 Jan 2024 10.00.00 +0100', '2024-01'],
    ['Mon, 1 Jan (2024 10:00:00', null],
    [`Mon, 1 ${'a'.repeat(500_000)}${'('.repeat(500_000)}`, null],
    ['gestern', null],
  ])('%s: %s', (date, month) => {
    expect(monthOf(date)).toBe(month);
  });
});
