import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { debt, experimentsDue, settleAccount, UNIT } from '../../src/compose/ratio.ts';
import type { RatioAccount } from '../../src/domain/composition.ts';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { settleSends } from '../../src/ledger/settle.ts';
import { resolveMerges } from '../../src/sync/follow/resolve.ts';
import { followMerges } from '../../src/sync/follow.ts';
import type { Merge } from '../../src/sync/port.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
for (const id of ['0', '1', '2']) await createCampaign(db, { id, name: id, kind: 'adhoc', now });

const RECORDS = 6;
/** Record n is merged into a smaller one, or lives: a forest, so every chain ends. */
const forest = fc.tuple(
  ...Array.from({ length: RECORDS - 1 }, (_, n) => fc.option(fc.nat({ max: n }), { freq: 2 })),
);
const mergesOf = (parents: (number | null)[]): Merge[] =>
  parents.flatMap((into, n) => (into === null ? [] : [{ id: `${n + 1}`, into: `${into}` }]));
const livingOf = (parents: (number | null)[], n: number): number => {
  const into = n === 0 ? null : (parents[n - 1] ?? null);
  return into === null ? n : livingOf(parents, into);
};

test('merges in any order, in portions and repeated, lead from every old id to the record that lives', () => {
  fc.assert(
    fc.property(
      forest.chain((parents) =>
        fc.tuple(
          fc.constant(parents),
          fc.shuffledSubarray([...mergesOf(parents), ...mergesOf(parents)], {
            minLength: 2 * mergesOf(parents).length,
          }),
          fc.integer({ min: 1, max: 4 }),
        ),
      ),
      ([parents, merges, portion]) => {
        const known = new Map<string, string>();
        for (let at = 0; at < merges.length; at += portion) {
          const changes = resolveMerges(
            [...known].map(([id, into]) => ({ id, into })),
            merges.slice(at, at + portion),
          );
          expect(changes.forget).toEqual([]);
          for (const { id, into } of changes.set) known.set(id, into);
        }
        for (const { id } of merges) expect(known.get(id)).toBe(`${livingOf(parents, Number(id))}`);
      },
    ),
  );
});

type Step =
  | { do: 'send'; record: number; campaign: number; blocks: number; given: number; wanted: number }
  | { do: 'settle'; as: 'sent' | 'failed' }
  | { do: 'merge'; n: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('send' as const),
    record: fc.nat({ max: RECORDS - 1 }),
    campaign: fc.nat({ max: 2 }),
    blocks: fc.integer({ min: 1, max: 3 }),
    given: fc.nat({ max: 2 }),
    wanted: fc.nat({ max: 9999 }),
  }),
  fc.record({ do: fc.constant('settle' as const), as: fc.constantFrom('sent' as const, 'failed' as const) }),
  fc.record({ do: fc.constant('merge' as const), n: fc.nat({ max: RECORDS }) }),
);

