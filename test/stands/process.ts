import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '../..');

const running = new Set<ChildProcess>();
// whoever started them may not get to the end: no process outlives the one that started it
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface SpielbeinProcess {
  child: ChildProcess;
  /** Everything it has printed, errors too. */
  output(): string;
  /** What a script would read. */
  stdout(): string;
  /** Its exit code, or null when a signal ended it. */
  ended: Promise<number | null>;
  /** kill -9, and wait until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM: shut down in order. */
  stop(): Promise<number | null>;
}

/** Starts the real command line as a process of its own, with nothing but this environment. */
export function spielbein(args: string[], env: Record<string, string>): SpielbeinProcess {
  const child = spawn(process.execPath, [join(root, 'src/cli.mjs'), ...args], {
    cwd: env.SPIELBEIN_HOME ?? '/tmp',
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let out = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  running.add(child);
  const ended = once(child, 'exit').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  return {
    child,
    output: () => text,
    stdout: () => out,
    ended,
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}

/** Waits until something is so. @throws after `ms`, saying what was waited for. */
export async function until(
  what: string,
  isSo: () => Promise<boolean> | boolean,
  ms = 60_000,
): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited ${ms / 1000} s in vain until ${what}.`);
    await sleep(50);
  }
}
