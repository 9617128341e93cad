import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type CampaignProgress, campaignProgress } from '../../src/ledger/progress.ts';
import { type ManualClock, manualClock } from './clock.ts';
import { seedCustomers } from './company.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type DeliveryStand, deliveryStand } from './delivery.ts';
import { type SmtpStand, smtpStand } from './smtp.ts';

export const DAY = 86_400_000;

/** What tests of delivery need: customers, a mail server, a worker, and a clock that they move. */
export interface Scene {
  database: TestDatabase;
  smtp: SmtpStand;
  stand: DeliveryStand;
  clock: ManualClock;
  /** This test's campaign; each has its own. */
  id(): string;
  sends(campaign?: string): Promise<CampaignProgress['sends']>;
}

/** Sets the scene for a test file, once, and clears it before each test. */
export function deliveryScene(customers: number): Scene {
  const clock = manualClock('2026-11-20T08:00:00Z');
  let campaign = 0;
  const scene = {
    clock,
    id: () => `c${campaign}`,
    sends: async (id = scene.id()) => (await campaignProgress(scene.database.db, id)).sends,
  } as Scene;
  beforeAll(async () => {
    scene.database = await testDatabase();
    await seedCustomers(scene.database.db, customers);
    scene.smtp = await smtpStand();
    scene.stand = await deliveryStand({
      db: scene.database.db,
      databaseUrl: scene.database.url,
      smtpUrl: scene.smtp.url,
      now: clock.now,
    });
  });
  afterAll(async () => {
    await scene.stand.close();
    await scene.smtp.stop();
  });
  beforeEach(async () => {
    // Far enough apart that no test runs into another's frequency caps.
    clock.advance(100 * DAY);
    campaign += 1;
    scene.smtp.behave({});
    scene.smtp.received.length = 0;
    for (const table of ['shown_blocks', 'suppressions', 'domain_backoff'] as const) {
      await scene.database.db.deleteFrom(table).execute();
    }
  });
  return scene;
}
