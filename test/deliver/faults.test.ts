import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditDelivery, tallyOf } from '../../bench/faults/accounts.ts';
import { serverTrouble } from '../../bench/faults/episodes.ts';
import { type Row, unsettledAt } from '../../bench/faults/kills.ts';
import { runLosses } from '../../bench/faults/losses.ts';
import { FAULT_NAMES, misbehaviour } from '../../bench/faults/misbehaviour.ts';
import type { Transaction } from '../../bench/faults/transaction.ts';
import { emptyDatabase } from '../stands/database.ts';
import { redisAvailable, redisStand } from '../stands/redis.ts';

/** The fault bench (`npm run faults`) in small, and that it would notice. */

const databases = [await emptyDatabase(), await emptyDatabase()];

// Together: they mostly wait, for the jobs of dead workers to be anybody's again.
describe.concurrent('nothing is lost or doubled by killed workers and a mail server that misbehaves', () => {
  for (const backend of ['postgres', 'redis'] as const) {
    const test = it.skipIf(backend === 'redis' && !redisAvailable());
    test(`with the queue in ${backend}`, { timeout: 180_000 }, async () => {
      const redis = backend === 'redis' ? await redisStand() : null;
      try {
        const { checks } = await runLosses({
          databaseUrl: databases.pop()?.url ?? '',
          redis,
          customers: 400,
          kills: 6,
          workers: 2,
          seed: 'short',
          episodes: serverTrouble,
          everyFault: false,
          limitSeconds: 150,
          say: () => {},
        });
        expect(checks.filter((check) => !check.ok)).toEqual([]);
      } finally {
        await redis?.remove();
      }
    });
  }
});

const transaction = (more: Partial<Transaction>): Transaction => ({
  worker: 'w',
  mailAt: 0,
  recipient: 'a@x.test',
  dataAt: 1,
  messageId: '<1@x.test>',
  kept: true,
  reply: 250,
  endedAt: 2,
  fault: null,
  ...more,
});
const row = (more: Partial<Row>): Row => ({
  recipient: 'a@x.test',
  state: 'sent',
  reason: null,
  messageId: '<1@x.test>',
  ...more,
});
const dropped = { name: 'drops', at: 'dot', kind: 'cut', kept: false } as const;

/** Names of the checks that fail for a campaign of these sends. */
function broken(rows: Row[], transactions: Transaction[], unsettled: string[] = []): string[] {
  const tally = tallyOf({ candidates: rows.length, planned: rows.length, excluded: {} }, rows);
  const kills = unsettled.length > 0 ? [{ worker: 'w', unsettled }] : [];
  return auditDelivery({ tally, rows, transactions, kills })
    .filter((check) => !check.ok)
    .map((check) => check.name);
}

describe('the comparison of ledger and server', () => {
  it('is content when both say the same', () => {
    expect(broken([row({})], [transaction({})])).toEqual([]);
    expect(broken([row({ state: 'failed' })], [transaction({ kept: false, reply: 550 })])).toEqual([]);
  });

  it('notices what is lost', () => {
    expect(broken([row({})], [transaction({ kept: false, reply: 451 })])).toEqual(['lost']);
    expect(broken([row({ state: 'failed' })], [transaction({ kept: false, reply: 451 })])).toEqual(['lost']);
    expect(broken([row({ state: 'queued' })], [])).toEqual(['accounts', 'lost']);
  });

  it('notices what is delivered twice, or in spite of the ledger', () => {
    expect(broken([row({})], [transaction({}), transaction({})])).toEqual(['delivered twice']);
    expect(broken([row({ state: 'skipped' })], [transaction({})])).toEqual(['delivered twice']);
  });

  it('notices doubts that nothing explains', () => {
    const died = row({ state: 'in_doubt', reason: 'worker_died' });
    expect(broken([died], [transaction({})], ['a@x.test'])).toEqual([]);
    expect(broken([died], [transaction({})], ['b@x.test'])).toEqual(['in doubt, explained']);
    expect(broken([died], [transaction({})])).toEqual(['in doubt, killed', 'in doubt, explained']);
    const cut = row({ state: 'in_doubt', reason: 'connection_lost' });
    expect(broken([cut], [transaction({ fault: dropped, reply: null, kept: false })])).toEqual([]);
    expect(broken([cut], [transaction({})])).toEqual(['in doubt, cut off', 'in doubt, explained']);
  });

  it('notices a Message-ID that changes from try to try', () => {
    const other = transaction({ kept: false, reply: 451, messageId: '<2@x.test>' });
    expect(broken([row({})], [other, transaction({})])).toEqual(['same Message-ID']);
  });
});

describe('a kill', () => {
  const at = (
    killedAt: number,
    tx: Partial<Transaction>,
    state: Row['state'],
    reason: string | null = null,
  ) => unsettledAt([transaction(tx)], killedAt, [row({ state, reason })]).length;

  it('leaves a mail unsettled from its 354 until the ledger knows its end', () => {
    const goingOn = { endedAt: null, reply: null };
    expect(at(5, { ...goingOn, dataAt: null }, 'queued')).toBe(0);
    expect(at(5, goingOn, 'queued')).toBe(1);
    expect(at(5, goingOn, 'sending')).toBe(1);
    expect(at(5, { endedAt: 4 }, 'sending')).toBe(1);
    expect(at(5, { endedAt: 4 }, 'in_doubt', 'worker_died')).toBe(1);
    expect(at(5, { endedAt: 4 }, 'sent')).toBe(0);
    expect(at(5, { endedAt: 4, reply: null }, 'in_doubt', 'connection_lost')).toBe(0);
    expect(at(5, { endedAt: 4, reply: 451 }, 'queued')).toBe(0);
  });
});

describe('misbehaviour', () => {
  it('is the same for the same seed, whatever the order, and another for another', () => {
    const faults = (seed: string, addresses: string[]) =>
      Object.fromEntries(addresses.map((a) => [a, misbehaviour(seed).recipient(a, 1)?.name ?? '']));
    const addresses = Array.from({ length: 300 }, (_, n) => `person${n}@x.test`);
    expect(faults('one', [...addresses].reverse())).toEqual(faults('one', addresses));
    expect(faults('two', addresses)).not.toEqual(faults('one', addresses));
  });

  it('lets every recipient in after some tries, or refuses for good', () => {
    fc.assert(
      fc.property(fc.string(), fc.emailAddress(), (seed, address) => {
        const { recipient } = misbehaviour(seed);
        const tries = Array.from({ length: 30 }, (_, n) => recipient(address, n + 1));
        expect(tries.some((fault) => fault === null || fault.kind === 'slow')).toBe(true);
      }),
    );
  });

  it('knows more than thirty ways', () => {
    expect(new Set(FAULT_NAMES).size).toBe(FAULT_NAMES.length);
    expect(FAULT_NAMES.length).toBeGreaterThan(30);
  });
});
