import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import { closing, type RewardRules, rewarded } from '../rewards/blocks.ts';
import type { Told } from './fatigue.ts';
import { inBulk } from './in-bulk.ts';

/** How long ago a block may have been shown to say how its development does today, in days. */
export const RECENT = 180;

/** How the proven blocks of the last months do whose windows are over. */
export interface Proven {
  /** What one earns, 0 to 1; null when there were none. */
  rate: number | null;
  /** By development, since a person last decided whether to rewrite it. */
  developments: Map<string, Told & { blocks: number }>;
}

interface Row {
  content_id: string;
  position: number;
  /** Shown since the last decision about it. */
  counts: boolean;
  blocks: number;
  earned: number;
}

export async function loadProven(db: Database, rules: RewardRules): Promise<Proven> {
  const recent = sql`
    select * from shown_blocks b
    where kind = 'proven' and shown_at > ${rules.now}::timestamptz - make_interval(days => ${RECENT})
      and ${closing(rules, 'b')} < ${rules.now}::timestamptz`;
  const query = sql<Row>`
    with ${rewarded(rules, recent)},
    decided as (
      select content_id, max(decided_at) as at from proposals
      where kind = 'rewrite' and decided_at is not null group by content_id)
    select b.content_id, b.position, coalesce(b.shown_at > d.at, true) as counts, count(*)::int as blocks,
      coalesce(sum(r.reward), 0)::float8 as earned
    from blocks b
    left join rewards r on r.send_id = b.send_id and r.position = b.position
    left join decided d on d.content_id = b.content_id
    group by 1, 2, 3`;
  const { rows } = await inBulk(db, async (tx) => await query.execute(tx));
  return provenOf(rows);
}

function provenOf(rows: readonly Row[]): Proven {
  const all = { blocks: 0, earned: 0 };
  const places = new Map<number, { blocks: number; earned: number }>();
  for (const { position, blocks, earned } of rows) {
    const place = places.get(position) ?? { blocks: 0, earned: 0 };
    places.set(position, { blocks: place.blocks + blocks, earned: place.earned + earned });
    all.blocks += blocks;
    all.earned += earned;
  }
  const developments: Proven['developments'] = new Map();
  for (const { content_id: id, position, counts, blocks, earned } of rows) {
    if (!counts) continue;
    const place = places.get(position) ?? all;
    const sum = developments.get(id) ?? { blocks: 0, earned: 0, expected: 0 };
    developments.set(id, {
      blocks: sum.blocks + blocks,
      earned: sum.earned + earned,
      expected: sum.expected + (blocks * place.earned) / place.blocks,
    });
  }
  return { rate: all.blocks === 0 ? null : all.earned / all.blocks, developments };
}
