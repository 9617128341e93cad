import { afterAll, beforeAll, expect, it } from 'vitest';
import { noHolidays } from '../../src/campaign/timing/holidays.ts';
import { createSchedule } from '../../src/campaign/timing/schedule.ts';
import { nextDue } from '../../src/ledger/open-sends.ts';
import { manualClock } from '../stands/clock.ts';
import { seedCustomers } from '../stands/company.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { type DeliveryStand, deliveryStand } from '../stands/delivery.ts';
import { type SmtpStand, smtpStand } from '../stands/smtp.ts';

// Tuesday evening in Berlin, a minute before the window closes
const clock = manualClock('2026-11-24T16:59:00Z');
const opening = new Date('2026-11-25T07:00:00Z');
const timing = { window: { from: '08:00', to: '18:00' }, skipHolidays: false, timeZones: {} };
let database: TestDatabase;
let smtp: SmtpStand;
let stand: DeliveryStand;

beforeAll(async () => {
  database = await testDatabase();
  await seedCustomers(database.db, 5);
  smtp = await smtpStand();
  stand = await deliveryStand({ ...database, databaseUrl: database.url, smtpUrl: smtp.url, now: clock.now });
  const schedule = createSchedule({ timing, homeTimeZone: 'Europe/Berlin', isHoliday: noHolidays });
  stand.context.sendTime = schedule.sendTime;
});
afterAll(async () => {
  await stand.close();
  await smtp.stop();
});

it('mails planned in the window and taken up after it closed wait until it opens', async () => {
  await stand.plan('evening');
  clock.advance(2 * 60_000);
  await stand.deliver('evening');
  expect(smtp.received).toHaveLength(0);
  expect(await nextDue(database.db, 'evening', 0)).toEqual(opening);

  clock.advance(opening.getTime() - clock.now().getTime());
  await stand.deliver('evening');
  expect(smtp.received).toHaveLength(5);
});
