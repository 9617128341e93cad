import { type App, openApp } from '../app.ts';
import { loadConfig } from '../config.ts';
import { dim } from './output.ts';

/** What every command takes. */
export interface Common {
  json?: boolean;
}

/**
 * Opens an app for one command and closes it after, whatever happens. Ctrl-C and SIGTERM abort `signal`
 * first; a second one ends the process at once.
 */
export async function withApp<T>(
  options: Common,
  work: (app: App, signal: AbortSignal) => Promise<T>,
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
    const log = options.json ? () => {} : (line: string) => process.stderr.write(`${dim(line)}\n`);
    const app = await openApp(config, { log });
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

/** Prints a result: JSON for scripts, or text for people. */
export function print(options: Common, value: unknown, text: () => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(value, null, 2) : text()}\n`);
}
