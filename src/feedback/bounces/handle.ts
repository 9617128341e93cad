import { isRefusedData } from '../../db/refused-data.ts';
import { recordReport } from '../mail-events.ts';
import type { MailReport } from '../mail-report.ts';
import { keepUnread } from '../unread-reports.ts';
import { firstValue } from './fields.ts';
import { findSend, type Proofs } from './find-send.ts';
import { type Message, openMessage } from './message.ts';
import { readMessage } from './read-message.ts';
import type { IgnoredWhy } from './reading.ts';
import { reportFor } from './report-for.ts';

/** What handling a message needs. */
export interface BounceTools extends Proofs {
  /** So many soft bounces in a row are one too many; from the library's settings. */
  softBounces: () => Promise<number>;
}

/** What became of a message. In every case but the last it is safe to let go of it: nothing is lost. */
export type BounceOutcome =
  | { outcome: 'recorded'; kind: MailReport['kind']; sendId: number; suppressed: boolean }
  /** The same report was there before. */
  | { outcome: 'known'; kind: MailReport['kind']; sendId: number }
  | { outcome: 'ignored'; why: IgnoredWhy }
  /** Kept for a person, as `spielbein bounce list` shows. */
  | { outcome: 'kept'; id: number; problem: string }
  /** It should be kept for a person, but too many wait already: whoever brought it has to keep it. */
  | { outcome: 'left'; problem: string };

/**
 * Reads a message that came to the bounce address, and acts on it. What can't be read, or can't be proved to be about
 * a mail of ours, is kept as it is and stops nobody.
 * @param via how the message came in, for the person who looks at it
 * @throws only when the database is away; then the message must be handed over again
 */
export async function handleBounce(
  tools: BounceTools,
  raw: Buffer,
  via: 'imap' | 'pipe',
): Promise<BounceOutcome> {
  const { db } = tools;
  const now = tools.now();
  const keep = async (problem: string): Promise<BounceOutcome> => {
    const id = await keepUnread(db, { source: via, problem, raw, now });
    return id === null ? { outcome: 'left', problem } : { outcome: 'kept', id, problem };
  };

  let message: Message;
  try {
    message = await openMessage(raw);
  } catch {
    return await keep('It is no e-mail, or too broken to be taken apart.');
  }
  const reading = readMessage(message);
  if (reading.kind === 'ignored') return { outcome: 'ignored', why: reading.why };
  if (reading.kind === 'unreadable') return await keep(reading.problem);

  const sendId = await findSend(tools, message);
  if (sendId === 'several')
    return await keep('It speaks of several of our mails, so it is not clear which one.');
  const send =
    sendId === 'none'
      ? undefined
      : await db
          .selectFrom('sends')
          .select(['id', 'email_key as address'])
          .where('id', '=', sendId)
          .executeTakeFirst();
  if (!send) {
    return await keep('It does not prove to be about a mail of ours, so nobody was stopped because of it.');
  }
  const report = reportFor(reading, send, dateOf(message, now));
  const softBounces = await tools.softBounces();
  const done = await recordReport(db, report, { softBounces, now }).catch((error: unknown) => {
    if (isRefusedData(error)) return null;
    throw error;
  });
  // Handed over again it would be refused again, and hold up every message behind it.
  if (!done) return await keep('It says something that the database does not take.');
  const { recorded, suppressed } = done;
  const { kind } = report;
  return recorded
    ? { outcome: 'recorded', kind, sendId: send.id, suppressed }
    : { outcome: 'known', kind, sendId: send.id };
}

/** When the report was written, as far as it can be believed. */
function dateOf(message: Message, now: Date): Date {
  const at = Date.parse(firstValue(message.headers, 'date') ?? '');
  return Number.isNaN(at) || at > now.getTime() || at < 0 ? now : new Date(at);
}
