import { type RawBuilder, sql } from 'kysely';
import { priorityWeight } from '../../compose/proven.ts';
import type { Database } from '../../db/connect.ts';
import type { BlockKind } from '../../domain/composition.ts';
import type { Library, ProductMatcher } from '../../library/library.ts';
import type { Cell } from '../model/cell.ts';
import type { Summary } from '../summary.ts';
import { type RewardRules, rewarded, rewardRules } from './blocks.ts';
import { daily, delayFrom } from './delay.ts';
import { expectations } from './places.ts';

/** What is taken to be answered before anything is known, and how many blocks that guess counts for. */
const GUESS = { rate: 0.02, trials: 200 };
/** Further from the middle than that, no rate is believed. */
const RATES = { least: 0.0005, most: 0.9 };
/** Blocks that would count for less than a sixty-fourth, or are older than five years, are left out. */
const OLDEST = { halfLives: 6, days: 5 * 365 };

/** Sums over blocks of the same content and form, tied to the same product, at the same place. */
interface Row {
  kind: BlockKind;
  content_id: string;
  product_key: string;
  variant_id: string;
  position: number;
  trials: number;
  earned: number;
}

/**
 * Everything that was learned from answers by now, added up by the database: what it takes depends on how much there is
 * to tell apart, not on how many blocks were shown.
 */
export async function summarise(
  db: Database,
  given: { library: Library; matchProduct?: ProductMatcher; now: Date },
): Promise<Summary> {
  const { library, now } = given;
  const { halfLifeDays } = library.settings.learning;
  const rules = await rewardRules(db, given);
  const days = Math.min(OLDEST.halfLives * halfLifeDays, OLDEST.days);
  const blocks = sql`
    select * from shown_blocks
    where shown_at > ${now}::timestamptz - make_interval(days => ${days}) and shown_at <= ${now}::timestamptz`;
  return await db
    .transaction()
    // both queries see the same facts
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      // Steps within a query have no statistics, and are taken for small: rows would be looked up one by one.
      await sql`set local enable_nestloop = off`.execute(tx);
      await sql`set local work_mem = '64MB'`.execute(tx);
      await sql`set local jit = off`.execute(tx);
      await findGains(tx, rules, blocks);
      const delay = await findDelay(tx, rules);
      const rows = await addUp(tx, rules, { blocks, delay, halfLifeDays });
      return summaryOf(rows, { delay, library, families: familiesOf(rules) });
    });
}

/** Keeps what was gained at hand until the end of the transaction: few blocks gain anything, and it is asked twice. */
async function findGains(tx: Database, rules: RewardRules, blocks: RawBuilder<unknown>): Promise<void> {
  await sql`
    create temporary table learn_gains (
      send_id bigint, position smallint, shown_at timestamptz, at timestamptz, value float8, gain float8)
    on commit drop`.execute(tx);
  await sql`
    insert into learn_gains
    with ${rewarded(rules, blocks)}
    select send_id, position, shown_at, at, value, gain from gains`.execute(tx);
  await sql`analyze learn_gains`.execute(tx);
}

async function findDelay(tx: Database, { windowDays, now }: RewardRules): Promise<number[]> {
  const hours = 24 * windowDays;
  const { rows } = await sql<{ lag: number | null; age: number | null; gain: number }>`
    select lag, age, sum(gain) as gain
    from (
      select gain, least(floor(extract(epoch from at - shown_at) / 3600), ${hours - 1}::int)::int as lag,
        least(floor(extract(epoch from ${now}::timestamptz - shown_at) / 3600), ${hours}::int)::int as age
      from learn_gains) g
    group by grouping sets ((lag), (age))`.execute(tx);
  const lags = new Array<number>(hours).fill(0);
  const ages = new Array<number>(hours).fill(0);
  for (const { lag, age, gain } of rows) {
    if (lag !== null) lags[Math.max(0, lag)] = gain;
    else if (age !== null && age < hours) ages[age] = gain;
  }
  return delayFrom(lags, ages);
}

async function addUp(
  tx: Database,
  { now }: RewardRules,
  given: { blocks: RawBuilder<unknown>; delay: readonly number[]; halfLifeDays: number },
): Promise<Row[]> {
  const { blocks, delay, halfLifeDays } = given;
  const { rows } = await sql<Row>`
    with rewards as (
      select send_id, position, max(value) as reward from learn_gains group by send_id, position),
    aged as (
      select b.kind, b.content_id, b.product_key, b.variant_id,
        case b.kind when 'proven' then b.position else 0 end as position,
        coalesce(r.reward, 0) as reward,
        extract(epoch from ${now}::timestamptz - b.shown_at)::float8 / 3600 as hours
      from (${blocks}) b left join rewards r on r.send_id = b.send_id and r.position = b.position
      -- a step of its own, so that ages are reckoned once
      offset 0),
    weighed as (
      select kind, content_id, product_key, variant_id, position, reward,
        power(0.5::float8, hours / ${24 * halfLifeDays}::int) as weight,
        least(hours, ${delay.length}::int) as hours, floor(least(hours, ${delay.length}::int))::int as full_hours
      from aged offset 0)
    select kind, content_id, product_key, variant_id, position, sum(weight * reward) as earned,
      -- delay.ts: partBy
      sum(weight * (parts[full_hours + 1] + (hours - full_hours) * (parts[full_hours + 2] - parts[full_hours + 1]))) as trials
    from weighed, (select ${[0, ...delay, 1]}::float8[] as parts) p
    group by kind, content_id, product_key, variant_id, position
    order by kind, content_id, product_key, variant_id, position`.execute(tx);
  // of very few, very young blocks more may have come than was to be expected
  return rows.map((row) => ({ ...row, trials: Math.max(row.trials, row.earned) }));
}

function summaryOf(
  rows: readonly Row[],
  given: { delay: readonly number[]; library: Library; families: ReadonlyMap<string, string | null> },
): Summary {
  const { delay, library, families } = given;
  const baseRate = baseRateOf(rows);
  const cells = rows
    .filter(({ kind }) => kind === 'experimental')
    .map(
      (row): Cell => ({
        offerId: row.content_id,
        productKey: row.product_key,
        variantId: row.variant_id,
        family: library.products.get(row.product_key)?.family ?? families.get(row.product_key) ?? null,
        trials: row.trials,
        earned: row.earned,
      }),
    );
  const placed = rows
    .filter(({ kind }) => kind === 'proven')
    .map((row) => ({
      developmentId: row.content_id,
      productKey: row.product_key,
      position: row.position,
      trials: row.trials,
      earned: row.earned,
    }));
  /** Of what is no longer in the library: as of middle priority. */
  const weightOf = (id: string) => priorityWeight(library.developments.get(id)?.priority ?? 3);
  return {
    baseRate,
    delay: daily(delay),
    cells,
    developments: expectations(placed, weightOf, baseRate),
  };
}

/** What a block earns on average, whatever it shows. */
export function baseRateOf(rows: readonly { trials: number; earned: number }[]): number {
  const sum = { trials: GUESS.trials, earned: GUESS.trials * GUESS.rate };
  for (const { trials, earned } of rows) {
    sum.trials += trials;
    sum.earned += earned;
  }
  return Math.min(RATES.most, Math.max(RATES.least, sum.earned / sum.trials));
}

/** As offers find them: of products that the library does not describe, the CRM's. */
function familiesOf({ products }: RewardRules): Map<string, string | null> {
  return new Map(products.map(({ key, family }) => [key, family]));
}
