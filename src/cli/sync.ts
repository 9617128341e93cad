import type { App } from '../app.ts';
import { crmOf, rememberCsv } from '../crm.ts';
import type { SyncCounts } from '../sync/counts.ts';
import { csvCrm } from '../sync/csv/adapter.ts';
import type { CrmAdapter } from '../sync/port.ts';
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
  } finally {
    shown.end();
  }
}

export function syncSummary(result: SyncResult): string {
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
        `${count(counts.erased)} records of people who were erased here are still in the CRM. They were left out; erase these people there, too.`,
      ),
    );
  }
  const problems = problemLines(counts);
  if (problems) lines.push(problems);
  return lines.join('\n');
}

function problemLines(counts: SyncCounts): string {
  const total = Object.values(counts.problemCounts).reduce((a, b) => a + b, 0);
  if (total === 0) return '';
  const shown = counts.problems.slice(0, 5).map((p) => `  ${p.record}: ${p.message}`);
  if (total > shown.length)
    shown.push(`  … and ${count(total - shown.length)} more (--json shows the first 100)`);
  return [
    yellow(`${count(total)} records need a look in the CRM; everything else was taken over:`),
    ...shown,
  ].join('\n');
}
