import { afterAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/config.ts';
import { readImap } from '../../src/mailtest/imap.ts';
import { type People, readPeople } from '../../src/mailtest/people.ts';
import { readMailTest } from '../../src/mailtest/read.ts';
import { DOVECOT_PASSWORD, dovecotStand } from '../stands/dovecot.ts';
import { freePort } from '../stands/free-port.ts';

const server = await dovecotStand();
afterAll(async () => await server?.stop());
const people = readPeople(
  'people.yaml',
  'me: [kim@orvelin.example]\ndomains: [orvelin.example]\ncustomers: {domains: [nordwerk.example]}',
).people as People;
const password = new Secret(DOVECOT_PASSWORD);
const test = (url: string, given = password) =>
  readMailTest({
    paths: [],
    people,
    crm: null,
    mailbox: (found) => readImap(new URL(url), given, found),
  });

describe.skipIf(!server)('a folder on a server', () => {
  const stand = server as NonNullable<typeof server>;
  const url = `imap://kim%40orvelin.example@127.0.0.1:${stand?.port}`;

  it('is counted by its headers, and nothing in it is marked as read', async () => {
    const deliver = (...lines: string[]) => stand.deliver(Buffer.from(lines.join('\r\n')));
    const date = 'Date: Mon, 4 Mar 2024 10:00:00 +0100';
    deliver(
      'From: Kim <kim@orvelin.example>',
      'To: =?UTF-8?Q?X=C3=BC?=',
      ' <x@nordwerk.example>',
      date,
      '',
      'Hi',
    );
    deliver('From: kim@orvelin.example', 'Cc: lou@orvelin.example', date, 'Subject: x', '', 'Hi');
    deliver('From: x@nordwerk.example', 'To: kim@orvelin.example', date, '', 'Hi');
    deliver('From: kim@orvelin.example', date, 'Subject: to nobody', '', 'Hi');
    deliver('To: kim@orvelin.example', date, '', 'From whom?');
    const found = await test(`${url}/INBOX`);
    expect(found).toMatchObject({
      messages: 5,
      sent: 2,
      classes: { customers: 1, elsewhere: 1 },
      received: 1,
      unreadable: 2,
      months: [{ month: '2024-03' }],
      colleagues: [{ address: 'lou@orvelin.example', mails: 1 }],
    });
    expect(found.problems.named).toEqual([
      { file: 'IMAP', message: 4, offset: null, code: 'no_recipients' },
      { file: 'IMAP', message: 5, offset: null, code: 'no_from' },
    ]);
    expect(stand.unread()).toBe(5);
  });

  it('that can’t be read is explained, without naming anybody', async () => {
    await expect(test(`${url}/Gesendet`)).rejects.toThrow(/it has no folder "Gesendet"/);
    await expect(test(url)).rejects.toThrow(/does not say which folder holds the sent mail.*INBOX/);
    const refused = await test(`${url}/INBOX`, new Secret('wrong')).catch((error: Error) => error);
    expect(refused).toMatchObject({ name: 'MailTestError' });
    expect(String(refused)).toMatch(/refuses user name or password/);
    expect(String(refused)).not.toMatch(/kim|wrong/);
    const nobody = `imap://kim%40orvelin.example@127.0.0.1:${await freePort()}/INBOX`;
    await expect(test(nobody)).rejects.toThrow(/nothing answers there/);
  });
});
