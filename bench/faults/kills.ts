import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../src/db/connect.ts';
import type { SendState } from '../../src/domain/send.ts';
import type { Crew } from './crew.ts';
import { CAMPAIGN, type Stage } from './stage.ts';
import type { Transaction } from './transaction.ts';

/** What the ledger says about one send. */
export interface Row {
  recipient: string;
  state: SendState;
  reason: string | null;
  messageId: string | null;
}

/** One SIGKILL, and whose mails were between DATA and settlement at that moment. */
export interface Kill {
  worker: string;
  /** Recipients of the mails of which the dead worker alone could have known. */
  unsettled: string[];
}

export async function readRows(db: Database, recipients?: string[]): Promise<Row[]> {
  let query = db
    .selectFrom('sends')
    .innerJoin('customers', 'customers.id', 'sends.customer_id')
    .select(['customers.email_key as recipient', 'state', 'reason', 'message_id as messageId'])
    .where('campaign_id', '=', CAMPAIGN);
  if (recipients) query = query.where('customers.email_key', 'in', recipients);
  const rows = await query.execute();
  return rows.map((row) => ({ ...row, recipient: row.recipient ?? '' }));
}

/**
 * The mails between DATA and settlement when their worker was killed, from both sides: the server had given its 354
 * to this worker, and either the conversation was still going on, or it had ended and the ledger has not heard how.
 *
 * @param transactions of the dead worker
 * @param killedAt on the transactions' clock
 * @param rows as the ledger has them after its death
 */
export function unsettledAt(
  transactions: readonly Transaction[],
  killedAt: number,
  rows: readonly Row[],
): string[] {
  const ledger = new Map(rows.map((row) => [row.recipient, row]));
  const found = new Set<string>();
  for (const { recipient, dataAt, endedAt } of transactions) {
    const row = recipient === null ? undefined : ledger.get(recipient);
    if (dataAt === null || row === undefined) continue;
    const settled = row.state === 'sent' || row.state === 'failed' || row.state === 'skipped';
    const held = row.state === 'sending' || (row.state === 'in_doubt' && row.reason === 'worker_died');
    const goingOn = endedAt === null || endedAt >= killedAt;
    // While it went on, the ledger's `sending` may still have been on its way to the disk.
    if (held || (goingOn && !settled)) found.add(row.recipient);
  }
  return [...found];
}

/** Reads what a kill left behind. Waits for a database that is away. */
export async function recordKill(
  db: Database,
  given: { worker: string; killedAt: number; transactions: readonly Transaction[] },
): Promise<Kill> {
  const own = given.transactions.filter((t) => t.worker === given.worker && t.dataAt !== null);
  const recipients = [...new Set(own.flatMap((t) => t.recipient ?? []))];
  if (recipients.length === 0) return { worker: given.worker, unsettled: [] };
  for (let tries = 0; ; tries++) {
    try {
      const rows = await readRows(db, recipients);
      return { worker: given.worker, unsettled: unsettledAt(own, given.killedAt, rows) };
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(200);
    }
  }
}

/** Share of the mails by which all kills have happened: enough are left that the last one matters. */
const LAST_KILL_AT = 0.9;

/** Kills processes that are sending, any of them and at random moments, spread over the campaign. */
export async function killAtRandom(
  { db, mail }: Pick<Stage, 'db' | 'mail'>,
  crew: Crew,
  given: { times: number; share: () => number; signal: AbortSignal },
): Promise<Kill[]> {
  const kills: Promise<Kill>[] = [];
  while (kills.length < given.times && !given.signal.aborted) {
    await sleep(randomInt(50, 600));
    const busy = crew.busy();
    const worker = busy[randomInt(0, Math.max(1, busy.length))];
    if (worker === undefined || given.share() < (LAST_KILL_AT * kills.length) / given.times) continue;
    const killedAt = await crew.kill(worker);
    kills.push(recordKill(db, { worker, killedAt, transactions: mail.transactions }));
  }
  return Promise.all(kills);
}
