import type { Database } from '../../db/connect.ts';
import type { MachineSign } from '../../domain/conversation.ts';
import { findBursts, isWithin, type Span, type Visit } from './bursts.ts';
import { findThorough, type Thorough } from './thorough.ts';

/** How far back, and how many of a mail's last visits, are looked at: as long as a ticket is valid, and a little more. */
const LOOK_BACK_MS = 24 * 3_600_000 + 60_000;
const LOOK_BACK = 2000;

export interface StoredVisit extends Visit {
  id: number;
  ticket: string | null;
  denied: boolean;
  machine: MachineSign | null;
}

/** What speaks for a program among the visits of one mail. */
export interface Suspicions {
  bursts: Span[];
  thorough: Thorough[];
}

export function findSuspicions(visits: readonly Visit[]): Suspicions {
  const bursts = findBursts(visits);
  return { bursts, thorough: findThorough(visits, bursts) };
}

/** Whether a form, or the page that it was made on, came while a program was at work on the mail or on its block. */
export function isSuspect(
  { bursts, thorough }: Suspicions,
  form: { at: number; madeAt: number | null; position: number | null },
): boolean {
  const { at, madeAt, position } = form;
  const ofBlock = thorough.filter((span) => span.position === position);
  return isWithin(at, [...bursts, ...ofBlock]) || (madeAt !== null && isWithin(madeAt, bursts));
}

/** Whether a visit is a program's own. */
export const isPartOf = ({ bursts, thorough }: Suspicions, visit: Visit): boolean =>
  isWithin(visit.at, bursts) ||
  (visit.link === 'answer' &&
    isWithin(
      visit.at,
      thorough.filter(({ position }) => position === visit.position),
    ));

/** The mail's last visits, in no order; clocks of several machines may differ a little. */
export async function recentVisits(db: Database, sendId: number, now: Date): Promise<StoredVisit[]> {
  const rows = await db
    .selectFrom('visits')
    .select([
      'id',
      'link',
      'position',
      'answer',
      'posted',
      'confirmed',
      'ticket',
      'denied',
      'machine',
      'visited_at',
    ])
    .where('send_id', '=', sendId)
    .where('visited_at', '>', new Date(now.getTime() - LOOK_BACK_MS))
    .orderBy('visited_at', 'desc')
    .orderBy('id', 'desc')
    .limit(LOOK_BACK)
    .execute();
  return rows.map(({ visited_at, ...visit }) => ({
    ...visit,
    at: visited_at.getTime(),
    ahead: visit.machine === 'prefetch',
  }));
}
