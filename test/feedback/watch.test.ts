import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MailEventKind } from '../../src/domain/send.ts';
import { type WatchTools, watchCampaigns } from '../../src/feedback/watch.ts';
import { createCampaign, getCampaign, moveCampaign } from '../../src/ledger/campaigns.ts';
import { settingsFile } from '../../src/library/schema.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();
const breaker = {
  ...settingsFile.shape.breaker.parse(undefined),
  window: 200,
};
const start = new Date('2026-10-12T09:00:00Z');
let seconds = 0;
const now = () => new Date(start.getTime() + seconds * 1000);

type Alert = Parameters<NonNullable<WatchTools['alert']>>[0];
const alerts: Alert[] = [];
let broken = false;
const content = {
  library: async () => {
    if (broken) throw new Error('settings.yaml is being edited');
    return { library: { settings: { breaker } } };
  },
  version: async () => ({ library: { settings: { breaker } } }),
} as unknown as WatchTools['content'];
const watch = () => watchCampaigns({ db, content, now, log: () => {}, alert: (alert) => alerts.push(alert) });

beforeEach(async () => {
  await sql`truncate mail_events, sends, campaigns cascade`.execute(db);
  alerts.length = 0;
  seconds = 0;
  broken = false;
  await createCampaign(db, { id: 'herbst', name: 'Herbst', kind: 'adhoc', now: start });
  await moveCampaign(db, 'herbst', 'planning', { now: start });
  await moveCampaign(db, 'herbst', 'running', { now: start });
});

/** So many mails are settled, one after the other, a second apart. @returns their ids */
async function settle(
  count: number,
  as: { state?: 'sent' | 'failed'; reason?: string } = {},
): Promise<number[]> {
  const rows = Array.from({ length: count }, () => {
    seconds++;
    return {
      campaign_id: 'herbst',
      customer_id: `k${seconds}`,
      chunk: 0,
      state: as.state ?? 'sent',
      reason: as.reason ?? null,
      settled_at: now(),
    };
  });
  return (await db.insertInto('sends').values(rows).returning('id').execute()).map(({ id }) => id);
}

async function report(kind: MailEventKind, sendIds: number[]): Promise<void> {
  const rows = sendIds.map((send_id) => ({
    send_id,
    campaign_id: 'herbst',
    kind,
    source: 'test',
    occurred_at: now(),
  }));
  await db.insertInto('mail_events').values(rows).execute();
}

const state = async () => (await getCampaign(db, 'herbst')).state;

describe('a campaign pauses itself', () => {
  test('when too many mails come back, says why, and waits for a person', async () => {
    await report('hard_bounce', (await settle(6)).slice(0, 3));
    const ids = await settle(94);
    await report('soft_bounce', ids.slice(0, 2));
    expect(await watch()).toBe(0);
    await report('soft_bounce', ids.slice(2, 3));
    expect(await watch()).toBe(1);

    const { attention } = await getCampaign(db, 'herbst');
    expect(await state()).toBe('paused');
    expect(attention).toContain('Of 100 mails in a row, 6 came back: 6 %. The limit is 5 %');
    expect(alerts).toMatchObject([{ code: 'breaker', campaign: 'herbst' }]);
    expect(await watch()).toBe(0);
    expect(await state()).toBe('paused');
  });

  test.each([
    ['complaint', 2],
    ['unsubscribe', 5],
  ] as const)('when there are too many reports of kind %s', async (kind, enough) => {
    const ids = await settle(200);
    await report(kind, ids.slice(0, enough - 1));
    expect(await watch()).toBe(0);
    await report(kind, ids.slice(enough - 1, enough));
    expect(await watch()).toBe(1);
  });

  test('when servers refuse too many mails; mails that could not be made are another matter', async () => {
    await settle(100, { state: 'failed', reason: 'render_error' });
    await settle(100);
    await settle(25, { state: 'failed', reason: 'smtp_rejected' });
    expect(await watch()).toBe(0);
    await settle(1, { state: 'failed', reason: 'gave_up' });
    expect(await watch()).toBe(1);
  });

  test('counting a mail once, whatever came back about it', async () => {
    const ids = await settle(100);
    for (let i = 0; i < 3; i++) await report('soft_bounce', ids.slice(0, 5));
    await report('hard_bounce', ids.slice(0, 5));
    expect(await watch()).toBe(0);
  });

  test('also when reports come long after their mails', async () => {
    const ids = await settle(200);
    await settle(1000);
    expect(await watch()).toBe(0);
    await report('hard_bounce', ids.slice(100, 111));
    expect(await watch()).toBe(1);
  });

  test('also while the library can’t be read', async () => {
    await db.updateTable('campaigns').set({ content_version: 'v1' }).execute();
    broken = true;
    await report('complaint', await settle(2));
    expect(await watch()).toBe(1);
  });
});

describe('trouble is over', () => {
  test('when the window has passed it', async () => {
    await report('hard_bounce', (await settle(200)).slice(0, 10));
    expect(await watch()).toBe(0);
    // Together with the first ten these would be too many.
    await report('hard_bounce', (await settle(200)).slice(100, 110));
    expect(await watch()).toBe(0);
  });

  test('when a person has seen it and goes on: counting begins anew', async () => {
    const ids = await settle(100);
    await report('complaint', ids.slice(0, 2));
    expect(await watch()).toBe(1);
    await moveCampaign(db, 'herbst', 'running', { now: now(), from: 'paused' });
    // What is still reported about the mails of before has been seen, too.
    await report('complaint', ids.slice(2, 20));
    await settle(100);
    expect(await watch()).toBe(0);
    await report('complaint', await settle(2));
    expect(await watch()).toBe(1);
  });
});

test('a campaign that is not running is left alone', async () => {
  await report('complaint', await settle(5));
  await moveCampaign(db, 'herbst', 'paused', { now: now(), attention: 'Somebody paused it.' });
  expect(await watch()).toBe(0);
  expect((await getCampaign(db, 'herbst')).attention).toBe('Somebody paused it.');
});
