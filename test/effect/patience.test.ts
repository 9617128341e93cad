import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { EffectError, oneAfterTheOther } from '../../src/effect/patience.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();

describe('measuring', () => {
  it('waits for another one, and works on it alone', async () => {
    const done: string[] = [];
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const first = oneAfterTheOther(db, async () => {
      resolve();
      await sleep(150);
      done.push('first');
    });
    await begun;
    await oneAfterTheOther(db, async () => done.push('second'));
    await first;
    expect(done).toEqual(['first', 'second']);
  });

  it('gives up in plain words what takes too long, and lets the next one go on', async () => {
    const slow = oneAfterTheOther(db, (tx) => sql`select pg_sleep(10)`.execute(tx), 1);
    await expect(slow).rejects.toThrow(EffectError);
    await expect(slow).rejects.toThrow(/could not be measured within 1 seconds.*try again/s);
    expect(await oneAfterTheOther(db, async () => 'free')).toBe('free');
  });

  it('calls nothing else an effect that can’t be measured', async () => {
    await expect(oneAfterTheOther(db, (tx) => sql`select nothing`.execute(tx))).rejects.not.toThrow(
      EffectError,
    );
  });
});
