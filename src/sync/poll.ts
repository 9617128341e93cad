import type { Kysely } from 'kysely';
import { z } from 'zod';
import { installationValue, noteInstallationValue } from '../db/migrate.ts';
import type { Tables } from '../db/schema.ts';
import { type CrmAdapter, SyncError } from './port.ts';
import { runSync, type SyncResult } from './sync.ts';

export interface PollOptions {
  db: Kysely<Tables>;
  crm: () => Promise<CrmAdapter>;
  now: () => Date;
  signal: AbortSignal;
}

export type Polled =
  | { kind: 'read'; result: SyncResult; thorough: boolean; failedBefore: boolean }
  /** Another sync is running, or the process is shutting down. */
  | { kind: 'skipped' }
  /** `tell`: people should hear of it, once; `refused`: nothing changes until somebody does something. */
  | { kind: 'failed'; error: unknown; since: Date; tell: 'refused' | 'away' | null };

/** What no search shows, such as archived records, is looked for this often, in milliseconds. */
const THOROUGH_MS = 3_600_000;
/** People hear of it when nothing could be read for this long, in milliseconds. */
const PATIENCE_MS = 30 * 60_000;

/** Kept in the database: polls are made by whichever worker comes first. */
const NOTE = 'crm_poll';
const noteJson = z.object({
  /** When everything was looked at. */
  thoroughAt: z.iso.datetime().nullable().catch(null),
  /** Since when every poll has failed. */
  failingSince: z.iso.datetime().nullable().catch(null),
  told: z.array(z.enum(['refused', 'away'])).catch([]),
});
type Note = z.infer<typeof noteJson>;

/** Looks for changes in the CRM. Before the first full sync has ended, it goes on with that. */
export async function pollCrm(options: PollOptions): Promise<Polled> {
  const { db, now, signal } = options;
  const note = await readNote(db);
  const startedAt = now();
  const thorough = note.thoroughAt === null || +startedAt - Date.parse(note.thoroughAt) >= THOROUGH_MS;
  try {
    const crm = await options.crm();
    const result = await runSync({ db, crm, mode: 'incremental', thorough, now, signal });
    const failedBefore = note.failingSince !== null;
    const thoroughAt = thorough ? startedAt.toISOString() : note.thoroughAt;
    if (thorough || failedBefore) await writeNote(db, { thoroughAt, failingSince: null, told: [] });
    return { kind: 'read', result, thorough, failedBefore };
  } catch (error) {
    if (signal.aborted || (error instanceof SyncError && error.code === 'sync_running')) {
      return { kind: 'skipped' };
    }
    const since = note.failingSince === null ? startedAt : new Date(note.failingSince);
    const tell = whatToTell(error, +now() - +since, note.told);
    const told = tell === null ? note.told : [...note.told, tell];
    await writeNote(db, { ...note, failingSince: since.toISOString(), told });
    return { kind: 'failed', error, since, tell };
  }
}

function whatToTell(error: unknown, failingMs: number, told: Note['told']): 'refused' | 'away' | null {
  const refused = error instanceof SyncError && !error.retryable;
  if (refused) return told.includes('refused') ? null : 'refused';
  return failingMs < PATIENCE_MS || told.includes('away') ? null : 'away';
}

async function readNote(db: Kysely<Tables>): Promise<Note> {
  return noteJson.parse(JSON.parse((await installationValue(db, NOTE)) ?? '{}'));
}

async function writeNote(db: Kysely<Tables>, note: Note): Promise<void> {
  await noteInstallationValue(db, NOTE, JSON.stringify(note));
}
