import type { Database } from '../../db/connect.ts';
import { resubscribe, unsubscribe } from '../unsubscribe.ts';

/** A form that was believed, and the id of its ticket. */
interface By {
  sendId: number;
  visitId: number;
  ticket: string;
  now: Date;
}

/**
 * Stops all mail, at once, whatever happens afterwards; and notes which form did it, so that its page's other button can
 * take it back.
 * @returns false when the ledger knows no such send
 */
export async function stopMail(db: Database, by: By): Promise<boolean> {
  const done = await unsubscribe(db, by.sendId, by.now);
  if (!done.ok) return false;
  await db.transaction().execute(async (tx) => {
    await lock(tx, by.sendId);
    await noteStop(tx, by.visitId);
    // the other button may have been pressed in between
    if (await isDenied(tx, by)) await takeBack(tx, by);
  });
  return true;
}

/** By this form or mailbox provider all mail was stopped. */
export async function noteStop(db: Database, visitId: number): Promise<void> {
  await db.updateTable('visits').set({ changed: 'stopped' }).where('id', '=', visitId).execute();
}

/** Takes an unsubscription of the last hour back. */
export async function undoStop(db: Database, by: By): Promise<{ restored: boolean }> {
  return await db.transaction().execute(async (tx) => {
    await lock(tx, by.sendId);
    if (await isDenied(tx, by)) return { restored: false };
    const own = await hasStopped(tx, by.sendId, by.ticket);
    const done = await resubscribe(tx, by.sendId, by.now);
    if (!done.restored) return done;
    const ofSend = tx.updateTable('visits').where('send_id', '=', by.sendId);
    await ofSend.set({ changed: null }).where('changed', '=', 'stopped').execute();
    if (!own) await ofSend.set({ changed: 'restored' }).where('id', '=', by.visitId).execute();
    return done;
  });
}

/**
 * Takes back what forms with this ticket did about all mail. Mail stays stopped when another form, or a mailbox
 * provider, asked for the same. Call it with the send's row locked.
 * @returns `tooLate`: an unsubscription of more than an hour ago, which stands
 */
export async function takeBack(
  tx: Database,
  { sendId, ticket, now }: Omit<By, 'visitId'>,
): Promise<{ tooLate: boolean }> {
  const did = await tx
    .updateTable('visits as v')
    .from('visits as was')
    .whereRef('was.id', '=', 'v.id')
    .set({ changed: null })
    .where('v.send_id', '=', sendId)
    .where('v.ticket', '=', ticket)
    .where('v.changed', 'is not', null)
    .returning('was.changed')
    .execute();
  if (did.some(({ changed }) => changed === 'restored')) {
    await unsubscribe(tx, sendId, now);
    return { tooLate: false };
  }
  if (did.length === 0 || (await hasStopped(tx, sendId))) return { tooLate: false };
  return { tooLate: !(await resubscribe(tx, sendId, now)).restored };
}

/** Whether forms of a mail (with this ticket) stopped all mail, and it was not taken back. */
export async function hasStopped(db: Database, sendId: number, ticket?: string): Promise<boolean> {
  let query = db
    .selectFrom('visits')
    .select('id')
    .where('send_id', '=', sendId)
    .where('changed', '=', 'stopped');
  if (ticket !== undefined) query = query.where('ticket', '=', ticket);
  return (await query.limit(1).executeTakeFirst()) !== undefined;
}

async function isDenied(db: Database, { sendId, ticket }: By): Promise<boolean> {
  const denied = db
    .selectFrom('visits')
    .select('id')
    .where('send_id', '=', sendId)
    .where('ticket', '=', ticket)
    .where('denied', '=', true);
  return (await denied.limit(1).executeTakeFirst()) !== undefined;
}

const lock = (tx: Database, sendId: number) =>
  tx.selectFrom('sends').select('id').where('id', '=', sendId).forNoKeyUpdate().execute();
