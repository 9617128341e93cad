import { sql } from 'kysely';
import type { Database } from '../db/connect.ts';
import { type Summary, summary as summarySchema } from './summary.ts';

/** How far each table of facts was read when a model was made: the last id, so that "is there more?" is a quick look. */
export interface Seen {
  answers: number;
  visits: number;
  mailEvents: number;
}

export interface Model {
  id: number;
  madeAt: Date;
  summary: Summary;
}

/** What there is to be read by now. */
export async function seenNow(db: Database): Promise<Seen> {
  const { rows } = await sql<Seen>`
    select coalesce((select max(id) from answers), 0)::float8 as answers,
      coalesce((select max(id) from visits), 0)::float8 as visits,
      coalesce((select max(id) from mail_events), 0)::float8 as "mailEvents"`.execute(db);
  return rows[0] ?? { answers: 0, visits: 0, mailEvents: 0 };
}

/** @returns the id of the model */
export async function saveModel(
  db: Database,
  given: { summary: Summary; seen: Seen; now: Date },
): Promise<number> {
  const { id } = await db
    .insertInto('models')
    .values({
      made_at: given.now,
      summary: JSON.stringify(given.summary),
      seen: JSON.stringify(given.seen),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** How many models are looked at for one that this version of the program can read. */
const LOOK_BACK = 20;

/** The newest model that this version of the program can read; null before the first. */
export async function newestModel(db: Database): Promise<Model | null> {
  for (let skip = 0; skip < LOOK_BACK; skip += 1) {
    const row = await db
      .selectFrom('models')
      .select(['id', 'made_at', 'summary'])
      .orderBy('id', 'desc')
      .offset(skip)
      .limit(1)
      .executeTakeFirst();
    if (!row) return null;
    const summary = summarySchema.safeParse(row.summary);
    if (summary.success) return { id: row.id, madeAt: row.made_at, summary: summary.data };
  }
  return null;
}

/** When the newest model was made and whether anything was said since; `madeAt` is null before the first. */
export async function standing(db: Database): Promise<{ madeAt: Date | null; more: boolean }> {
  const row = await db
    .selectFrom('models')
    .select(['made_at', 'seen'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return { madeAt: null, more: false };
  const now = await seenNow(db);
  const more =
    now.answers > (row.seen.answers ?? 0) ||
    now.visits > (row.seen.visits ?? 0) ||
    now.mailEvents > (row.seen.mailEvents ?? 0);
  return { madeAt: row.made_at, more };
}

/** All of the last week are kept, and the last one of each day before that: evaluation asks for them. */
export async function forgetModels(db: Database, now: Date): Promise<void> {
  await sql`
    delete from models m
    where made_at < ${now}::timestamptz - interval '7 days' and exists (
      select from models later where later.id > m.id and (later.made_at at time zone 'utc')::date = (m.made_at at time zone 'utc')::date)`.execute(
    db,
  );
}
