import type { Database } from '../../../db/connect.ts';
import { SyncError, type ToWrite, type WriteDesk, type WriteKind } from '../../../sync/port.ts';
import { type Begun, beginEntries } from './begin.ts';
import { type BodyTools, composeBodies } from './compose-bodies.ts';
import { markOf } from './mark.ts';
import { fixBodies, noteWritten, postpone, settleUntold, stillOpen } from './outbox.ts';

/** Entries of one kind in one go, which begins every ten seconds: calls are for syncs, too. */
const MOST = 100;
/** As long as the CRM takes nothing, it is asked with so many. */
const PROBE = 5;
/** After so many tries an entry is tried by itself: it may be what breaks the call for the others. */
const ALONE_AFTER = 3;
/** So many that fail by themselves in a row are the CRM's fault and not an entry's. */
const IN_A_ROW = 3;
/** How long entries wait that the CRM could not take for a reason that lies not in them, in milliseconds. */
const WAIT = 60_000;

export interface WriteTools extends Omit<BodyTools, 'now'> {
  db: Database;
  desk: WriteDesk;
  now: () => Date;
  signal: AbortSignal;
  /** The last go failed: a few will do to see whether the CRM takes something again. */
  probing: boolean;
}

/** How many entries ended in each way in one go. */
export interface WriteCounts {
  written: number;
  nothing: number;
  gone: number;
  refused: number;
  /** The CRM has them or not; they are looked for another time. */
  unknown: number;
}

/**
 * Writes what is due of one kind: first what is in doubt, then what is new, as long as the CRM takes it. Before anything
 * is said to the CRM it is written down that it may be; so this dies at any point without losing an entry or writing
 * one twice. One process at a time may do this.
 * @throws SyncError when the CRM can't be told anything of this kind now; what became of the others is written down
 */
export async function writeEntries(kind: WriteKind, tools: WriteTools): Promise<WriteCounts> {
  const { db, now, signal, probing } = tools;
  const limit = probing ? PROBE : MOST;
  const counts: WriteCounts = { written: 0, nothing: 0, gone: 0, refused: 0, unknown: 0 };
  const doubtful = await beginEntries(db, { kind, which: 'doubtful', now: now(), limit });
  const alone = doubtful.filter(({ tries }) => tries > ALONE_AFTER);
  const together = doubtful.filter((entry) => !alone.includes(entry));
  await writeTogether(kind, together, tools, counts).catch(async (error: unknown) => {
    await putOff(alone, tools);
    throw error;
  });
  await writeAlone(kind, alone, tools, counts);
  signal.throwIfAborted();
  const fresh = await beginEntries(db, { kind, which: 'fresh', now: now(), limit });
  await writeTogether(kind, fresh, tools, counts);
  return counts;
}

/** One that makes the CRM break must not hold up the others. */
async function writeAlone(
  kind: WriteKind,
  entries: readonly Begun[],
  tools: WriteTools,
  counts: WriteCounts,
): Promise<void> {
  let failed = 0;
  for (const [n, entry] of entries.entries()) {
    try {
      tools.signal.throwIfAborted();
      await writeTogether(kind, [entry], tools, counts);
      failed = 0;
    } catch (error) {
      const goesOn = error instanceof SyncError && error.ofRecords && ++failed < IN_A_ROW;
      if (goesOn) continue;
      await putOff(entries.slice(n + 1), tools);
      throw error;
    }
  }
}

async function writeTogether(
  kind: WriteKind,
  entries: readonly Begun[],
  tools: WriteTools,
  counts: WriteCounts,
): Promise<void> {
  const things = await putIntoWords(kind, entries, tools, counts);
  if (things.length === 0) return;
  const open = new Set(things.map(({ id }) => id));
  try {
    for await (const answers of tools.desk.write(kind, things)) {
      await noteWritten(tools.db, answers, tools.now());
      for (const { id, outcome } of answers) {
        open.delete(id);
        counts[outcome] += 1;
      }
    }
  } catch (error) {
    counts.unknown += open.size;
    const inThem = error instanceof SyncError && error.ofRecords;
    if (!inThem)
      await putOff(
        things.filter(({ id }) => open.has(id)),
        tools,
      );
    throw error;
  }
  counts.unknown += open.size;
}

/** They were not tried, or the reason lies not in them: it does not count. */
async function putOff(entries: readonly { id: number }[], { db, now }: WriteTools): Promise<void> {
  const ids = entries.map(({ id }) => id);
  await postpone(db, ids, new Date(now().getTime() + WAIT));
}

/** What is to be written. A note or task says what it said the first time; a profile what holds now. */
async function putIntoWords<K extends WriteKind>(
  kind: K,
  entries: readonly Begun[],
  tools: WriteTools,
  counts: WriteCounts,
): Promise<ToWrite<K>[]> {
  if (entries.length === 0) return [];
  const { db, key } = tools;
  const now = tools.now();
  const wordless = entries.filter(({ body }) => body === null || kind === 'profile');
  const composed = await composeBodies(db, kind, wordless, { ...tools, now });
  for (const outcome of ['nothing', 'gone'] as const) {
    const ids = composed.flatMap((each) => ('none' in each && each.none === outcome ? [each.id] : []));
    await settleUntold(db, ids, outcome, now);
    counts[outcome] += ids.length;
  }
  const bodies = composed.flatMap((each) => ('body' in each ? [each] : []));
  await fixBodies(db, bodies);
  const fresh = new Map(bodies.map(({ id, body }) => [id, body]));
  const open = await stillOpen(
    db,
    entries.map(({ id }) => id),
  );
  return entries
    .filter(({ id }) => open.has(id))
    .map(({ id, customerId, body }) => ({
      id,
      customerId,
      mark: markOf(id, key),
      tried: body !== null,
      body: (fresh.get(id) ?? body) as ToWrite<K>['body'],
    }));
}
