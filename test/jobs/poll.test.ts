import type { Job } from 'bullmq';
import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { poll, runPollJob, schedulePolls } from '../../jobs/poll.ts';
import type { Alert } from '../../src/observe/alert.ts';
import { openQueues } from '../../src/queue/queue.ts';
import type { ContentSource, Knowledge } from '../../src/render/content.ts';
import { type CrmAdapter, SyncError } from '../../src/sync/port.ts';
import { SYNC_LOCK } from '../../src/sync/sync.ts';
import { type ManualClock, manualClock } from '../stands/clock.ts';
import { testDatabase } from '../stands/database.ts';
import { account, customer, scriptedCrm } from '../sync/scripted-crm.ts';

const { db, url } = await testDatabase();
const queues = openQueues({ databaseUrl: url });
afterAll(async () => void (await queues.close()));

const MINUTE = 60_000;
let clock: ManualClock;
beforeEach(async () => {
  clock = manualClock('2026-11-20T08:00:00Z');
  await sql`truncate customers, purchases, products, companies, owners, sync_cursors, sync_seen, sync_runs`.execute(
    db,
  );
  await db.deleteFrom('installation').where('key', '=', 'crm_poll').execute();
});

/** Polls; an error stands for a CRM that can't be reached. */
function poller() {
  const alerts: Alert[] = [];
  const lines: string[] = [];
  const run = async (crm: CrmAdapter | Error) => {
    const tools = {
      db,
      now: clock.now,
      crm: async () => {
        if (crm instanceof Error) throw crm;
        return crm;
      },
      log: (line: string) => void lines.push(line),
      alert: async (alert: Alert) => void alerts.push(alert),
      signal: new AbortController().signal,
    };
    await runPollJob(tools, { id: '1', name: poll.name, data: {} } as Job);
  };
  return { alerts, lines, run };
}
const customers = async () => (await db.selectFrom('customers').select('id').execute()).length;

describe('the schedule', () => {
  const content = (pollSeconds: number) =>
    ({
      library: async () => ({ library: { settings: { hubspot: { pollSeconds } } } }) as Knowledge,
    }) as ContentSource;
  const scheduled = () => queues.queue(poll.queue).getJobSchedulers();

  test('is what the settings say, once for all processes, and only where a CRM changes', async () => {
    await schedulePolls({ queues, content: content(60), polls: true });
    await schedulePolls({ queues, content: content(60), polls: true });
    expect(await scheduled()).toMatchObject([{ key: 'poll', every: 60_000 }]);
    await schedulePolls({ queues, content: content(20), polls: true });
    expect(await scheduled()).toMatchObject([{ key: 'poll', every: 20_000 }]);
    await schedulePolls({ queues, content: content(20), polls: false });
    expect(await scheduled()).toEqual([]);
  });
});

describe('a poll', () => {
  test('reads everything first, then what has changed; every hour what no search shows', async () => {
    const { run } = poller();
    const crm = scriptedCrm(account([customer('1')]));
    for (const minutes of [0, 1, 58, 1, 1]) {
      clock.advance(minutes * MINUTE);
      await run(crm);
    }
    expect(await customers()).toBe(1);
    expect(crm.asked.map(({ mode, thorough }) => [mode, thorough])).toEqual([
      ['full', true],
      ['incremental', false],
      ['incremental', false],
      ['incremental', true],
      ['incremental', false],
    ]);
  });

  test('is left out without a word while another sync is running', async () => {
    const { run, lines, alerts } = poller();
    const crm = scriptedCrm(account([customer('1')]));
    await db.connection().execute(async (other) => {
      await sql`select pg_advisory_lock(${SYNC_LOCK})`.execute(other);
      await run(crm);
      await sql`select pg_advisory_unlock(${SYNC_LOCK})`.execute(other);
    });
    expect(lines).toEqual([]);
    expect(alerts).toEqual([]);
    expect(crm.asked).toEqual([]);
  });
});

describe('people hear of it', () => {
  test('when most of what was known is gone, and nothing is removed until they say so', async () => {
    const { run, alerts } = poller();
    const people = Array.from({ length: 60 }, (_, n) => customer(String(n)));
    await run({ ...scriptedCrm(account(people)), modes: ['full'] });
    await run({ ...scriptedCrm(account(people.slice(0, 10))), modes: ['full'] });
    expect(alerts).toMatchObject([
      { code: 'mass_removal', text: expect.stringContaining('50 of 60 known customers') },
    ]);
    expect(await customers()).toBe(60);
  });

  const away = new SyncError('crm_unreachable', 'HubSpot can not be reached.', { retryable: true });
  const refused = new SyncError('crm_token_refused', 'HubSpot refuses the access token.');

  test('once, when the CRM could not be read for half an hour; and again the next time', async () => {
    const { run, alerts, lines } = poller();
    const failFor = async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) {
        await run(away);
        clock.advance(MINUTE);
      }
    };
    await failFor(30);
    expect(alerts).toEqual([]);
    expect(lines).toHaveLength(30);
    await failFor(30);
    expect(alerts).toMatchObject([
      { code: 'crm_away', text: expect.stringContaining('2026-11-20 08:00 UTC') },
    ]);
    await run(scriptedCrm(account([customer('1')])));
    expect(lines).toContain('The CRM can be read again.');
    await failFor(29);
    expect(alerts).toHaveLength(1);
    await failFor(3);
    expect(alerts).toHaveLength(2);
  });

  test('at once, and once, when the token is refused', async () => {
    const { run, alerts } = poller();
    await run(refused);
    clock.advance(MINUTE);
    await run(refused);
    expect(alerts).toMatchObject([
      { code: 'crm_refused', text: expect.stringContaining('refuses the access token') },
    ]);
  });
});
