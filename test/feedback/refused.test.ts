import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordRefusal } from '../../src/feedback/refused.ts';
import { campaignProgress } from '../../src/ledger/progress.ts';
import { seedCustomers } from '../stands/company.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { type DeliveryStand, deliveryStand } from '../stands/delivery.ts';
import { type SmtpStand, smtpStand } from '../stands/smtp.ts';

let database: TestDatabase;
let smtp: SmtpStand;
let stand: DeliveryStand;
const clock = new Date('2026-11-20T08:00:00Z');

beforeAll(async () => {
  database = await testDatabase();
  await seedCustomers(database.db, 20);
  smtp = await smtpStand({
    rcpt: (to) => {
      if (to === 'person1@customers.test') return { code: 550, text: `5.1.1 <${to}>: no such user here` };
      if (to === 'person2@customers.test') return { code: 554, text: '5.7.1 Blocked for spam, see list' };
      return undefined;
    },
  });
  stand = await deliveryStand({
    ...database,
    databaseUrl: database.url,
    smtpUrl: smtp.url,
    now: () => clock,
  });
  stand.context.onRefused = (refused) => recordRefusal(database.db, refused, { softBounces: 5, now: clock });
  await stand.plan('c');
  await stand.deliver('c');
});
afterAll(async () => {
  await stand.close();
  await smtp.stop();
});

describe('a refusal while we speak with the server', () => {
  it('about the address stops all mail to it, as a bounce would', async () => {
    const rows = await database.db.selectFrom('suppressions').select(['email_key', 'reason']).execute();
    expect(rows).toEqual([{ email_key: 'person1@customers.test', reason: 'bounced' }]);
    const events = await database.db.selectFrom('mail_events').select(['kind', 'source', 'status']).execute();
    expect(events).toEqual([{ kind: 'hard_bounce', source: 'smtp', status: '5.1.1' }]);
  });

  it('about policy fails this one mail only', async () => {
    expect((await campaignProgress(database.db, 'c')).failed).toEqual({ smtp_rejected: 2 });
  });
});
