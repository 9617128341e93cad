import type { MailTest } from '../../src/mailtest/tally.ts';
import { bodyOf, type Roll, roller, someText } from './bodies.ts';
import { type Circle as Class, ME, RECIPIENTS, UNNAMED } from './world.ts';

type Code = MailTest['problems']['named'][number]['code'];

/** What was put into the file, counted while it was written. */
export interface Written {
  bytes: number;
  messages: number;
  sent: number;
  received: number;
  leftOut: number;
  unreadable: number;
  classes: Record<Class, number>;
  /** "2024-03", or "none". */
  months: Record<string, Record<Class, number>>;
  colleagues: Record<string, number>;
  named: { message: number; offset: number; code: Code }[];
}

const ORDER: readonly Class[] = ['customers', 'up', 'down', 'sideways', 'elsewhere'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const zero = (): Record<Class, number> => ({ customers: 0, up: 0, down: 0, sideways: 0, elsewhere: 0 });

const SEPARATORS = [
  'From anna.klein@orvelin.example Mon Jan  1 09:30:00 2024',
  'From 1790000000000000001@xxx Mon Jan 01 00:00:00 +0000 2024',
  'From - Tue Feb 13 11:02:59 2024',
  'From MAILER-DAEMON Fri, 05 Jan 2024 10:00:00 +0100',
];

/**
 * A mailbox of about so many bytes, in pieces, with every way of writing that there is and every defect in it; the same
 * for the same seed. It ends in the middle of a header.
 * @returns (through `written`) what is in it, kept apart from everything that reads it
 */
export async function* generateMailbox(
  given: { seed: number; bytes: number },
  written: Written = nothingWritten(),
): AsyncGenerator<Buffer, Written> {
  const roll = roller(given.seed);
  const text = someText(roll);
  let number = 0;
  while (written.bytes < given.bytes) {
    number += 1;
    const pieces = number % 40 === 0 ? defective(roll, written, number / 40) : sound(roll, written);
    for (const piece of [...pieces, ...bodyOf(roll, text), '\n']) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
      written.bytes += bytes.length;
      yield bytes;
    }
  }
  note(written, 'truncated');
  const rest = Buffer.from(`${SEPARATORS[0]}\nFrom: ${ME[0]}\nTo: ${RECIPIENTS.customers[0]}\nSubj`);
  written.bytes += rest.length;
  yield rest;
  return written;
}

export const nothingWritten = (): Written => ({
  bytes: 0,
  messages: 0,
  sent: 0,
  received: 0,
  leftOut: 0,
  unreadable: 0,
  classes: zero(),
  months: {},
  colleagues: {},
  named: [],
});

/** Notes a message that can't be counted, which begins here. */
function note(written: Written, code: Code, counts = true): void {
  if (counts) written.messages += 1;
  if (counts) written.unreadable += 1;
  written.named.push({ message: written.messages, offset: written.bytes, code });
}

function sound(roll: Roll, written: Written, flaw: Code | null = null): string[] {
  const kind = flaw
    ? 'sent'
    : roll.pick(['sent', 'sent', 'sent', 'received', 'received', 'left out'] as const);
  const withLabels = kind === 'left out' || roll.chance(0.4);
  written.messages += 1;
  const to: string[] = [];
  const head: string[] = [`Message-ID: <${written.messages}@orvelin.example>`, 'Content-Length: 7'];
  if (roll.chance(0.2)) head.push('X-Spam: From me@nowhere.example Mon Jan  1 00:00:00 2024');
  let date = dateLine(roll);
  if (kind === 'sent') {
    const { recipients, mailClass } = recipientsOf(roll, written);
    to.push(...recipients);
    head.push(`From: ${named(roll, roll.chance(0.5) ? (ME[0] as string) : (ME[1] as string).toUpperCase())}`);
    if (flaw === 'bad_date')
      date = {
        line: `Date: ${roll.pick(['gestern', 'Mon, 31 Feb 2024 10:00:00 +0100', '45338.3'])}`,
        month: 'none',
      };
    if (flaw === 'no_date') date = { line: 'X-Date: Mon, 1 Jan 2024 10:00:00 +0100', month: 'none' };
    if (flaw) written.named.push({ message: written.messages, offset: written.bytes, code: flaw });
    written.sent += 1;
    written.classes[mailClass] += 1;
    written.months[date.month] ??= zero();
    (written.months[date.month] as Record<Class, number>)[mailClass] += 1;
    if (withLabels)
      head.push(
        roll.pick(['X-Gmail-Labels: Sent,Opened', 'X-Gmail-Labels: =?UTF-8?Q?Ge=C3=B6ffnet,Gesendet?=']),
      );
  } else {
    // labels know better than From: what came back from a list was received
    const fromMe = kind === 'left out' || (withLabels && roll.chance(0.3));
    head.push(
      `From: ${named(roll, fromMe ? (ME[0] as string) : roll.pick([...RECIPIENTS.customers, ...RECIPIENTS.up]))}`,
    );
    to.push(...(roll.chance(0.2) ? [] : [ME[0] as string]));
    if (kind === 'left out') {
      written.leftOut += 1;
      head.push(
        roll.pick([
          'X-Gmail-Labels: Sent,Trash',
          'X-Gmail-Labels: Chat',
          'X-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe?=',
          'X-Gmail-Labels: Spam,Unread',
          'X-Mozilla-Status: 0009',
        ]),
      );
    } else {
      written.received += 1;
      if (withLabels) head.push('X-Gmail-Labels: Inbox,Important,=?UTF-8?Q?Ge=C3=B6ffnet?=');
    }
  }
  head.push(date.line, ...recipientLines(roll, to), 'Subject: =?UTF-8?B?w5xiZXJzaWNodA==?=');
  if (roll.chance(0.05)) head.unshift('>From anna Mon Jan  1 09:30:00 2024 remote from relay');
  const eol = roll.chance(0.3) ? '\r\n' : '\n';
  return [`${roll.pick(SEPARATORS)}${eol}${head.join('\n').replaceAll('\n', eol)}${eol}${eol}`];
}

