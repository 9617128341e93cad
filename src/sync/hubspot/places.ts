/** At most `max` calls in any `windowMs`, counted by the CRM. */
export interface CallLimit {
  max: number;
  windowMs: number;
}

/** A call that the CRM may still count; times in ms on one clock. */
export interface KnownCall {
  /** Null while it is under way. */
  endedAt: number | null;
  /** A call can't be under way longer than this: whoever made it has died. */
  lostAt: number;
}

/**
 * The rule that makes a 429 impossible, however long a call travels: the CRM counts a call at some moment between its
 * beginning and its answer, nobody knows which. So a call holds its place from its beginning until one window
 * after its end. Of the calls counted in any one window, look at the one that began last: all others still held
 * their places then, and so there were fewer than `max` of them.
 *
 * `crm_take` in the database is the same rule for all processes.
 * @returns how many calls may begin now, and if none, in how many ms that may be so at the earliest
 */
export function freePlaces(
  calls: readonly KnownCall[],
  limit: CallLimit,
  now: number,
): { free: number; waitMs: number } {
  const held = calls.filter((call) => holdsPlace(call, limit, now));
  const free = limit.max - held.length;
  if (free > 0) return { free, waitMs: 0 };
  // calls under way may end this moment
  const soonest = held.map(({ endedAt }) => (endedAt ?? now) + limit.windowMs - now).sort((a, b) => a - b);
  return { free: 0, waitMs: soonest[-free] ?? 0 };
}

export function holdsPlace({ endedAt, lostAt }: KnownCall, limit: CallLimit, now: number): boolean {
  return (endedAt ?? lostAt) + limit.windowMs > now;
}
