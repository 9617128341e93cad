import type { MailTest } from '../../src/mailtest/tally.ts';
import type { Written } from './generate.ts';

/** In what the program's counts differ from the generator's own; nothing when all agree. */
export function differences(found: MailTest, written: Written, file: string): string[] {
  const months = Object.fromEntries(found.months.map(({ month, classes }) => [month ?? 'none', classes]));
  const named = found.problems.named.map(({ message, offset, code }) => ({ message, offset, code }));
  const pairs: Record<string, [unknown, unknown]> = {
    messages: [found.messages, written.messages],
    sent: [found.sent, written.sent],
    received: [found.received, written.received],
    leftOut: [found.leftOut, written.leftOut],
    unreadable: [found.unreadable, written.unreadable],
    classes: [found.classes, written.classes],
    months: [sorted(months), sorted(written.months)],
    colleagues: [
      sorted(Object.fromEntries(found.colleagues.map(({ address, mails }) => [address, mails]))),
      sorted(written.colleagues),
    ],
    problems: [found.problems.total, written.named.length],
    named: [named, written.named.slice(0, named.length)],
    file: [found.problems.named.every((problem) => problem.file === file), true],
  };
  return Object.entries(pairs).flatMap(([name, [is, should]]) =>
    JSON.stringify(is) === JSON.stringify(should)
      ? []
      : [`${name}: ${firstDifference(JSON.stringify(is), JSON.stringify(should))}`],
  );
}

const sorted = (counts: Record<string, unknown>) =>
  Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));

function firstDifference(is: string, should: string): string {
  let at = 0;
  while (is[at] === should[at]) at += 1;
  const around = (text: string) => text.slice(Math.max(0, at - 80), at + 80);
  return `…${around(is)}… instead of …${around(should)}…`;
}
