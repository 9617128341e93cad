import { describe, expect, it } from 'vitest';
import { Count } from '../../src/mailtest/count.ts';
import { type People, readPeople } from '../../src/mailtest/people.ts';
import { notes, reportOf } from '../../src/mailtest/report.ts';

const people = readPeople('people.yaml', 'me: [kim@orvelin.example]\ndomains: [orvelin.example]')
  .people as People;

/** Counts one mail of one's own for each line of labels; null: without such a line. */
function count(...labels: (string | null)[]) {
  const counting = new Count(people, null);
  labels.forEach((line, i) => {
    const head = `From: kim@orvelin.example\nTo: x@y.example\n${line === null ? '' : `X-Gmail-Labels: ${line}\n`}`;
    counting.message('a.mbox', Buffer.from(head), { message: i + 1, offset: 0 });
  });
  return counting.result();
}

describe('Gmail’s labels', () => {
  it('say what is sent, as long as one of them is known to say so', () => {
    expect(count('Posteingang', 'Inbox', 'Gesendet', 'Messages envoyés')).toMatchObject({
      sent: 1,
      received: 3,
      byFromAlone: false,
      // what was not sent is not looked at any further
      problems: { total: 1, byCode: { no_date: 1 } },
    });
  });

  it('in another language leave it to From, which is said', () => {
    const found = count('=?UTF-8?Q?Messages_envoy=C3=A9s,Ouvert?=', 'Enviados', 'Trash');
    expect(found).toMatchObject({
      messages: 3,
      sent: 2,
      received: 0,
      leftOut: 1,
      byFromAlone: true,
      problems: { total: 2 },
    });
    const known = { crm: null, file: true };
    for (const language of ['de', 'en'] as const) {
      const report = reportOf({ ...found, passedOver: 7 }, { language, known, names: true });
      expect(notes(report).join(' ')).toMatch(/Keines der Gmail-Labels heißt|None of Gmail’s labels says/);
      expect(notes(report).join(' ')).toMatch(/keine Mails sind: 7\.|hold no mail: 7\./);
    }
  });

  it('that are not there change nothing', () => {
    expect(count(null, null)).toMatchObject({ sent: 2, byFromAlone: false });
  });
});
