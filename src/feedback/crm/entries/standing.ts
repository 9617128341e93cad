import { sql } from 'kysely';
import type { Database } from '../../../db/connect.ts';
import { WRITE_KINDS } from '../../../sync/port.ts';
import { type TellingTrouble, type TroubleKey, tellingTrouble } from '../trouble.ts';

/** How writing to the CRM stands, for people. */
export interface EntriesStanding {
  /** Entries that the CRM does not have yet, and is not known to refuse. */
  waiting: number;
  /** Those of them of which nobody knows whether it has them; it is looked up by itself. */
  inDoubt: number;
  /** What it refuses so far, and is asked again. */
  refused: number;
  /** What it refused for good in the last two weeks. */
  givenUp: number;
  /** What was written in the last two weeks. */
  written: number;
  /** Why it can't be told anything, or something, at the moment. */
  trouble: TellingTrouble | null;
}

/** Where trouble with all kinds is noted, and with one. */
export const WRITING: TroubleKey = 'crm_writing';
const TROUBLES: readonly TroubleKey[] = [
  WRITING,
  ...WRITE_KINDS.map((kind): TroubleKey => `crm_writing_${kind}`),
];

/** For two weeks it is told what became of entries. */
const TOLD_DAYS = 14;

export async function entriesStanding(db: Database, now: Date): Promise<EntriesStanding> {
  const since = new Date(now.getTime() - TOLD_DAYS * 86_400_000);
  const { rows } = await sql<Omit<EntriesStanding, 'trouble'>>`
    select count(*) filter (where settled_at is null and refusal is null) as waiting,
      count(*) filter (where settled_at is null and refusal is null and asked_at is not null) as "inDoubt",
      count(*) filter (where settled_at is null and refusal is not null) as refused,
      count(*) filter (where outcome = 'refused') as "givenUp",
      count(*) filter (where outcome = 'written') as written
    from crm_entries where settled_at is null or settled_at > ${since}`.execute(db);
  const troubles = await Promise.all(TROUBLES.map((key) => tellingTrouble(db, key)));
  const trouble = troubles.find((each) => each !== null && each.code !== 'not_wanted') ?? null;
  return { ...(rows[0] ?? { waiting: 0, inDoubt: 0, refused: 0, givenUp: 0, written: 0 }), trouble };
}
