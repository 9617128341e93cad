import type { Standing } from './standing.ts';

/** Something that a person should look at. Stable codes; each has a sentence. */
export interface Attention {
  code:
    | 'no_workers'
    | 'queues_away'
    | 'queue_paused'
    | 'content_broken'
    | 'in_doubt'
    | 'unread_reports'
    | 'crm_failed'
    | 'crm_stale'
    | 'crm_paused'
    | 'webhooks_waiting'
    | 'budget_low'
    | 'backed_off';
  /** How many, where that is what matters. */
  count?: number;
  /** Which queue or CRM. */
  name?: string;
  /** Until or since when. */
  at?: Date;
  /** Where to look, from the top. */
  link?: string;
}

const HOUR = 3_600_000;
/** A night and a bit: then one is missing. */
const STALE_MS = 26 * HOUR;
/** Webhooks are worked off within seconds. */
const WAITING_MS = 600_000;
/** Less than this share of a day's calls left. */
const LOW = 0.05;

/** What needs a person, the most urgent first. Pure. */
export function attentionOf(standing: Standing, given: { now: Date; contentBroken: boolean }): Attention[] {
  const { now } = given;
  const since = (at: Date | null) => (at === null ? 0 : now.getTime() - at.getTime());
  const found: Attention[] = [];
  if (standing.workers.length === 0 && standing.running > 0)
    found.push({ code: 'no_workers', count: standing.running });
  if (standing.queuesAway) found.push({ code: 'queues_away' });
  for (const { queue, paused } of standing.queues)
    if (paused) found.push({ code: 'queue_paused', name: queue, link: 'operations/queues' });
  if (given.contentBroken) found.push({ code: 'content_broken', link: 'library' });
  if (standing.inDoubt > 0) found.push({ code: 'in_doubt', count: standing.inDoubt, link: 'campaigns' });
  if (standing.unreadReports > 0) found.push({ code: 'unread_reports', count: standing.unreadReports });
  for (const { source, error, wellAt } of standing.syncs) {
    if (error !== null) found.push({ code: 'crm_failed', name: source });
    else if (wellAt !== null && since(wellAt) > STALE_MS)
      found.push({ code: 'crm_stale', name: source, at: wellAt });
  }
  if (standing.crmPausedUntil) found.push({ code: 'crm_paused', at: standing.crmPausedUntil });
  const { waiting, oldest } = standing.webhooks;
  if (since(oldest) > WAITING_MS) found.push({ code: 'webhooks_waiting', count: waiting });
  const { budget } = standing;
  if (budget && budget.left < LOW * budget.daily) found.push({ code: 'budget_low', count: budget.left });
  if (standing.backedOff > 0) found.push({ code: 'backed_off', count: standing.backedOff });
  return found;
}
