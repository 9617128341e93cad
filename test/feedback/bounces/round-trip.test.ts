import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEncoder } from '../../../src/deliver/encode.ts';
import { createMailer } from '../../../src/deliver/mailer.ts';
import { handleBounce } from '../../../src/feedback/bounces/handle.ts';
import { createLinks } from '../../../src/links/links.ts';
import { seedCustomers } from '../../stands/company.ts';
import { testDatabase } from '../../stands/database.ts';
import { type DeliveryStand, deliveryStand, PUBLIC_URL } from '../../stands/delivery.ts';
import { type ReceivedMail, smtpStand } from '../../stands/smtp.ts';
import { bounceStand, SECRET } from './stand.ts';

const { db, url: databaseUrl } = await testDatabase();
let clock = new Date('2026-11-20T08:00:00Z');
const now = () => clock;
const { tools, returnPaths, suppressedFor } = bounceStand(db, now);
const smtp = await smtpStand();
let stand: DeliveryStand;
afterAll(async () => {
  await stand.close();
  await smtp.stop();
});

/** One campaign through real SMTP. @returns the mails by recipient */
async function campaign(id: string): Promise<Map<string, ReceivedMail>> {
  smtp.received.length = 0;
  await stand.plan(id);
  await stand.deliver(id);
  return new Map(smtp.received.map((mail) => [mail.to[0] ?? '', mail]));
}

/** What a mail server makes of a mail that it can't deliver; `to` may be any address that bounces arrive at. */
function bounceOf(mail: ReceivedMail, to: string, returned: string): Buffer {
  return Buffer.from(
    [
      'From: MAILER-DAEMON@mx.customers.test',
      `To: ${to}`,
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.customers.test',
      '',
      `Final-Recipient: rfc822; ${mail.to[0]}`,
      'Action: failed',
      'Status: 5.1.1',
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      returned,
      '--b--',
      '',
    ].join('\r\n'),
  );
}

describe('a mail that comes back', () => {
  beforeAll(async () => {
    await seedCustomers(db, 4);
    stand = await deliveryStand({ db, databaseUrl, smtpUrl: smtp.url, now });
    stand.context.mailer = createMailer({
      from: { name: 'Orvelin Werke', address: 'news@orvelin.test' },
      replyTo: null,
      links: createLinks({ secret: SECRET, publicUrl: PUBLIC_URL, now }),
      randomKey: 'tests',
      encode: createEncoder({ dkim: null }),
      returnPaths,
    });
  });

  it('is known again by any of its marks, and its address is left out from then on', async () => {
    const mails = await campaign('first');
    expect([...mails.keys()].toSorted()).toEqual([1, 2, 3, 4].map((n) => `person${n}@customers.test`));
    const mail = (n: number) => mails.get(`person${n}@customers.test`) as ReceivedMail;
    const text = (n: number) => mail(n).raw.toString();

    const byReturnPath = bounceOf(mail(1), mail(1).from, '');
    const byMessageId = bounceOf(
      mail(2),
      'bounces@orvelin.test',
      /^Message-ID:.*\r\n/im.exec(text(2))?.[0] ?? '',
    );
    // as a provider does that gives mails an id of its own
    const byLink = bounceOf(
      mail(3),
      'bounces@orvelin.test',
      text(3).replace(/^Message-ID:.*$/im, 'Message-ID: <x@y>'),
    );
    for (const raw of [byReturnPath, byMessageId, byLink]) {
      expect(await handleBounce(tools, raw, 'imap')).toMatchObject({ kind: 'hard_bounce', suppressed: true });
    }
    for (const n of [1, 2, 3]) expect(await suppressedFor(`person${n}@customers.test`)).toBe('bounced');

    clock = new Date(clock.getTime() + 100 * 86_400_000);
    await db.deleteFrom('shown_blocks').execute();
    expect([...(await campaign('second')).keys()]).toEqual(['person4@customers.test']);
  });
});
