import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededUniform } from '../../src/compose/random.ts';
import {
  blocksInMail,
  debt,
  experimentsDue,
  ratioFor,
  ratioUnits,
  settleAccount,
  UNIT,
} from '../../src/compose/ratio.ts';
import type { RatioAccount } from '../../src/domain/composition.ts';

const fresh: RatioAccount = { wanted: 0, given: 0, forgiven: 0 };
const ratio = fc.integer({ min: 0, max: UNIT });
const blocks = fc.integer({ min: 1, max: 12 });
const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the innovation account of one customer', () => {
  it('is never off by a whole block, for any ratios, block counts and luck', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(ratio, blocks, uniform), { minLength: 1, maxLength: 80 }), (mails) => {
        let account = fresh;
        for (const [r, k, u] of mails) {
          const experiments = experimentsDue(account, r, k, u);
          expect(experiments).toBeGreaterThanOrEqual(0);
          expect(experiments).toBeLessThanOrEqual(k);
          account = settleAccount(account, { ratio: r, blocks: k, experiments }, 3);
          expect(Math.abs(debt(account))).toBeLessThan(UNIT);
          expect(account.forgiven).toBe(0);
        }
      }),
    );
  });

  it('shows nothing new at ratio 0 and nothing else at ratio 1', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(blocks, uniform), { maxLength: 20 }), (mails) => {
        let none = fresh;
        let all = fresh;
        for (const [k, u] of mails) {
          expect(experimentsDue(none, 0, k, u)).toBe(0);
          expect(experimentsDue(all, UNIT, k, u)).toBe(k);
          none = settleAccount(none, { ratio: 0, blocks: k, experiments: 0 }, 3);
          all = settleAccount(all, { ratio: UNIT, blocks: k, experiments: k }, 3);
        }
      }),
    );
  });

  it('stays bounded when offers are missing, and is back under one block once they can be served', () => {
    const mail = fc.record({ r: ratio, k: blocks, u: uniform, available: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(mail, { maxLength: 60 }), ratio, uniform, (mails, lastRatio, u) => {
        let account = fresh;
        for (const { r, k, u: luck, available } of mails) {
          const shown = Math.min(experimentsDue(account, r, k, luck), available);
          account = settleAccount(account, { ratio: r, blocks: k, experiments: shown }, 3);
          expect(debt(account)).toBeLessThanOrEqual(3 * UNIT);
          expect(debt(account)).toBeGreaterThan(-UNIT);
        }
        const k = 12;
        const experiments = experimentsDue(account, lastRatio, k, u);
        account = settleAccount(account, { ratio: lastRatio, blocks: k, experiments }, 3);
        // A mail of experiments alone is the most that can be done.
        if (experiments < k) expect(debt(account)).toBeLessThan(UNIT);
      }),
    );
  });

  it('is let go beyond the bound, and the part let go is counted', () => {
    let account = fresh;
    for (let i = 0; i < 10; i++)
      account = settleAccount(account, { ratio: UNIT, blocks: 1, experiments: 0 }, 3);
    expect(debt(account)).toBe(3 * UNIT);
    expect(account.forgiven).toBe(7 * UNIT);
  });
});

describe('many customers in one campaign', () => {
  it('get exactly their share in every single campaign, also when the ratio or the mail changes', () => {
    const customers = 4000;
    const accounts = Array.from({ length: customers }, () => fresh);
    const plan: [number, number][] = [
      [2000, 3],
      [2000, 3],
      [833, 1],
      [833, 1],
      [833, 1],
      [5000, 2],
      [2500, 3],
      [2500, 3],
      [9000, 4],
      [100, 3],
    ];
    for (const [campaign, [r, k]] of plan.entries()) {
      let given = 0;
      for (const [i, account] of accounts.entries()) {
        const experiments = experimentsDue(account, r, k, seededUniform('key', i, campaign));
        given += experiments;
        accounts[i] = settleAccount(account, { ratio: r, blocks: k, experiments }, 3);
      }
      const share = (r * k) / UNIT;
      const part = share - Math.floor(share);
      const standardError = Math.sqrt((part * (1 - part)) / customers);
      expect(Math.abs(given / customers - share)).toBeLessThan(4.5 * standardError + 1e-9);
    }
  });
});

describe('the number of blocks of a mail', () => {
  it('never asks for more developments than there are, however the draw falls', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        ratio,
        blocks,
        blocks,
        (developments, offers, r, maxProven, maxBlocks) => {
          const k = blocksInMail({ developments, offers, ratio: r, maxProven, maxBlocks });
          const surely = Math.min(Math.floor((r * k) / UNIT), offers);
          expect(k).toBeGreaterThanOrEqual(1);
          expect(k).toBeLessThanOrEqual(maxBlocks);
          expect(k - surely).toBeLessThanOrEqual(Math.min(developments, maxProven));
        },
      ),
    );
  });

  it('lets experiments come on top where the ratio is sure of them', () => {
    const limits = { maxProven: 3, maxBlocks: 6 };
    expect(blocksInMail({ developments: 3, offers: 8, ratio: ratioUnits(0.2), ...limits })).toBe(3);
    expect(blocksInMail({ developments: 1, offers: 8, ratio: ratioUnits(0.5), ...limits })).toBe(2);
    expect(blocksInMail({ developments: 3, offers: 8, ratio: ratioUnits(0.5), ...limits })).toBe(6);
    expect(blocksInMail({ developments: 3, offers: 0, ratio: ratioUnits(1), ...limits })).toBe(3);
  });
});

describe('which ratio counts', () => {
  const none = { contact: null, company: null, segments: [], fallback: 0.2 };
  it.each([
    [{ ...none }, { value: 0.2, source: 'default' }],
    [
      { ...none, segments: [0.4, 0.1] },
      { value: 0.1, source: 'segment' },
    ],
    [
      { ...none, company: 0, segments: [0.4] },
      { value: 0, source: 'company' },
    ],
    [
      { ...none, contact: 0, company: 0.9, segments: [0.4] },
      { value: 0, source: 'contact' },
    ],
  ])('%j → %j', (given, expected) => {
    expect(ratioFor(given)).toEqual(expected);
  });
});
