import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batched } from '../../src/ledger/batched.ts';

describe('group commit', () => {
  it('gives everyone their own result, in any order of asking', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat(), { maxLength: 30 }), { maxLength: 8 }), async (rounds) => {
        const double = batched(async (items: number[]) => {
          await sleep(0);
          return items.map((n) => n * 2);
        });
        const asked: Promise<number>[] = [];
        for (const round of rounds) {
          asked.push(...round.map((n) => double(n)));
          await sleep(0);
        }
        expect(await Promise.all(asked)).toEqual(rounds.flat().map((n) => n * 2));
      }),
      { numRuns: 30 },
    );
  });

  it('shares one piece of work among those who ask at about the same time', async () => {
    const sizes: number[] = [];
    const ask = batched(async (items: number[]) => {
      sizes.push(items.length);
      await sleep(5);
      return items;
    });
    const first = [1, 2, 3].map(ask);
    await sleep(1);
    const second = [4, 5, 6, 7].map(ask);
    await Promise.all([...first, ...second]);
    expect(sizes).toEqual([3, 4]);
  });

  it('tells those of a failed batch, and serves the next', async () => {
    const ask = batched(async (items: string[]) => {
      if (items.includes('bad')) throw new Error('refused');
      return items;
    });
    await expect(Promise.all(['good', 'bad'].map(ask))).rejects.toThrow('refused');
    expect(await ask('later')).toBe('later');
  });
});
