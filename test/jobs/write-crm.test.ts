import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createQueueKeeper } from '../../jobs/reconcile.ts';
import { queueWriting, writeToCrm } from '../../jobs/write-crm.ts';
import { noteTrouble } from '../../src/feedback/crm/trouble.ts';
import { openQueues } from '../../src/queue/queue.ts';
import { entriesStand, MINUTE } from '../feedback/crm/entries-stand.ts';
import { testDatabase } from '../stands/database.ts';

const { db, url: databaseUrl } = await testDatabase();
const stand = await entriesStand(db, 10);
const { server, clock } = stand;
const queues = openQueues({ databaseUrl });
afterAll(async () => {
  await queues.close();
  await server.close();
});
beforeEach(() => stand.clear());

const queued = async () => {
  await queueWriting({ db, queues, now: clock.now });
  const queue = queues.queue(writeToCrm.queue);
  const jobs = await queue.getJobs(['waiting', 'delayed']);
  await queue.drain();
  return jobs;
};

describe('writing to the CRM', () => {
  it('is queued when something is due, once, and carries nothing', async () => {
    await stand.answer(0, 'yes');
    expect(await queued()).toEqual([]);
    clock.advance(MINUTE + 1);
    await queueWriting({ db, queues, now: clock.now });
    expect((await queued()).map(({ data }) => data)).toEqual([{}]);
    await stand.go();
    expect(await queued()).toEqual([]);
  });

  it('is queued by whoever looks after the queues, every ten seconds', async () => {
    await stand.answer(0, 'yes');
    clock.advance(MINUTE + 1);
    const { alert, log } = { alert: async () => {}, log: () => {} };
    await createQueueKeeper({ db, queues, content: undefined as never, now: clock.now, log, alert })();
    expect(await queued()).toHaveLength(1);
  });

  it('is done by one process at a time, so that two don’t write the same', async () => {
    for (let n = 0; n < 8; n++) await stand.answer(n, 'call');
    clock.advance(MINUTE + 1);
    await Promise.all([stand.go(), stand.go(), stand.go()]);
    await stand.settle();
    expect([stand.notes().length, stand.tasks().length]).toEqual([8, 8]);
  });

  it('rests while the CRM can’t be told anything, of one kind or of all', async () => {
    await stand.answer(0, 'yes');
    clock.advance(MINUTE + 1);
    const again = new Date(clock.now().getTime() + MINUTE).toISOString();
    const trouble = { code: 'crm_scope_missing', message: '', since: again, again, alerted: true };
    await noteTrouble(db, trouble, 'crm_writing_note');
    expect(await queued()).toHaveLength(1);
    await noteTrouble(db, trouble, 'crm_writing_profile');
    expect(await queued()).toEqual([]);
    clock.advance(MINUTE);
    expect(await queued()).toHaveLength(1);
    await noteTrouble(
      db,
      { ...trouble, again: new Date(clock.now().getTime() + MINUTE).toISOString() },
      'crm_writing',
    );
    expect(await queued()).toEqual([]);
  });

  it('asks a CRM that was away with a few entries first, and begins no others meanwhile', async () => {
    for (let n = 0; n < 10; n++) await stand.answer(n, 'yes');
    server.faults.failNext(100, 'reset');
    await stand.later();
    await stand.later();
    const begun = await db.selectFrom('crm_entries').select('id').where('begun_at', 'is not', null).execute();
    expect(begun.length).toBeLessThanOrEqual(15);
    await stand.settle();
    expect(stand.notes()).toHaveLength(10);
  });
});
