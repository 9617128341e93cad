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
export async function withApp<T>(work: (app: App, signal: AbortSignal) => Promise<T>): Promise<T> {
  const config = loadConfig();
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    const app = await openApp(config, { log: onceAMinute((line) => process.stderr.write(`${dim(line)}\n`)) });
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

/** Says the same line at most once a minute: trouble that repeats is not more trouble. */
function onceAMinute(say: (line: string) => void): (line: string) => void {
  const said = new Map<string, number>();
  return (line) => {
    const now = Date.now();
    if (now - (said.get(line) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
    if (said.size > 500) said.clear();
    said.set(line, now);
    say(line);
  };
}

/** Prints a result: JSON for scripts, or text for people. */
export function print(options: Common, value: unknown, text: () => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(value, null, 2) : text()}\n`);
}
