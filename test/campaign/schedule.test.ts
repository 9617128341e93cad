import { beforeAll, describe, expect, it } from 'vitest';
import { clearSchedule, scheduleCampaign, startDue, TOO_LATE } from '../../src/campaign/schedule.ts';
import { cancelCampaign, createCampaign, getCampaign, moveCampaign } from '../../src/ledger/campaigns.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';

const now = new Date('2026-11-24T08:00Z');
const startsAt = new Date('2026-12-01T08:00Z');
const later = (ms: number) => new Date(startsAt.getTime() + ms);
let database: TestDatabase;
let id = 'c0';

beforeAll(async () => {
  database = await testDatabase();
});

async function draft(): Promise<string> {
  id = `c${Number(id.slice(1)) + 1}`;
  await createCampaign(database.db, { id, name: id, kind: 'adhoc', now, inDoubtPolicy: 'resend' });
  return id;
}
async function scheduled(): Promise<string> {
  await scheduleCampaign(database.db, await draft(), { startsAt, now });
  return id;
}
const state = async () => (await getCampaign(database.db, id)).state;

describe('scheduling', () => {
  it('says when a draft starts, and may say otherwise later', async () => {
    const { db } = database;
    const first = await scheduleCampaign(db, await draft(), { startsAt, spreadHours: 2.5, now });
    expect(first).toMatchObject({ state: 'scheduled', startsAt, spreadHours: 2.5, inDoubtPolicy: 'resend' });
    const second = await scheduleCampaign(db, id, { startsAt: later(1000), now });
    expect(second).toMatchObject({ state: 'scheduled', startsAt: later(1000), spreadHours: 2.5 });
    expect(await clearSchedule(db, id, now)).toMatchObject({ state: 'draft', startsAt: null });
    await moveCampaign(db, id, 'planning', { now });
    await expect(clearSchedule(db, id, now)).rejects.toThrow(/is planning/);
  });

  it('refuses what has passed, and campaigns that have begun or are over', async () => {
    const { db } = database;
    await expect(scheduleCampaign(db, await draft(), { startsAt: now, now })).rejects.toThrow(/has passed/);
    expect(await state()).toBe('draft');
    await moveCampaign(db, id, 'planning', { now });
    await expect(scheduleCampaign(db, id, { startsAt, now })).rejects.toThrow(/is planning/);
    await cancelCampaign(db, id, now);
    await expect(scheduleCampaign(db, id, { startsAt, now })).rejects.toThrow(/is cancelled/);
    await expect(scheduleCampaign(db, 'nobody', { startsAt, now })).rejects.toThrow(/no campaign "nobody"/);
  });
});

describe('when its time comes, a campaign', () => {
  it('starts, and not before', async () => {
    await scheduled();
    expect(await startDue(database.db, later(-1))).toEqual({ started: [], late: [] });
    expect(await startDue(database.db, later(0))).toEqual({ started: [id], late: [] });
    expect(await state()).toBe('planning');
    expect(await startDue(database.db, later(1))).toEqual({ started: [], late: [] });
  });

  it('starts once, however many look', async () => {
    await scheduled();
    const looks = await Promise.all(Array.from({ length: 8 }, () => startDue(database.db, later(5))));
    expect(looks.flatMap(({ started }) => started)).toEqual([id]);
  });

  it('does not start when it was cleared or cancelled', async () => {
    await clearSchedule(database.db, await scheduled(), now);
    await cancelCampaign(database.db, await scheduled(), now);
    expect(await startDue(database.db, later(5))).toEqual({ started: [], late: [] });
  });

  it('is left to a person when nobody was running for hours', async () => {
    const intime = await scheduled();
    expect(await startDue(database.db, later(TOO_LATE - 1))).toEqual({ started: [intime], late: [] });
    const late = await scheduled();
    expect(await startDue(database.db, later(TOO_LATE))).toEqual({ started: [], late: [late] });
    const { attention, ...campaign } = await getCampaign(database.db, late);
    expect(campaign).toMatchObject({ state: 'draft', startsAt: null });
    expect(attention).toMatch(/no worker was running.*Schedule it again/);
    const again = await scheduleCampaign(database.db, late, { startsAt: later(TOO_LATE + 1), now });
    expect(again).toMatchObject({ state: 'scheduled', attention: null });
  });
});
