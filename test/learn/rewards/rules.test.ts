import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { ANSWERS } from '../../../src/domain/conversation.ts';
import { type RewardRules, rewarded } from '../../../src/learn/rewards/blocks.ts';
import { rewardOf } from '../../../src/learn/rewards/reward.ts';
import { testDatabase } from '../../stands/database.ts';
import { handWritten } from './ledger.ts';

const { db } = await testDatabase();
const { mail, answer, click, object, buy } = handWritten(db);
beforeEach(async () => {
  await sql`truncate customers, products, campaigns, purchases cascade`.execute(db);
  await sql`
    insert into products (id, source, name) select n, 'test', n from unnest(array['camera', 'laser', 'laser-old']) n`.execute(
    db,
  );
});

const worth = { later: 0.25, click: 0.1 };
const rules = (now: string): RewardRules => ({
  windowDays: 14,
  worth,
  sold: {
    fixed: [{ kind: 'experimental', contentId: 'camera-offer' }],
    products: [{ kind: 'experimental', contentId: 'camera-offer', key: 'camera' }],
  },
  products: [
    { id: 'camera', key: 'camera', name: 'Camera', family: null },
    { id: 'laser', key: 'laser', name: 'Laser', family: null },
    { id: 'laser-old', key: 'laser', name: 'Laser', family: null },
  ],
  timeZone: 'Europe/Berlin',
  now: new Date(now),
});

/** What each block earned, by `send/position`; blocks that earned nothing are missing. */
async function earned(now = '2026-04-01T00:00:00Z'): Promise<Record<string, number>> {
  const { rows } = await sql<{ block: string; reward: number }>`
    with ${rewarded(rules(now), sql`select * from shown_blocks`)}
    select send_id || '/' || position as block, reward from rewards`.execute(db);
  return Object.fromEntries(rows.map(({ block, reward }) => [block, reward]));
}

const SHOWN = '2026-03-01T09:00:00Z';

describe('an answer', () => {
  it('earns what it is worth, for its block alone', async () => {
    const send = await mail('1', SHOWN, [{}, {}, {}, {}, {}]);
    await answer(send, 'yes', '2026-03-02T09:00:00Z', { position: 0 });
    await answer(send, 'call', '2026-03-02T09:00:00Z', { position: 1 });
    await answer(send, 'later', '2026-03-02T09:00:00Z', { position: 2 });
    await answer(send, 'no', '2026-03-02T09:00:00Z', { position: 3 });
    expect(await earned()).toEqual({ [`${send}/0`]: 1, [`${send}/1`]: 1, [`${send}/2`]: 0.25 });
  });

  it('counts up to the end of the window, to the second', async () => {
    const inTime = await mail('1', SHOWN);
    const tooLate = await mail('2', SHOWN);
    await answer(inTime, 'yes', '2026-03-15T09:00:00Z');
    await answer(tooLate, 'yes', '2026-03-15T09:00:01Z');
    expect(await earned()).toEqual({ [`${inTime}/0`]: 1 });
  });

  it('is the last one that was given in the window; what is said after it changes nothing', async () => {
    const changed = await mail('1', SHOWN);
    await answer(changed, 'yes', '2026-03-02T09:00:00Z');
    await answer(changed, 'no', '2026-03-03T09:00:00Z');
    const settled = await mail('2', SHOWN);
    await answer(settled, 'yes', '2026-03-02T09:00:00Z');
    await answer(settled, 'no', '2026-03-20T09:00:00Z');
    expect(await earned()).toEqual({ [`${settled}/0`]: 1 });
  });

  it('counts for nothing as long as it is doubted', async () => {
    const send = await mail('1', SHOWN);
    await answer(send, 'later', '2026-03-02T09:00:00Z');
    await answer(send, 'yes', '2026-03-03T09:00:00Z', { doubted: true });
    expect(await earned()).toEqual({ [`${send}/0`]: 0.25 });
  });

  it('is not known before it is given', async () => {
    const send = await mail('1', SHOWN);
    await answer(send, 'yes', '2026-03-02T09:00:00Z');
    expect(await earned('2026-03-02T08:00:00Z')).toEqual({});
  });
});

describe('a click', () => {
  it('earns a little, however often', async () => {
    const send = await mail('1', SHOWN, [{}, {}]);
    for (const hour of ['10', '11']) await click(send, `2026-03-01T${hour}:00:00Z`, { position: 1 });
    expect(await earned()).toEqual({ [`${send}/1`]: 0.1 });
  });

  it('earns nothing beside an answer: no is no', async () => {
    const send = await mail('1', SHOWN);
    await click(send, '2026-03-01T10:00:00Z');
    await answer(send, 'no', '2026-03-01T10:01:00Z');
    expect(await earned()).toEqual({});
  });

  it('of a program, of somebody who says it was not them, or after the window earns nothing', async () => {
    await click(await mail('1', SHOWN), '2026-03-01T10:00:00Z', { machine: 'agent' });
    await click(await mail('2', SHOWN), '2026-03-01T10:00:00Z', { denied: true });
    await click(await mail('3', SHOWN), '2026-03-16T10:00:00Z');
    expect(await earned()).toEqual({});
  });
});

