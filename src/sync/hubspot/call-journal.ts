import { sql } from 'kysely';
import type { Database } from '../../db/connect.ts';
import type { ToldLimits } from './limiter.ts';

/** What answers tell of the day is written down this often; limits that have changed at once. */
const TOLD_MS = 5000;

/**
 * Writes down which calls have ended, several at a time and without anybody waiting for it. What could not be written
 * holds a place for longer than it should, until the call counts as lost; never for shorter.
 */
export class CallJournal {
  readonly #db: Database;
  #ended: number[] = [];
  #told: ToldLimits | null = null;
  #written: { told: ToldLimits; at: number } | null = null;
  #writing = false;

  constructor(db: Database) {
    this.#db = db;
  }

  ended(id: number, told?: ToldLimits | null): void {
    this.#ended.push(id);
    this.#told = told ?? this.#told;
    if (!this.#writing) void this.#write();
  }

  /** Places that nobody made a call with. */
  giveBack(ids: readonly number[]): void {
    this.#db
      .deleteFrom('crm_calls')
      .where('id', 'in', ids)
      .execute()
      .catch(() => {});
  }

  async #write(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#ended.length > 0) {
        const ids = this.#ended.splice(0);
        await sql`
          with ended as (update crm_calls set ended_at = clock_timestamp() where id = any(${ids}::bigint[]))
          insert into crm_hours (hour, calls) values (date_trunc('hour', now(), 'UTC'), ${ids.length})
          on conflict (hour) do update set calls = crm_hours.calls + excluded.calls`.execute(this.#db);
        await this.#remember();
      }
    } catch {
      // whoever waits for the next place hears of the database's trouble
    } finally {
      this.#writing = false;
    }
  }

  async #remember(): Promise<void> {
    const told = this.#told;
    if (!told || !this.#isNews(told)) return;
    this.#written = { told, at: performance.now() };
    await sql`
      update crm_limits set max_calls = ${told.max}, window_ms = ${told.windowMs}, daily = ${told.daily},
        daily_remaining = ${told.dailyRemaining}, told_at = clock_timestamp()
      where bucket = 'general'`.execute(this.#db);
  }

  #isNews({ max, windowMs, daily }: ToldLimits): boolean {
    if (!this.#written) return true;
    const { told, at } = this.#written;
    const same = told.max === max && told.windowMs === windowMs && told.daily === daily;
    return !same || performance.now() - at > TOLD_MS;
  }
}
