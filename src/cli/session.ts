import { type App, openApp } from '../app.ts';
import { type Config, loadConfig } from '../config.ts';
import { jsonLog, type Log, onceAMinute, plainLog } from '../observe/log.ts';
import { dim } from './output.ts';

/** What every command takes. */
export interface Common {
  json?: boolean;
}

/** What a process is that runs until it is told to stop; null for a command that ends by itself. */
export type Role = 'up' | 'serve' | 'worker' | 'preview' | null;

/**
 * Opens an app for one command and closes it after, whatever happens. Ctrl-C and SIGTERM abort `signal`
 * first; a second one ends the process at once.
 */
export async function withApp<T>(
  work: (app: App, signal: AbortSignal) => Promise<T>,
  role: Role = null,
): Promise<T> {
  const config = loadConfig();
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    const app = await openApp(config, { log: onceAMinute(logOf(config, role)) });
    try {
      return await work(app, stop.signal);
    } finally {
      await app.close();
    }
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** JSON from services, whose lines are collected; from what a person started at a terminal, the words alone. */
function logOf({ logLevel: level }: Config, role: Role): Log {
  if (role !== null && !process.stderr.isTTY) return jsonLog({ level, role });
  return plainLog({ level }, (line) => process.stderr.write(`${dim(line)}\n`));
}

/** Prints a result: JSON for scripts, or text for people. */
export function print(options: Common, value: unknown, text: () => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(value, null, 2) : text()}\n`);
}
