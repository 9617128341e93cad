import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SyncCounts } from '../../src/sync/counts.ts';
import type { PlainSizes } from './plain-company.ts';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function start(file: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = fork(join(import.meta.dirname, file), args, {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** The demo CRM in a process of its own. */
export interface CrmProcess {
  url: string;
  /** Requests it has received so far, by method and route. */
  requests(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

export async function startCrm(
  sizes: PlainSizes,
  given: { latencyMs?: number; perTenSeconds?: number } = {},
): Promise<CrmProcess> {
  const child = start('crm.ts', [
    JSON.stringify(sizes),
    String(given.latencyMs ?? 0),
    ...(given.perTenSeconds ? [String(given.perTenSeconds)] : []),
  ]);
  const [ready] = await once(child, 'message');
  return {
    url: (ready as { url: string }).url,
    async requests() {
      child.send('requests');
      const [answer] = await once(child, 'message');
      return (answer as { requests: Record<string, number> }).requests;
    },
    async close() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Memory of the process at one moment: bytes, and ms since it began. */
export interface MemorySample {
  at: number;
  rss: number;
  heapUsed: number;
  external: number;
}

export interface SyncOutcome {
  /** False: it was killed before it came to its end. */
  complete: boolean;
  seconds: number;
  memory: MemorySample[];
  /** Share of the pass that was done, as told with each batch stored; null when it was not told. */
  shares: { at: number; object: string; done: number | null }[];
  counts: SyncCounts | null;
}

/** SIGKILL so long after so much of the pass (0 to 1) was stored. */
export interface Death {
  share: number;
  afterMs: number;
}

/** A full sync in a process of its own. */
export async function runSyncProcess(given: {
  databaseUrl: string;
  crmUrl: string;
  death?: Death;
  /** Told of each batch stored, and how many ms after the start. */
  onBatch?: (object: string, at: number) => void;
}): Promise<SyncOutcome> {
  const started = performance.now();
  const outcome: SyncOutcome = { complete: false, seconds: 0, memory: [], shares: [], counts: null };
  const child = start('sync-process.ts', [given.crmUrl], { DATABASE_URL: given.databaseUrl });
  const { death } = given;
  let killing: NodeJS.Timeout | undefined;
  child.on('message', (message) => {
    const { memory, progress, result } = message as {
      memory?: MemorySample;
      progress?: { object: string; done: number | null };
      result?: { counts: SyncCounts };
    };
    if (memory) outcome.memory.push(memory);
    if (progress) {
      const at = performance.now() - started;
      outcome.shares.push({ at, ...progress });
      given.onBatch?.(progress.object, at);
    }
    if (result) Object.assign(outcome, { complete: true, counts: result.counts });
    if (death && (progress?.done ?? 0) >= death.share)
      killing ??= setTimeout(() => child.kill('SIGKILL'), death.afterMs);
  });
  const [code, signal] = await once(child, 'close');
  clearTimeout(killing);
  if (!outcome.complete && signal !== 'SIGKILL') throw new Error(`The sync process ended with ${code}.`);
  outcome.seconds = (performance.now() - started) / 1000;
  return outcome;
}
