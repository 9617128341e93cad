import type { Database } from '../../../db/connect.ts';
import type { ToWrite, WriteKind } from '../../../sync/port.ts';
import type { Begun } from './begin.ts';
import { type BodyTools, composeBodies } from './compose-bodies.ts';
import { markOf } from './mark.ts';
import { fixBodies, settleUntold, stillOpen } from './outbox.ts';

/**
 * What was written is looked for when this long ago, in milliseconds, before it is written anew: what a call has done may
 * come to light late.
 */
const COMES_TO_LIGHT = 5 * 60_000;

/** Entries that are to be written, and what became of the others. */
export interface InWords<K extends WriteKind> {
  things: ToWrite<K>[];
  nothing: number;
  gone: number;
  /** Those that can't be put into words, or not be stored, and why. */
  failed: { id: number; why: string }[];
}

/** Puts entries in hand into words. A note or task says what it said the first time; a profile what holds now. */
export async function putIntoWords<K extends WriteKind>(
  db: Database,
  kind: K,
  entries: readonly Begun[],
  tools: BodyTools,
): Promise<InWords<K>> {
  const { key, now } = tools;
  const wordless = entries.filter(({ body }) => body === null || kind === 'profile');
  const composed = await composeBodies(db, kind, wordless, tools);
  const settled = { nothing: 0, gone: 0 };
  for (const outcome of ['nothing', 'gone'] as const) {
    const ids = composed.flatMap((each) => ('none' in each && each.none === outcome ? [each.id] : []));
    await settleUntold(db, ids, outcome, now);
    settled[outcome] = ids.length;
  }
  const bodies = composed.flatMap((each) => ('body' in each ? [each] : []));
  const failed = [
    ...composed.flatMap((each) => ('failed' in each ? [{ id: each.id, why: each.failed }] : [])),
    ...(await fixBodies(db, bodies)),
  ];
  const fresh = new Map(bodies.map(({ id, body }) => [id, body]));
  const open = await stillOpen(
    db,
    entries.map(({ id }) => id),
  );
  for (const { id } of failed) open.delete(id);
  const things = entries
    .filter(({ id }) => open.has(id))
    .map(({ id, customerId, askedAt, body }) => ({
      id,
      customerId,
      mark: markOf(id, key),
      tried: askedAt !== null,
      anew: askedAt === null || now.getTime() - askedAt.getTime() >= COMES_TO_LIGHT,
      body: (fresh.get(id) ?? body) as ToWrite<K>['body'],
    }));
  return { things, ...settled, failed };
}
