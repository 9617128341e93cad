import type { App } from '../app.ts';
import { crmOf, rememberCsv } from '../crm.ts';
import type { SyncCounts } from '../sync/counts.ts';
import { csvCrm } from '../sync/csv/adapter.ts';
import { type CrmAdapter, type Problem, SyncError } from '../sync/port.ts';
import { SYNC_OBJECTS } from '../sync/rows.ts';
import { runSync, type SyncResult } from '../sync/sync.ts';
import { UsageError } from './exit.ts';
import { count, table, yellow } from './output.ts';
import { type Common, print, withApp } from './session.ts';
import { syncLine } from './sync-progress.ts';

interface SyncOptions extends Common {
  full?: boolean;
  from?: string;
  acceptMassRemoval?: boolean;
}

export async function sync(options: SyncOptions): Promise<void> {
  await withApp(async (app, signal) => {
    const dir = options.from === undefined ? null : csvFolder(options.from);
    const crm = dir === null ? await crmOf(app)() : csvCrm({ dir });
    const result = await syncWithProgress(app, crm, { ...options, signal });
    if (dir !== null) await rememberCsv(app, dir);
    print(options, result, () => syncSummary(result));
  });
}

/** `csv:DIR` → DIR */
function csvFolder(from: string): string {
  const dir = /^csv:(.+)$/.exec(from)?.[1];
  if (dir) return dir;
  throw new UsageError(`--from ${from} is not known. It must be csv: and a folder, e.g. --from csv:./export`);
}

/** Runs a sync with a moving line. */
export async function syncWithProgress(
  app: App,
  crm: CrmAdapter,
  options: SyncOptions & { signal: AbortSignal },
): Promise<SyncResult> {
  const shown = syncLine({ quiet: options.json });
  try {
    return await runSync({
      db: app.db,
      crm,
      mode: options.full ? 'full' : 'incremental',
      now: app.now,
      signal: options.signal,
      acceptMassRemoval: options.acceptMassRemoval ?? false,
      onProgress: shown.update,
    });
  } catch (error) {
    throw goesOn(error);
  } finally {
    shown.end();
  }
}

/** Of faults of the CRM that pass, people are told as well what becomes of their sync. */
function goesOn(error: unknown): unknown {
  if (!(error instanceof SyncError && error.retryable && error.code.startsWith('crm_'))) return error;
  const { code, message, retryable, ofRecords } = error;
  const options = { retryable, ofRecords, cause: error };
  return new SyncError(code, `${message} The next sync goes on from here.`, options);
}

type Summed = Pick<SyncResult, 'mode' | 'resumed' | 'startedAt' | 'finishedAt' | 'counts'>;

export function syncSummary(result: Summed): string {
  const { counts } = result;
  const seconds = ((result.finishedAt.getTime() - result.startedAt.getTime()) / 1000).toFixed(1);
  const changes = SYNC_OBJECTS.reduce(
    (n, o) => n + counts[o].inserted + counts[o].changed + counts[o].removed,
    0,
  );
  const lines = [
    `Synced (${result.mode}${result.resumed ? ', went on where an earlier sync stopped' : ''}) in ${seconds} s` +
      (changes === 0 ? ': nothing has changed.' : '.'),
    table(
      SYNC_OBJECTS.map((o) => [
        o,
        counts[o].inserted,
        counts[o].changed,
        counts[o].unchanged,
        counts[o].removed,
      ]),
      ['', 'new', 'changed', 'unchanged', 'removed'],
    ),
  ];
  if (counts.erased > 0) {
    lines.push(
      yellow(
        `${records(counts.erased)} of people who were erased here ${counts.erased === 1 ? 'is' : 'are'} still in the CRM. They were left out; erase these people there, too.`,
      ),
    );
  }
  const problems = problemLines(counts);
  if (problems) lines.push(problems);
  return lines.join('\n');
}

function problemLines(counts: SyncCounts): string {
  const total = Object.entries(counts.problemCounts)
    .filter(([code]) => isOfRecord({ code }))
    .reduce((sum, [, n]) => sum + n, 0);
  const notes = counts.problems.filter((problem) => !isOfRecord(problem));
  const lines = notes.map(({ message }) => yellow(message));
  if (total === 0) return lines.join('\n');
  const shown = counts.problems.filter(isOfRecord).slice(0, 5);
  lines.push(
    yellow(
      `${records(total)} ${total === 1 ? 'needs' : 'need'} a look in the CRM; everything else was taken over:`,
    ),
    ...shown.map(({ record, message }) => `  ${record}: ${message}`),
  );
  if (total > shown.length)
    lines.push(`  … and ${count(total - shown.length)} more (--json shows the first 100)`);
  return lines.join('\n');
}

const records = (n: number): string => `${count(n)} ${n === 1 ? 'record' : 'records'}`;

/** Other problems are of the account as a whole: what it lacks, what a token may not read, what was held back. */
const isOfRecord = ({ code }: Pick<Problem, 'code'>): boolean =>
  !/^crm_|_unavailable$|^mass_removal_held_back$/.test(code);
