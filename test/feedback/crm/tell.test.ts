import { sql } from 'kysely';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { suppressAll } from '../../../src/db/suppress.ts';
import type { CrmSubscriptions } from '../../../src/domain/crm-subscriptions.ts';
import { erasePerson } from '../../../src/erasure/erase.ts';
import { countUntold, forgetBefore, isAnythingUntold } from '../../../src/feedback/crm/outbox.ts';
import { tellCrm } from '../../../src/feedback/crm/tell.ts';
import { recordReport } from '../../../src/feedback/mail-events.ts';
import { importSuppressions } from '../../../src/feedback/suppression-import.ts';
import { suppress } from '../../../src/feedback/suppressions.ts';
import { resubscribe, unsubscribe } from '../../../src/feedback/unsubscribe.ts';
import { createCampaign } from '../../../src/ledger/campaigns.ts';
import { type ConsentAnswer, type ConsentDesk, SyncError } from '../../../src/sync/port.ts';
import { manualClock } from '../../stands/clock.ts';
import { seedCustomers } from '../../stands/company.ts';
import { testDatabase } from '../../stands/database.ts';

const { db } = await testDatabase();
await seedCustomers(db, 60);
await createCampaign(db, { id: 'herbst', name: 'Herbst', kind: 'adhoc', now: new Date() });
const clock = manualClock('2026-11-20T08:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const address = (n: number) => `person${n}@customers.test`;

/** A CRM's desk that keeps who is unsubscribed, and can be told how to answer. */
function scriptedDesk() {
  const calls: string[] = [];
  const script = {
    calls,
    before: [{ id: '7', subscribed: true, basis: null }] as CrmSubscriptions | null,
    answer: (_address: string): ConsentAnswer => ({ outcome: 'told' }),
    /** Done while the CRM is being told of an objection. */
    meanwhile: async () => {},
  };
  const desk: ConsentDesk = {
    before: async (a) => {
      calls.push(`before ${a}`);
      return script.before;
    },
    optOut: async (a) => {
      calls.push(`out ${a}`);
      await script.meanwhile();
      return script.answer(a);
    },
    takeBack: async (a, before) => {
      calls.push(`back ${a} ${before.map((b) => b.id)}`);
      return script.answer(a);
    },
    close() {},
  };
  return { script, calls, desk };
}

let { script, calls, desk } = scriptedDesk();
const tell = () =>
  tellCrm({ db, desk, source: 'test', now: clock.now, signal: new AbortController().signal });
const entry = (n: number) =>
  db.selectFrom('suppressions').selectAll().where('email_key', '=', address(n)).executeTakeFirst();

async function sendTo(n: number): Promise<number> {
  const { id } = await db
    .insertInto('sends')
    .values({
      campaign_id: 'herbst',
      customer_id: `c${String(n).padStart(6, '0')}`,
      chunk: 0,
      state: 'sent',
      email_key: address(n),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

beforeEach(async () => {
  ({ script, calls, desk } = scriptedDesk());
  for (const table of ['mail_events', 'sends', 'suppressions', 'crm_take_backs'] as const) {
    await db.deleteFrom(table).execute();
  }
  await db.updateTable('customers').set({ opted_out: false }).execute();
});

describe('whoever objects here', () => {
  it('is told to the CRM once, whatever the way, and nobody else', async () => {
    await unsubscribe(db, await sendTo(1), clock.now());
    clock.advance(1000);
    const report = {
      sendId: await sendTo(2),
      address: null,
      status: null,
      detail: '',
      occurredAt: clock.now(),
    };
    await recordReport(
      db,
      { ...report, kind: 'complaint', source: 'arf', dedupeKey: 'x' },
      { softBounces: 5, now: clock.now() },
    );
    await suppress(db, { address: address(3), reason: 'manual', detail: null, now: clock.now() });
    await suppress(db, { address: address(4), reason: 'bounced', detail: null, now: clock.now() });
    expect(await isAnythingUntold(db, clock.now())).toBe(true);
    expect((await tell()).objections).toMatchObject({ told: 2 });
    expect(calls).toEqual([`before ${address(1)}`, `out ${address(1)}`, `out ${address(2)}`]);
    expect(await isAnythingUntold(db, clock.now())).toBe(false);
    await tell();
    expect(calls).toHaveLength(3);
  });

  it('is told when a bounced address is unsubscribed, too', async () => {
    await suppress(db, { address: address(1), reason: 'bounced', detail: null, now: clock.now() });
    await tell();
    expect(calls).toEqual([]);
    await unsubscribe(db, await sendTo(1), clock.now());
    await tell();
    expect(calls).toContain(`out ${address(1)}`);
  });

  it('is not told when no customer has the address, but as soon as one has', async () => {
    const now = clock.now();
    await suppress(db, { address: 'stranger@nowhere.test', reason: 'unsubscribed', detail: null, now });
    await tell();
    expect(calls).toEqual([]);
    expect(await isAnythingUntold(db, clock.now())).toBe(false);
    await sql`insert into customers (id, source, email) values ('new', 'test', 'Stranger@nowhere.test')`.execute(
      db,
    );
    clock.advance(DAY);
    await tell();
    expect(calls).toEqual(['out stranger@nowhere.test']);
    await db.deleteFrom('customers').where('id', '=', 'new').execute();
  });

  it('is told in the form of the address that the CRM knows', async () => {
    await sql`insert into customers (id, source, email) values ('idn', 'test', 'kim@xn--mller-kva.example')`.execute(
      db,
    );
    await suppress(db, {
      address: 'kim@müller.example',
      reason: 'unsubscribed',
      detail: null,
      now: clock.now(),
    });
    await tell();
    expect(calls.filter((call) => call.startsWith('out'))).toEqual(['out kim@xn--mller-kva.example']);
    await db.deleteFrom('customers').where('id', '=', 'idn').execute();
  });

  it('is not asked about when the CRM has no such address', async () => {
    await unsubscribe(db, await sendTo(1), clock.now());
    script.answer = () => ({ outcome: 'no_address' });
    await tell();
    expect(await entry(1)).toMatchObject({ crm_outcome: 'no_address', crm_before: null });
    expect(await isAnythingUntold(db, clock.now())).toBe(false);
  });

  it('is told again after minutes, then hours, while the CRM refuses; others do not wait', async () => {
    await unsubscribe(db, await sendTo(1), clock.now());
    script.answer = (a) => (a === address(1) ? { outcome: 'refused', message: 'No.' } : { outcome: 'told' });
    expect(await tell()).toMatchObject({ refusal: 'No.' });
    await unsubscribe(db, await sendTo(2), clock.now());
    expect((await tell()).objections).toMatchObject({ told: 1, refused: 0 });
    expect(await countUntold(db)).toEqual({ waiting: 1, refused: 1 });
    clock.advance(MINUTE);
    expect((await tell()).objections).toMatchObject({ refused: 1 });
    clock.advance(MINUTE);
    expect((await tell()).objections).toMatchObject({ refused: 0 });
    clock.advance(3 * MINUTE);
    script.answer = () => ({ outcome: 'told' });
    expect((await tell()).objections).toMatchObject({ told: 1 });
  });

  it('waits when the CRM can not be told anything', async () => {
    await unsubscribe(db, await sendTo(1), clock.now());
    clock.advance(1000);
    await unsubscribe(db, await sendTo(2), clock.now());
    script.answer = (a) => {
      if (a === address(2)) throw new SyncError('crm_scope_missing', 'A scope is missing.');
      return { outcome: 'told' };
    };
    await expect(tell()).rejects.toMatchObject({ code: 'crm_scope_missing' });
    expect(await entry(1)).toMatchObject({ crm_outcome: 'told' });
    expect(await entry(2)).toMatchObject({ crm_told_at: null });
    expect(await isAnythingUntold(db, clock.now())).toBe(true);
  });

  it('is forgotten here when erased, and what they took back, too', async () => {
    const send = await sendTo(60);
    await unsubscribe(db, send, clock.now());
    await tell();
    await resubscribe(db, send, clock.now());
    await erasePerson(db, 'c000060', clock.now());
    await tell();
    expect(calls).toEqual([`before ${address(60)}`, `out ${address(60)}`]);
    expect(await db.selectFrom('crm_take_backs').selectAll().execute()).toEqual([]);
  });
});

describe('a long list', () => {
  async function importOld(count: number) {
    const since = new Date(clock.now().getTime() - 30 * DAY);
    async function* lines() {
      for (let n = 1; n <= count; n++) {
        const own = { address: address(n), reason: 'unsubscribed' as const, detail: null, since };
        yield { line: n, entry: own, hash: null };
      }
    }
    await importSuppressions(db, lines());
  }

  it('is told a few at a time, and keeps nobody waiting', async () => {
    await importOld(20);
    await unsubscribe(db, await sendTo(30), clock.now());
    expect((await tell()).objections.told).toBe(6);
    expect(calls.slice(0, 2)).toEqual([`before ${address(30)}`, `out ${address(30)}`]);
    await tell();
    await tell();
    expect((await tell()).objections.told).toBe(5);
    expect(await isAnythingUntold(db, clock.now())).toBe(false);
  });

  it('costs no call for those whom the CRM has opted out itself', async () => {
    await importOld(3);
    await db.updateTable('customers').set({ opted_out: true }).where('email', '!=', address(2)).execute();
    await tell();
    expect(calls).toEqual([`out ${address(2)}`]);
    expect(await entry(1)).toMatchObject({ crm_outcome: 'known' });
  });
});

describe('whoever takes it back within the hour', () => {
  it('leaves no trace in a CRM that was not told yet', async () => {
    const send = await sendTo(1);
    await unsubscribe(db, send, clock.now());
    await resubscribe(db, send, clock.now());
    await tell();
    expect(calls).toEqual([]);
  });

  it('has restored what was there before', async () => {
    const send = await sendTo(1);
    script.before = [
      { id: '7', subscribed: true, basis: 'CONSENT_WITH_NOTICE' },
      { id: '9', subscribed: true, basis: null },
    ];
    await unsubscribe(db, send, clock.now());
    await tell();
    expect(await resubscribe(db, send, clock.now())).toEqual({ restored: true });
    expect(await isAnythingUntold(db, clock.now())).toBe(true);
    expect(await tell()).toMatchObject({ takenBack: 1, notTakenBack: [] });
    expect(calls.at(-1)).toBe(`back ${address(1)} 7,9`);
    expect(await isAnythingUntold(db, clock.now())).toBe(false);
  });

  it('has it restored although it came while the CRM was being told', async () => {
    const send = await sendTo(1);
    await unsubscribe(db, send, clock.now());
    script.meanwhile = async () => {
      await resubscribe(db, send, clock.now());
    };
    await tell();
    await tell();
    expect(calls.slice(-2)).toEqual([`out ${address(1)}`, `back ${address(1)} 7`]);
  });

  it('has it restored after a crash in the middle', async () => {
    const send = await sendTo(1);
    await unsubscribe(db, send, clock.now());
    script.meanwhile = async () => {
      throw new Error('killed');
    };
    await expect(tell()).rejects.toThrow('killed');
    await resubscribe(db, send, clock.now());
    await tell();
    expect(calls.at(-1)).toBe(`back ${address(1)} 7`);
  });

  it.each([
    ['before it was told', null, 'told'],
    ['by all that it says', [{ id: '7', subscribed: true, basis: null }], 'known'],
  ] as const)('changes nothing where the CRM knew of an objection %s', async (_when, before, outcome) => {
    const send = await sendTo(1);
    script.before = before && [...before];
    script.answer = () => ({ outcome });
    await unsubscribe(db, send, clock.now());
    await tell();
    await resubscribe(db, send, clock.now());
    await tell();
    expect(calls.filter((call) => call.startsWith('back'))).toEqual([]);
  });

  it('changes nothing where the CRM knew of an objection, even at the same moment', async () => {
    const send = await sendTo(1);
    script.answer = () => ({ outcome: 'known' });
    script.meanwhile = async () => {
      await resubscribe(db, send, clock.now());
    };
    await unsubscribe(db, send, clock.now());
    await tell();
    await tell();
    expect(calls.filter((call) => call.startsWith('back'))).toEqual([]);
  });

  it('and objects again, is unsubscribed in the end', async () => {
    const send = await sendTo(1);
    await unsubscribe(db, send, clock.now());
    await tell();
    await resubscribe(db, send, clock.now());
    await unsubscribe(db, send, clock.now());
    await tell();
    await tell();
    expect(calls.filter((call) => !call.startsWith('before'))).toEqual([
      `out ${address(1)}`,
      `out ${address(1)}`,
    ]);
    expect(await entry(1)).toMatchObject({ crm_outcome: 'told' });
  });

  it('keeps nobody’s objection waiting, even if the CRM fails at it', async () => {
    const send = await sendTo(1);
    await unsubscribe(db, send, clock.now());
    await tell();
    await resubscribe(db, send, clock.now());
    await unsubscribe(db, await sendTo(2), clock.now());
    desk.takeBack = async () => {
      throw new SyncError('crm_refused', 'No.');
    };
    await expect(tell()).rejects.toMatchObject({ code: 'crm_refused' });
    expect(await entry(2)).toMatchObject({ crm_outcome: 'told' });
  });

  it.each(['bounced', 'manual'] as const)(
    'has it restored although the address is %s by now',
    async (reason) => {
      const send = await sendTo(1);
      await unsubscribe(db, send, clock.now());
      await tell();
      await resubscribe(db, send, clock.now());
      await suppress(db, { address: address(1), reason, detail: null, now: clock.now() });
      expect(await tell()).toMatchObject({ takenBack: 1 });
      expect(calls.at(-1)).toBe(`back ${address(1)} 7`);
    },
  );

  it.each(['complained', 'erased'] as const)('has nothing restored when it is %s by now', async (reason) => {
    const send = await sendTo(1);
    await unsubscribe(db, send, clock.now());
    await tell();
    await resubscribe(db, send, clock.now());
    await suppress(db, { address: address(1), reason, detail: null, now: clock.now() });
    expect(await tell()).toMatchObject({ takenBack: 0 });
    expect(await db.selectFrom('crm_take_backs').selectAll().execute()).toEqual([]);
  });

  it('has the first state restored, if they objected and took it back again', async () => {
    const send = await sendTo(1);
    await unsubscribe(db, send, clock.now());
    await tell();
    await resubscribe(db, send, clock.now());
    await unsubscribe(db, send, clock.now());
    script.before = null;
    script.answer = () => ({ outcome: 'known' });
    await tell();
    await resubscribe(db, send, clock.now());
    await tell();
    expect(calls.at(-1)).toBe(`back ${address(1)} 7`);
  });

  it('is named to people when the CRM does not restore it', async () => {
    const send = await sendTo(1);
    await unsubscribe(db, send, clock.now());
    await tell();
    await resubscribe(db, send, clock.now());
    script.answer = () => ({ outcome: 'refused', message: 'Never again.' });
    expect((await tell()).notTakenBack).toEqual([{ customers: ['c000001'], message: 'Never again.' }]);
    expect(await isAnythingUntold(db, clock.now())).toBe(false);
  });
});

test('what to restore is kept as long as it can be taken back', async () => {
  const send = await sendTo(1);
  await unsubscribe(db, send, clock.now());
  await tell();
  clock.advance(60 * MINUTE);
  await forgetBefore(db, clock.now());
  expect(await entry(1)).toMatchObject({ crm_before: [{ id: '7' }] });
  clock.advance(2 * MINUTE);
  await forgetBefore(db, clock.now());
  expect(await entry(1)).toMatchObject({ crm_outcome: 'told', crm_before: null });
});

describe('what nobody said here about this address', () => {
  const withheld = (n: number) => {
    const since = clock.now();
    const said = { address: address(n), reason: 'unsubscribed' as const, detail: 'merged from x', since };
    return suppressAll(db, [said], { withheld: true });
  };

  it('is not told, and does not count as waiting', async () => {
    await withheld(1);
    await suppress(db, { address: address(2), reason: 'bounced', detail: null, now: clock.now() });
    await withheld(2);
    expect(await isAnythingUntold(db, clock.now())).toBe(false);
    expect(await countUntold(db)).toEqual({ waiting: 0, refused: 0 });
    await tell();
    expect(calls).toEqual([]);
  });

  it('is told as soon as the person says it here, too', async () => {
    await withheld(1);
    clock.advance(MINUTE);
    await unsubscribe(db, await sendTo(1), clock.now());
    await tell();
    expect(calls).toContain(`out ${address(1)}`);
  });

  it('changes nothing about what they have said here', async () => {
    await unsubscribe(db, await sendTo(1), clock.now());
    clock.advance(MINUTE);
    await withheld(1);
    await tell();
    expect(calls).toContain(`out ${address(1)}`);
  });

  it('is not told because a list with it is taken back in', async () => {
    await withheld(1);
    const since = clock.now();
    clock.advance(MINUTE);
    async function* lines() {
      yield {
        line: 1,
        entry: { address: address(1), reason: 'unsubscribed' as const, detail: null, since },
        hash: null,
      };
    }
    await importSuppressions(db, lines());
    await tell();
    expect(calls).toEqual([]);
  });
});

describe('an address that makes the CRM break', () => {
  const down = () => new SyncError('crm_down', 'HubSpot answered 500.', { retryable: true, ofRecords: true });

  test('does not hold up the others, and is tried again later', async () => {
    for (const n of [1, 2, 3, 4]) {
      await suppress(db, { address: address(n), reason: 'unsubscribed', detail: null, now: clock.now() });
    }
    script.answer = (a) => {
      if (a === address(2) || a === address(4)) throw down();
      return { outcome: 'told' };
    };
    expect((await tell()).objections).toMatchObject({ told: 2, refused: 2 });
    expect((await entry(2))?.crm_told_at).toBeNull();
    script.answer = () => ({ outcome: 'told' });
    clock.advance(2 * MINUTE);
    expect((await tell()).objections.told).toBe(2);
  });

  test('is not one but the CRM itself when three break in a row', async () => {
    for (const n of [1, 2, 3, 4]) {
      await suppress(db, { address: address(n), reason: 'unsubscribed', detail: null, now: clock.now() });
    }
    script.answer = () => {
      throw down();
    };
    await expect(tell()).rejects.toMatchObject({ code: 'crm_down' });
    expect(calls.filter((call) => call.startsWith('out'))).toHaveLength(3);
  });
});