/** One message with something wrong, of every kind in turn. */
function defective(roll: Roll, written: Written, turn: number): string[] {
  const separator = `${roll.pick(SEPARATORS)}\n`;
  const me = `From: ${ME[0]}\n`;
  const to = `To: ${RECIPIENTS.up[0]}\n`;
  // the large ones rarely, or there is nothing else in the file
  switch (turn % 60 === 7 ? 'large header' : turn % 60 === 37 ? 'long line' : turn % 8) {
    case 'large header':
      note(written, 'header_too_large');
      return [separator, me, to, ...Array.from({ length: 1200 }, () => `X-Pad: ${'x'.repeat(990)}\n`), '\n'];
    case 'long line':
      note(written, 'header_too_large');
      return [separator, me, to, 'Subject: ', 'y'.repeat(1_200_000), '\n\n'];
    case 0:
      note(written, 'no_from');
      return [separator, to, 'Date: Mon, 1 Jan 2024 10:00:00 +0100\n\n'];
    case 1:
      note(written, 'no_from');
      return [separator, 'From: Anna\n', to, '\n'];
    case 2:
      note(written, 'no_recipients');
      return [separator, me, roll.pick(['To: undisclosed-recipients:;\n', 'To: \n', '']), 'Subject: x\n\n'];
    case 3:
      return sound(roll, written, 'bad_date');
    case 4:
      return sound(roll, written, 'no_date');
    case 5:
      note(written, 'no_headers');
      return [separator, roll.pick(['\n', 'and so he went on: nothing\n', 'Hello\n'])];
    case 6:
      return sound(roll, written, 'nul_bytes').map((part) =>
        roll.chance(0.5) ? part.replace('Subject: ', 'Subject: \0\0') : `${part}\0\0\0\0\n`,
      );
    default:
      note(written, 'no_headers');
      return [separator, 'two words: are no name of a field\n\n'];
  }
}

function recipientsOf(roll: Roll, written: Written): { recipients: string[]; mailClass: Class } {
  const mailClass = roll.pick(ORDER);
  const lower = ORDER.slice(ORDER.indexOf(mailClass) + 1);
  const recipients = [roll.pick(RECIPIENTS[mailClass])];
  for (const other of lower) if (roll.chance(0.3)) recipients.push(roll.pick(RECIPIENTS[other]));
  if (roll.chance(0.1)) recipients.push(ME[1] as string);
  for (const colleague of UNNAMED) {
    if (!roll.chance(0.1)) continue;
    written.colleagues[colleague] = (written.colleagues[colleague] ?? 0) + 1;
    recipients.push(colleague);
  }
  return { recipients: roll.shuffle(recipients), mailClass };
}

function recipientLines(roll: Roll, addresses: string[]): string[] {
  if (addresses.length === 0) return roll.chance(0.5) ? ['To: undisclosed-recipients:;'] : [];
  if (roll.chance(0.1)) return [`To: Verteiler: ${addresses.map((a) => named(roll, a)).join(', ')};`];
  const fields: Record<string, string[]> = {};
  for (const address of addresses) {
    const field = roll.pick(['To', 'TO', 'Cc', 'Bcc', 'to ']);
    fields[field] = [...(fields[field] ?? []), named(roll, address)];
  }
  return Object.entries(fields).map(
    ([field, list]) => `${field}: ${list.join(roll.pick([', ', ',\n ', ',\n\t']))}`,
  );
}

/** An address in one of the ways in which it is written. */
function named(roll: Roll, address: string): string {
  return roll.pick([
    address,
    `<${address}>`,
    `"Berg, Dr. Kim" <${address}>`,
    `Jürgen Groß <${address}>`,
    `=?UTF-8?Q?J=C3=BCrgen=2C_Gro=C3=9F?= <${address}>`,
    `=?ISO-8859-1?B?SvxyZ2Vu?=\n =?ISO-8859-1?Q?_Gro=DF?= <${address}>`,
    `${address} (Kim (Einkauf) Berg)`,
    `"einkauf@anderswo.example" <${address}>`,
  ]);
}

function dateLine(roll: Roll): { line: string; month: string } {
  const year = 2019 + roll.below(6);
  const month = roll.below(12);
  const [day, name] = [1 + roll.below(28), MONTHS[month] as string];
  const line = roll.pick([
    `Date: Mon, ${day} ${name} ${year} 23:59:59 -1200`,
    `Date: ${day} ${name} ${year} 00:00 +1400 (Kiribati)`,
    `date : Tue,  ${day} ${name} ${String(year).slice(2)} 10:11:12 GMT`,
    `Date:\n Wed, ${day} ${name}\n ${year} 10:11:12 +0200`,
  ]);
  return { line, month: `${year}-${String(month + 1).padStart(2, '0')}` };
}
