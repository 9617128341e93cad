import type { Database } from '../../../db/connect.ts';
import { type Claim, SyncError, type WriteDesk, type WriteKind, type Written } from '../../../sync/port.ts';
import { type Begun, beginEntries } from './begin.ts';
import type { BodyTools } from './compose-bodies.ts';
import { claimCall, giveUpDoubts, noteRefused, noteWritten, postpone, settleUntold } from './outbox.ts';
import { putIntoWords } from './put-into-words.ts';

/** Entries of one kind in one go, which begins every ten seconds: calls are for syncs, too. */
const MOST = 100;
/** As long as the CRM takes nothing, it is asked with so many. */
const PROBE = 5;
/** After so many tries an entry is tried by itself: it may be what breaks the call for the others. */
const ALONE_AFTER = 3;
/** So many are tried by themselves in one go: each takes calls of its own. */
const MOST_ALONE = 10;
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
  /** Hears of so many entries that are not tried any more, also when the go fails. */
  givenUp: (entries: number) => void;
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
  givenUp(tools, await giveUpDoubts(db, kind, now()));
  const doubtful = await beginEntries(db, { kind, which: 'doubtful', now: now(), limit });
  const stubborn = doubtful.filter(({ tries }) => tries > ALONE_AFTER);
  const alone = stubborn.slice(0, MOST_ALONE);
  await putOff(stubborn.slice(MOST_ALONE), tools);
  const together = doubtful.filter((entry) => !stubborn.includes(entry));
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
  if (entries.length === 0) return;
  const { db, desk, now } = tools;
  const begun = new Map(entries.map((entry) => [entry.id, entry]));
  const beginnings = (ids: Iterable<number>) => [...ids].flatMap((id) => begun.get(id) ?? []);
  const { things, failed, ...untold } = await putIntoWords(db, kind, entries, { ...tools, now: now() });
  counts.nothing += untold.nothing;
  counts.gone += untold.gone;
  await note(
    failed.map(({ id, why }) => ({ id, outcome: 'refused', message: why })),
    begun,
    tools,
    counts,
  );
  if (things.length === 0) return;
  const open = new Set(things.map(({ id }) => id));
  const claim: Claim = (ids, longestMs) => claimCall(db, beginnings(ids), { now: now(), longestMs });
  try {
    for await (const answers of desk.write(kind, things, claim)) {
      await note(answers, begun, tools, counts);
      for (const { id } of answers) open.delete(id);
    }
  } catch (error) {
    counts.unknown += open.size;
    const inThem = error instanceof SyncError && error.ofRecords;
    if (!inThem) await putOff(beginnings(open), tools);
    throw error;
  }
  counts.unknown += open.size;
}

/** Writes down what became of entries. */
async function note(
  answers: readonly Written[],
  begun: ReadonlyMap<number, Begun>,
  tools: WriteTools,
  counts: WriteCounts,
): Promise<void> {
  const { db, now } = tools;
  const written = answers.filter((each) => each.outcome === 'written');
  const gone = answers.flatMap(({ id, outcome }) => (outcome === 'gone' ? [id] : []));
  const refused = answers.flatMap((each) =>
    each.outcome === 'refused' ? [{ ...each, tries: begun.get(each.id)?.tries ?? 0 }] : [],
  );
  await noteWritten(db, written, now());
  await settleUntold(db, gone, 'gone', now());
  givenUp(tools, await noteRefused(db, refused, now()));
  counts.written += written.length;
  counts.gone += gone.length;
  counts.refused += refused.length;
}

const givenUp = (tools: WriteTools, entries: number): void => {
  if (entries > 0) tools.givenUp(entries);
};

/** They were not tried, or the reason lies not in them: it does not count. */
async function putOff(entries: readonly Begun[], { db, now }: WriteTools): Promise<void> {
  await postpone(db, entries, new Date(now().getTime() + WAIT));
}