test('merges and mails in any order end with the sums of one record from the start', async () => {
  await fc.assert(
    fc.asyncProperty(forest, fc.array(step, { minLength: 5, maxLength: 25 }), async (parents, steps) => {
      await sql`truncate sends, shown_blocks, ratio_accounts, answers, customer_merges cascade`.execute(db);
      const merges = mergesOf(parents);
      const merge = (some: Merge[]) => db.transaction().execute((trx) => followMerges(trx, some, now));
      const onTheirWay: { id: number; send: Extract<Step, { do: 'send' }> }[] = [];
      const expected = new Map<string, { wanted: number; given: number; shown: number; mails: number }>();
      const of = (record: number) => {
        const id = `${livingOf(parents, record)}`;
        const sums = expected.get(id) ?? { wanted: 0, given: 0, shown: 0, mails: 0 };
        expected.set(id, sums);
        return sums;
      };
      const settle = async (as: 'sent' | 'failed') => {
        const next = onTheirWay.shift();
        if (!next) return;
        const row = { id: next.id, messageId: `<${next.id}@x>`, address: 'a@b.example', begun: true };
        const outcome =
          as === 'sent'
            ? ({ kind: 'sent', response: 'ok' } as const)
            : ({ kind: 'failed', reason: 'smtp_rejected', detail: 'no', status: null } as const);
        await settleSends(db, [{ ...row, ...outcome }], 7, now);
        if (as === 'failed') return;
        const sums = of(next.send.record);
        sums.wanted += next.send.wanted;
        sums.given += next.send.given;
        sums.shown += next.send.blocks;
      };
      for (const each of steps) {
        if (each.do === 'settle') await settle(each.as);
        if (each.do === 'merge') await merge(merges.slice(each.n, each.n + 2));
        if (each.do === 'send') {
          const id = await begin(each);
          if (id === null) continue;
          onTheirWay.push({ id, send: each });
          of(each.record).mails += 1;
        }
      }
      await merge(merges);
      while (onTheirWay.length > 0) await settle('sent');

      const { rows } = await sql<{ id: string; wanted: number; given: number; shown: number; mails: number }>`
        select known.id, coalesce(wanted, 0)::int as wanted, coalesce(given, 0) as given,
          (select count(*) from shown_blocks where customer_id = known.id) as shown,
          (select count(*) from sends where customer_id = known.id) as mails
        from (select customer_id as id from sends union select customer_id from ratio_accounts
          union select customer_id from shown_blocks) known
        left join ratio_accounts on customer_id = known.id`.execute(db);
      expect(new Map(rows.map(({ id, ...sums }) => [id, sums]))).toEqual(expected);
    }),
    { numRuns: 25 },
  );
});

/** A mail to a record, under the id that is known to live; null when that one has had its mail of the campaign. */
async function begin(given: Extract<Step, { do: 'send' }>): Promise<number | null> {
  const composition = {
    blocks: Array.from({ length: given.blocks }, () => ({
      kind: 'proven',
      contentId: 'c',
      variantId: 'v',
      productKey: 'p',
      probability: 1,
    })),
    account: {
      before: { wanted: 5, given: 5, forgiven: 5 },
      after: { wanted: 5 + given.wanted, given: 5 + given.given, forgiven: 5 },
    },
  };
  const { rows } = await sql<{ id: number }>`
    insert into sends (campaign_id, customer_id, chunk, state, worker, composition)
    select ${`${given.campaign}`}, coalesce((select into_id from customer_merges where id = ${`${given.record}`}),
      ${`${given.record}`}), 0, 'sending', 7, ${JSON.stringify(composition)}::jsonb
    on conflict (campaign_id, customer_id) where former_id is null do nothing
    returning id`.execute(db);
  return rows[0]?.id ?? null;
}

test('accounts added up are within one block of the ratio again after some mails', () => {
  const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const mail = fc.record({
    ratio: fc.integer({ min: 1000, max: 9000 }),
    blocks: fc.constant(3),
    uniform,
  });
  const show = (
    account: RatioAccount,
    { ratio, blocks, uniform }: { ratio: number; blocks: number; uniform: number },
  ) =>
    settleAccount(
      account,
      { ratio, blocks, experiments: experimentsDue(account, ratio, blocks, uniform) },
      3,
    );
  const fresh: RatioAccount = { wanted: 0, given: 0, forgiven: 0 };
  fc.assert(
    fc.property(
      fc.array(fc.array(mail, { maxLength: 8 }), { minLength: 2, maxLength: 3 }),
      fc.array(mail, { minLength: 20, maxLength: 20 }),
      (histories, later) => {
        const accounts = histories.map((mails) => mails.reduce(show, fresh));
        const merged = accounts.reduce((sum, each) => ({
          wanted: sum.wanted + each.wanted,
          given: sum.given + each.given,
          forgiven: sum.forgiven + each.forgiven,
        }));
        expect(Math.abs(debt(merged))).toBeLessThan(histories.length * UNIT);
        expect(Math.abs(debt(later.reduce(show, merged)))).toBeLessThan(UNIT);
      },
    ),
  );
});
