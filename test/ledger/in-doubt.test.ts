import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { campaignProgress, cancelCampaign } from '../../src/ledger/campaigns.ts';
import { listInDoubt, resendInDoubt, resolveInDoubt } from '../../src/ledger/in-doubt.ts';
import { seedCustomers } from '../stands/company.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { type DeliveryStand, deliveryStand } from '../stands/delivery.ts';
import { type SmtpStand, smtpStand } from '../stands/smtp.ts';

const DAY = 86_400_000;
let database: TestDatabase;
let smtp: SmtpStand;
let stand: DeliveryStand;
let clock = new Date('2026-11-20T08:00:00Z');

beforeAll(async () => {
  database = await testDatabase();
  await seedCustomers(database.db, 12);
  smtp = await smtpStand();
  stand = await deliveryStand({
    ...database,
    databaseUrl: database.url,
    smtpUrl: smtp.url,
    now: () => clock,
  });
});
afterAll(async () => {
  await stand.close();
  await smtp.stop();
});

/** A campaign whose mails all reached a server that hung up before it said so. */
async function inDoubt(id: string): Promise<number[]> {
  clock = new Date(clock.getTime() + 100 * DAY);
  await database.db.deleteFrom('shown_blocks').execute();
  await stand.plan(id);
  smtp.behave({ drop: (phase) => phase === 'answer' });
  do {
    await stand.deliver(id);
    clock = new Date(clock.getTime() + 2 * 60_000);
  } while ((await sends(id)).queued > 0);
  smtp.behave({});
  smtp.received.length = 0;
  const doubts = await listInDoubt(database.db, { campaignId: id });
  expect(doubts.length).toBeGreaterThan(5);
  return doubts.map((d) => d.id);
}
const sends = async (id: string) => (await campaignProgress(database.db, id)).sends;

describe('mails in doubt', () => {
  it('are listed with what to look for in the server’s log', async () => {
    await inDoubt('listed');
    for (const doubt of await listInDoubt(database.db, { campaignId: 'listed' })) {
      expect(doubt.messageId).toMatch(/^<spielbein\.\d+\..+@orvelin\.test>$/);
      expect(doubt.reason).toBe('connection_lost');
      expect(doubt.heldAt).toBeInstanceOf(Date);
    }
  });

  it('count as sent, and as shown, exactly once when somebody found that the server had them', async () => {
    const ids = await inDoubt('found');
    const [first = 0, ...rest] = ids;
    const resolve = (some: number[]) =>
      resolveInDoubt(database.db, { campaignId: 'found', ids: some, as: 'sent', now: clock });
    expect(await resolve([first])).toEqual([first]);
    expect(await resolve([first])).toEqual([]);
    expect(await resolveInDoubt(database.db, { campaignId: 'found', as: 'sent', now: clock })).toHaveLength(
      rest.length,
    );
    expect(await sends('found')).toMatchObject({ sent: ids.length, in_doubt: 0 });
    const shown = await database.db
      .selectFrom('shown_blocks')
      .select(({ fn }) => fn.count<number>('send_id').distinct().as('mails'))
      .where('campaign_id', '=', 'found')
      .executeTakeFirstOrThrow();
    expect(Number(shown.mails)).toBe(ids.length);
  });

  it('go out again with the same Message-ID when somebody says so, and the campaign opens again', async () => {
    const ids = await inDoubt('again');
    const before = await listInDoubt(database.db, { campaignId: 'again' });
    await database.db.updateTable('campaigns').set({ state: 'finished' }).where('id', '=', 'again').execute();
    await resolveInDoubt(database.db, { campaignId: 'again', as: 'resend', now: clock });
    expect((await campaignProgress(database.db, 'again')).campaign.state).toBe('running');
    await stand.deliver('again');
    expect(await sends('again')).toMatchObject({ sent: ids.length, in_doubt: 0 });
    const messageIds = smtp.received.map((m) => /^Message-ID: (.+)$/im.exec(m.raw.toString())?.[1]?.trim());
    expect(messageIds.sort()).toEqual(before.map((d) => d.messageId).sort());
  });

  it('stay what they are in a cancelled campaign', async () => {
    const ids = await inDoubt('cancelled');
    await cancelCampaign(database.db, 'cancelled', clock);
    await expect(
      resolveInDoubt(database.db, { campaignId: 'cancelled', as: 'resend', now: clock }),
    ).rejects.toThrow(/cancelled/);
    expect(await sends('cancelled')).toMatchObject({ in_doubt: ids.length });
  });

  it('are sent again by themselves where the campaign chose so, once their worker can’t come back', async () => {
    const held = await inDoubt('held');
    const ids = await inDoubt('bold');
    await database.db
      .updateTable('campaigns')
      .set({ in_doubt_policy: 'resend' })
      .where('id', '=', 'bold')
      .execute();
    // Held a moment ago by the clock of the last try.
    const heldAt = (await listInDoubt(database.db, { campaignId: 'bold' }))[0]?.heldAt ?? clock;
    expect(await resendInDoubt(database.db, new Date(heldAt.getTime() + 60_000))).toBe(0);
    expect(await resendInDoubt(database.db, new Date(clock.getTime() + 10 * 60_000))).toBe(ids.length);
    expect(await sends('held')).toMatchObject({ in_doubt: held.length });
  });
});