describe('a purchase', () => {
  it('earns 1 when the block sells it, from the day after to the last day of the window', async () => {
    const days = ['2026-02-27', '2026-03-01', '2026-03-02', '2026-03-15', '2026-03-16'];
    const sends = [];
    for (const [i, day] of days.entries()) {
      sends.push(await mail(`${i}`, SHOWN));
      await buy(`${i}`, 'camera', day);
    }
    expect(await earned()).toEqual({ [`${sends[2]}/0`]: 1, [`${sends[3]}/0`]: 1 });
  });

  it('of something else earns nothing; a development sells the product that it is about', async () => {
    const offer = await mail('1', SHOWN, [{ productKey: 'laser' }]);
    const development = await mail('2', SHOWN, [{ kind: 'proven', contentId: 'news', productKey: 'laser' }]);
    for (const customer of ['1', '2']) await buy(customer, 'laser-old', '2026-03-05');
    expect(await earned()).toEqual({ [`${development}/0`]: 1 });
    await buy('1', 'camera', '2026-03-06');
    expect(await earned()).toEqual({ [`${offer}/0`]: 1, [`${development}/0`]: 1 });
  });

  it('that came back, or was cancelled, earns nothing', async () => {
    for (const customer of ['1', '2', '3']) await mail(customer, SHOWN);
    await buy('1', 'camera', '2026-03-05', { quantity: 2 });
    await buy('1', 'camera', '2026-03-20', { quantity: -2 });
    await buy('2', 'camera', '2026-03-05', { status: 'cancelled' });
    const kept = await mail('4', SHOWN);
    await buy('4', 'camera', '2026-03-05', { quantity: 2 });
    await buy('4', 'camera', '2026-03-20', { quantity: -1 });
    expect(await earned()).toEqual({ [`${kept}/0`]: 1 });
  });

  it('counts for every mail that it is in the window of, and from the end of its day on', async () => {
    const first = await mail('1', SHOWN);
    const second = await mail('1', '2026-03-04T09:00:00Z');
    await buy('1', 'camera', '2026-03-05');
    expect(await earned('2026-03-05T22:59:00Z')).toEqual({});
    expect(await earned('2026-03-05T23:00:00Z')).toEqual({ [`${first}/0`]: 1, [`${second}/0`]: 1 });
  });
});

describe('an objection to the mail', () => {
  it('takes from all its blocks what is not sure, and from no other mail', async () => {
    for (const kind of ['unsubscribe', 'complaint']) {
      const send = await mail(kind, SHOWN, [{}, {}, {}]);
      await click(send, '2026-03-01T10:00:00Z', { position: 0 });
      await answer(send, 'later', '2026-03-01T10:00:00Z', { position: 1 });
      await answer(send, 'yes', '2026-03-01T10:00:00Z', { position: 2 });
      const other = await mail(kind, '2026-03-03T09:00:00Z');
      await click(other, '2026-03-04T10:00:00Z');
      await object(send, '2026-03-05T10:00:00Z', kind);
      expect(await earned()).toMatchObject({ [`${send}/2`]: 1, [`${other}/0`]: 0.1 });
    }
    expect(Object.keys(await earned())).toHaveLength(4);
  });

  it('leaves alone what was settled before it; a bounce is none', async () => {
    const send = await mail('1', SHOWN);
    await click(send, '2026-03-01T10:00:00Z');
    await object(send, '2026-03-01T09:00:01Z', 'soft_bounce');
    await object(send, '2026-03-20T10:00:00Z');
    expect(await earned()).toEqual({ [`${send}/0`]: 0.1 });
  });
});

it('every combination earns the same in the database as in words', async () => {
  const expected: Record<string, number> = {};
  for (const said of [null, ...ANSWERS])
    for (const bits of Array.from({ length: 8 }, (_, n) => n)) {
      const [clicked, bought, objected] = [(bits & 1) > 0, (bits & 2) > 0, (bits & 4) > 0];
      const customer = `${said} ${bits}`;
      const send = await mail(customer, SHOWN);
      if (said !== null) await answer(send, said, '2026-03-03T09:00:00Z');
      if (clicked) await click(send, '2026-03-02T09:00:00Z');
      if (bought) await buy(customer, 'camera', '2026-03-04');
      if (objected) await object(send, '2026-03-05T09:00:00Z');
      const reward = rewardOf({ answer: said, clicked, bought, objected }, worth);
      if (reward > 0) expected[`${send}/0`] = reward;
    }
  expect(await earned()).toEqual(expected);
});

it('gains add up to the reward, each at its time', async () => {
  const send = await mail('1', SHOWN);
  await click(send, '2026-03-01T10:00:00Z');
  await buy('1', 'camera', '2026-03-04');
  const { rows } = await sql`
    with ${rewarded(rules('2026-04-01T00:00:00Z'), sql`select * from shown_blocks`)}
    select at, gain from gains order by at`.execute(db);
  expect(rows).toEqual([
    { at: new Date('2026-03-01T10:00:00Z'), gain: 0.1 },
    { at: new Date('2026-03-04T23:00:00Z'), gain: 0.9 },
  ]);
  expect(await earned()).toEqual({ [`${send}/0`]: 1 });
});
