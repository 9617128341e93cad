import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHUNK, numberChunks } from '../../src/campaign/chunks.ts';
import { type PlanContext, planCampaign } from '../../src/campaign/plan.ts';
import { createCampaign, getCampaign } from '../../src/ledger/campaigns.ts';
import { createProductMatcher, requireLibrary } from '../../src/library/load.ts';
import type { Timing } from '../../src/library/schema.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { LIBRARY } from '../stands/delivery.ts';
import { syncDemo } from '../stands/demo.ts';

// A Friday afternoon in Berlin, in winter
const start = new Date('2026-11-27T15:00:20Z');
const closing = new Date('2026-11-27T17:00Z');
const monday = new Date('2026-11-30T07:00Z');
const OFFICE: Timing = {
  window: { from: '08:00', to: '18:00' },
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  skipHolidays: false,
  timeZones: {},
};
let database: TestDatabase;
let context: PlanContext;
let close: () => Promise<void>;

beforeAll(async () => {
  database = await testDatabase();
  const { server } = await syncDemo(database.db, 2200);
  close = () => server.close();
  const library = await requireLibrary(LIBRARY);
  context = {
    db: database.db,
    content: { library, matchProduct: createProductMatcher(library) },
    randomKey: 'k',
    now: () => start,
  };
});
afterAll(() => close());

interface Row {
  chunk: number;
  dueAt: Date;
  country: string | null;
  customer: string;
}

async function planned(id: string, given: { spreadHours?: number; timing?: Timing } = {}): Promise<Row[]> {
  const { library, matchProduct } = context.content;
  const settings = given.timing ? { ...library.settings, timing: given.timing } : library.settings;
  const content = { matchProduct, library: { ...library, settings } };
  await createCampaign(database.db, {
    id,
    name: id,
    kind: 'adhoc',
    spreadHours: given.spreadHours ?? 0,
    now: start,
  });
  const campaign = await getCampaign(database.db, id);
  await planCampaign({ ...context, content }, campaign);
  return database.db
    .selectFrom('sends')
    .innerJoin('customers', 'customers.id', 'sends.customer_id')
    .select(['chunk', 'due_at as dueAt', 'country', 'customers.id as customer'])
    .where('campaign_id', '=', id)
    .orderBy('customers.id')
    .execute();
}

function chunksOf(rows: Row[]): Row[][] {
  return [...Map.groupBy(rows, (row) => row.chunk).values()];
}

describe('a campaign’s mails', () => {
  it('are due at once without spread and window, in full chunks', async () => {
    const rows = await planned('at-once');
    expect(new Set(rows.map(({ dueAt }) => dueAt.getTime()))).toEqual(new Set([start.getTime()]));
    const sizes = chunksOf(rows).map(({ length }) => length);
    expect(sizes.slice(0, -1).every((size) => size === CHUNK)).toBe(true);
  });

  it('are spread evenly over the hours asked for, the same on every try', async () => {
    const rows = await planned('spread', { spreadHours: 4 });
    const hours = rows.map(({ dueAt }) => (dueAt.getTime() - start.getTime()) / 3_600_000);
    expect(Math.min(...hours)).toBeGreaterThan(-1 / 60);
    expect(Math.max(...hours)).toBeLessThan(4);
    for (const hour of [0, 1, 2, 3]) {
      const share = hours.filter((h) => Math.floor(Math.max(0, h)) === hour).length / hours.length;
      expect(share).toBeGreaterThan(0.2);
      expect(share).toBeLessThan(0.3);
    }
  });

  it('that are due at different times are in different chunks, so that each job wakes once', async () => {
    const rows = await planned('woken-once', { spreadHours: 1 });
    for (const chunk of chunksOf(rows)) {
      expect(new Set(chunk.map(({ dueAt }) => dueAt.getTime())).size).toBe(1);
      expect(chunk.length).toBeLessThanOrEqual(CHUNK);
    }
    expect(chunksOf(rows).length).toBeLessThanOrEqual(60);
  });

  it('that do not fit before the window closes go on when it opens, at the same pace', async () => {
    const rows = await planned('window', { spreadHours: 4, timing: OFFICE });
    const german = rows.filter(({ country }) => country === 'DE').map(({ dueAt }) => dueAt);
    expect(german.filter((at) => at > closing && at < monday)).toEqual([]);
    const today = german.filter((at) => at < closing).length / german.length;
    expect(today).toBeGreaterThan(0.4);
    expect(today).toBeLessThan(0.6);
    const atOpening = german.filter((at) => at >= monday && at.getTime() < monday.getTime() + 600_000);
    expect(atOpening.length / german.length).toBeLessThan(0.1);
  });

  it('of planning that died are in chunks of their own', async () => {
    const dying = new AbortController();
    const { campaign } = await createCampaign(database.db, {
      id: 'died',
      name: 'died',
      kind: 'adhoc',
      now: start,
    });
    const half = planCampaign({ ...context, signal: dying.signal }, campaign, () => dying.abort());
    await expect(half).rejects.toThrow();
    const rows = await planned('died');
    for (const chunk of chunksOf(rows)) expect(chunk.length).toBeLessThanOrEqual(CHUNK);
    expect(rows.length).toBe((await planned('whole')).length);
  });
});

describe('numbering chunks', () => {
  it('begins where it is told, and a new one when one is full or another time comes', () => {
    const number = numberChunks(7);
    const [early, late] = [new Date(1000), new Date(2000)];
    expect([number(early), number(late), number(early), number(late)]).toEqual([7, 8, 7, 8]);
    for (let i = 2; i < CHUNK; i += 1) expect(number(early)).toBe(7);
    expect(number(early)).toBe(9);
    expect(number(late)).toBe(8);
  });
});
