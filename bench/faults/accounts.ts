import type { Kill, Row } from './kills.ts';
import { brokenAfterData, type Transaction } from './transaction.ts';

/** One promise, and whether it was kept. */
export interface Check {
  name: string;
  ok: boolean;
  says: string;
}

/** How a campaign ended, as the ledger counts. */
export interface Tally {
  candidates: number;
  planned: number;
  excluded: number;
  sent: number;
  failed: number;
  skipped: number;
  inDoubt: number;
  open: number;
}

export function tallyOf(
  campaign: { candidates: number | null; planned: number | null; excluded: Partial<Record<string, number>> },
  rows: readonly Row[],
): Tally {
  const count = (...states: Row['state'][]) => rows.filter((row) => states.includes(row.state)).length;
  return {
    candidates: campaign.candidates ?? 0,
    planned: campaign.planned ?? 0,
    excluded: Object.values(campaign.excluded).reduce<number>((sum, n) => sum + (n ?? 0), 0),
    sent: count('sent'),
    failed: count('failed'),
    skipped: count('skipped'),
    inDoubt: count('in_doubt'),
    open: count('planned', 'queued', 'sending'),
  };
}

/**
 * Compares what the ledger says about every send with what the server has. Both were written independently, so this
 * is where a lie of either would show.
 */
export function auditDelivery(given: {
  tally: Tally;
  rows: readonly Row[];
  transactions: readonly Transaction[];
  kills: readonly Kill[];
}): Check[] {
  const { tally: t, rows, transactions, kills } = given;
  const kept = countBy(transactions.filter((tx) => tx.kept));
  const refused = new Set(transactions.filter((tx) => (tx.reply ?? 0) >= 500).map((tx) => tx.recipient));
  const broken = new Set(transactions.filter(brokenAfterData).map((tx) => tx.recipient));
  const unsettled = new Set(kills.flatMap((kill) => kill.unsettled));
  const unsettledMails = kills.reduce((sum, kill) => sum + kill.unsettled.length, 0);

  const claimed = rows.filter((row) => row.state === 'sent' && !kept.has(row.recipient));
  const gaveUp = rows.filter((row) => row.state === 'failed' && !refused.has(row.recipient));
  const hidden = rows.filter(
    (row) => row.state !== 'sent' && row.state !== 'in_doubt' && kept.has(row.recipient),
  );
  const doubled = [...kept.values()].filter((times) => times > 1).length;
  const inDoubt = rows.filter((row) => row.state === 'in_doubt');
  const byKill = inDoubt.filter((row) => row.reason === 'worker_died');
  const byBreak = inDoubt.filter((row) => row.reason !== 'worker_died');
  const unexplained = [
    ...byKill.filter((row) => !unsettled.has(row.recipient)),
    ...byBreak.filter((row) => !broken.has(row.recipient)),
  ];
  const had = inDoubt.filter((row) => kept.has(row.recipient)).length;
  const ids = new Map<string, Set<string>>();
  for (const { recipient, messageId } of transactions) {
    if (recipient && messageId) ids.set(recipient, (ids.get(recipient) ?? new Set()).add(messageId));
  }
  const changing = [...ids.values()].filter((seen) => seen.size > 1).length;
  const lost = t.open + claimed.length + gaveUp.length;

  return [
    {
      name: 'accounts',
      ok:
        t.candidates === t.planned + t.excluded &&
        t.planned === t.sent + t.failed + t.skipped + t.inDoubt &&
        t.planned === rows.length,
      says: `${t.planned} planned = ${t.sent} sent + ${t.failed} failed + ${t.skipped} skipped + ${t.inDoubt} in doubt`,
    },
    {
      name: 'lost',
      ok: lost === 0,
      says: `${lost} (${t.open} left open, ${claimed.length} said to be sent and not there, ${gaveUp.length} failed without a 5xx)`,
    },
    {
      name: 'delivered twice',
      ok: doubled === 0 && hidden.length === 0,
      says: `${doubled} (and ${hidden.length} delivered of which the ledger says otherwise)`,
    },
    {
      name: 'in doubt, killed',
      ok: byKill.length <= unsettledMails,
      says: `${byKill.length}, at most ${unsettledMails} (between DATA and settlement at one of ${kills.length} kills)`,
    },
    {
      name: 'in doubt, cut off',
      ok: byBreak.length <= broken.size,
      says: `${byBreak.length}, at most ${broken.size} (connection broken by the server after its 354)`,
    },
    {
      name: 'in doubt, explained',
      ok: unexplained.length === 0,
      says: `${inDoubt.length - unexplained.length} of ${inDoubt.length}, each by its own mail (the server had ${had} of them)`,
    },
    { name: 'same Message-ID', ok: changing === 0, says: `${changing} mails changed it from try to try` },
  ];
}

function countBy(transactions: readonly Transaction[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { recipient } of transactions) {
    if (recipient) counts.set(recipient, (counts.get(recipient) ?? 0) + 1);
  }
  return counts;
}
