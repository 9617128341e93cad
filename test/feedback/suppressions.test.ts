import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { hashOfKey } from '../../src/db/address-hash.ts';
import { REASONS_BY_STRENGTH, suppressAll } from '../../src/db/suppress.ts';
import { SUPPRESSION_REASONS, type SuppressionReason } from '../../src/domain/send.ts';
import {
  countSuppressions,
  eachSuppression,
  findSuppression,
  listSuppressions,
  removeSuppression,
  suppress,
} from '../../src/feedback/suppressions.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
const later = new Date('2026-10-13T09:00:00Z');

beforeEach(() => db.deleteFrom('suppressions').execute());

const stop = (
  reason: SuppressionReason,
  given: { detail?: string | null; at?: Date; address?: string } = {},
) =>
  suppress(db, {
    address: given.address ?? 'kim@kunde.example',
    reason,
    detail: given.detail ?? null,
    now: given.at ?? now,
  });

async function all(reason?: SuppressionReason) {
  const entries = [];
  for await (const entry of eachSuppression(db, reason)) entries.push(entry);
  return entries;
}

describe('an address is stopped', () => {
  test('however it is written, once', async () => {
    expect(await stop('bounced', { address: ' Kim@Kunde.EXAMPLE ' })).toBe(true);
    expect(await stop('bounced')).toBe(false);
    expect(await findSuppression(db, 'KIM@kunde.example')).toMatchObject({
      address: 'kim@kunde.example',
      reason: 'bounced',
      since: now,
    });
    expect(await findSuppression(db, 'kim2@kunde.example')).toBeNull();
  });

  test('in both forms of a domain with an umlaut, and let go in both', async () => {
    const forms = ['kim@müller.example', 'kim@xn--mller-kva.example'];
    for (const address of forms) {
      expect(await stop('manual', { address })).toBe(true);
      expect(await stop('manual', { address })).toBe(false);
      for (const form of forms) {
        const entry = await findSuppression(db, form);
        expect(entry).toMatchObject({ address: form, reason: 'manual' });
      }
      const entry = await findSuppression(db, forms[0] ?? '');
      expect(entry && (await removeSuppression(db, entry))).toBe(true);
      expect(await all()).toEqual([]);
    }
  });

  test('the first date and the strongest reason stay, whatever comes first', async () => {
    await stop('bounced', { detail: '5.1.1' });
    expect(await stop('unsubscribed', { detail: 'send 42', at: later })).toBe(false);
    expect(await findSuppression(db, 'kim@kunde.example')).toMatchObject({
      reason: 'unsubscribed',
      detail: 'send 42; also bounced; 5.1.1',
      since: now,
    });
    await stop('manual', { at: later });
    await stop('manual', { at: later });
    expect(await findSuppression(db, 'kim@kunde.example')).toMatchObject({
      reason: 'unsubscribed',
      detail: 'send 42; also bounced; 5.1.1; also manual',
    });
  });

  test('reasons in any order end with the strongest of them', async () => {
    const reasons = fc.array(fc.constantFrom(...SUPPRESSION_REASONS), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(reasons, async (given) => {
        await db.deleteFrom('suppressions').execute();
        for (const reason of given) await stop(reason, { detail: `why ${reason}` });
        const strongest = REASONS_BY_STRENGTH.findLast((reason) => given.includes(reason));
        const found = await findSuppression(db, 'kim@kunde.example');
        expect(found?.reason).toBe(strongest);
        if (strongest === 'erased') expect(found).toMatchObject({ address: null, detail: null });
        else for (const reason of new Set(given)) expect(found?.detail).toContain(reason);
      }),
      { numRuns: 40 },
    );
  });

  test('by many at the same moment', async () => {
    const newly = await Promise.all(
      REASONS_BY_STRENGTH.filter((reason) => reason !== 'erased').flatMap((reason) => [
        stop(reason),
        stop(reason),
      ]),
    );
    expect(newly.filter(Boolean)).toHaveLength(1);
    expect(await findSuppression(db, 'kim@kunde.example')).toMatchObject({ reason: 'complained' });
  });
});

describe('an erased person', () => {
  test('stays stopped without an address', async () => {
    await stop('complained', { detail: 'send 7' });
    expect(await stop('erased', { detail: 'by request' })).toBe(false);
    expect(await findSuppression(db, 'kim@kunde.example')).toMatchObject({
      address: null,
      reason: 'erased',
      detail: null,
    });
    const { rows } = await sql`select * from suppressions where suppressions::text like '%kim%'`.execute(db);
    expect(rows).toEqual([]);
  });

  test('who was never stopped before is found by the address all the same', async () => {
    expect(await stop('erased')).toBe(true);
    expect(await findSuppression(db, 'Kim@kunde.example')).toMatchObject({ address: null, reason: 'erased' });
  });

  test('does not get the address back from a late bounce', async () => {
    await stop('erased');
    expect(await stop('bounced', { detail: '5.1.1' })).toBe(false);
    expect(await findSuppression(db, 'kim@kunde.example')).toMatchObject({ address: null, detail: null });
  });
});

describe('many at once', () => {
  test('are counted once each, by address or hash', async () => {
    await stop('bounced', { address: 'known@kunde.example' });
    const entry = (address: string, reason: SuppressionReason = 'manual') => ({
      address,
      reason,
      detail: null,
      since: now,
    });
    const hash = 'ab'.repeat(32);
    const added = await suppressAll(db, [
      entry('a@kunde.example'),
      entry('A@Kunde.example', 'complained'),
      entry('known@kunde.example'),
      { hash, reason: 'unsubscribed', detail: null, since: now },
    ]);
    expect(added).toBe(2);
    expect(await findSuppression(db, 'a@kunde.example')).toMatchObject({ reason: 'complained' });
    expect(await countSuppressions(db)).toEqual({ complained: 1, manual: 1, unsubscribed: 1 });
    expect(await suppressAll(db, [])).toBe(0);
  });

  test('are listed newest first and walked through completely', async () => {
    for (let i = 0; i < 7; i++) {
      await stop(i % 2 ? 'bounced' : 'manual', {
        address: `p${i}@kunde.example`,
        at: new Date(now.getTime() + i * 1000),
      });
    }
    const page = await listSuppressions(db, { limit: 2, offset: 1 });
    expect(page.map((entry) => entry.address)).toEqual(['p5@kunde.example', 'p4@kunde.example']);
    expect(await listSuppressions(db, { reason: 'bounced', limit: 10 })).toHaveLength(3);
    expect(await all()).toHaveLength(7);
    expect(await all('manual')).toHaveLength(4);
  });
});

test('an entry is removed only for the reason that was looked at', async () => {
  await stop('bounced');
  const seen = await findSuppression(db, 'kim@kunde.example');
  await stop('complained');
  expect(seen && (await removeSuppression(db, seen))).toBe(false);
  const again = await findSuppression(db, 'kim@kunde.example');
  expect(again && (await removeSuppression(db, again))).toBe(true);
  expect(await findSuppression(db, 'kim@kunde.example')).toBeNull();
});

test('the hash that whole tables are searched by is that of address_hash', async () => {
  const { rows } = await sql<{ same: boolean }>`
    select bool_and(${hashOfKey(sql`key`)} = address_hash(key)) as same
    from unnest(${['kim@kunde.example', 'ärger@münchen.example', "o'neill+x@kunde.example"]}::text[]) key`.execute(
    db,
  );
  expect(rows).toEqual([{ same: true }]);
});
