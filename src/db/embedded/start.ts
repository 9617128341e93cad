import { chown, open, readFile, stat, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { explainOutput } from './errors.ts';
import { runTool } from './tools.ts';

interface ServerToRun {
  dir: string;
  dataDir: string;
  account: Account | null;
  binaries: Binaries;
  log: (message: string) => void;
}

/** For one small machine; whatever concerns safety (fsync, synchronous_commit, full_page_writes) stays on. */
const SERVER_SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'shared_buffers=128MB',
  'max_wal_size=512MB',
  // parallel queries want more shared memory than a container has by default
  'max_parallel_workers_per_gather=0',
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  'log_min_messages=warning',
];

const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/**
 * Starts the server, detached from this process and its terminal, and waits until it takes connections.
 *
 * @returns its port: the given one if it is free, otherwise another.
 */
export async function startServer(server: ServerToRun & { port: number }): Promise<number> {
  const { dir, dataDir, account, binaries } = server;
  const logFile = join(dir, 'server.log');
  await prepareLog(logFile, account);
  let port = await freePort(server.port);
  for (let attempt = 1; ; attempt++) {
    const before = (await stat(logFile)).size;
    const settings = [`port=${port}`, ...SERVER_SETTINGS].map((setting) => `-c ${setting}`).join(' ');
    // crash recovery may take minutes; a server that gives up is noticed at once
    const args = ['start', '-D', dataDir, '-l', logFile, '-w', '-t', '600', '-s', '-o', settings];
    const started = await runTool(binaries.pgCtl, args, { account, cwd: dataDir });
    if (started.ok) return port;
    const said = (await readFile(logFile)).subarray(before).toString('utf8') || started.output;
    if (/Address already in use|could not (bind|create any TCP\/IP sockets)/i.test(said) && attempt < 5) {
      port = await freePort(0);
      continue;
    }
    // workers of a killed server end by themselves as soon as they notice
    if (/pre-existing shared memory block/i.test(said) && attempt < 40) {
      await sleep(250);
      continue;
    }
    throw explainOutput(said, dir, {
      code: 'not_starting',
      message: `The embedded database in ${dir} does not start. All it said is in ${logFile}.`,
    });
  }
}

/** Stops the server; open transactions are rolled back, everything committed is on the disk. */
export async function stopServer(server: ServerToRun): Promise<void> {
  const { dataDir, account, binaries } = server;
  const args = ['stop', '-D', dataDir, '-m', 'fast', '-w', '-t', '60', '-s'];
  const stopped = await runTool(binaries.pgCtl, args, { account, cwd: dataDir });
  if (!stopped.ok) server.log(`The embedded database did not stop: ${stopped.output.trim()}`);
}

/** The server's account writes the log; it does not grow without end. */
async function prepareLog(path: string, account: Account | null): Promise<void> {
  const file = await open(path, 'a', 0o600);
  await file.close();
  if (account) await chown(path, account.uid, account.gid);
  if ((await stat(path)).size > LOG_LIMIT_BYTES) await truncate(path);
}

/** `preferred` if nobody listens there, otherwise any free port of this machine's loopback. */
async function freePort(preferred: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => {
      if (preferred === 0) reject(error);
      else freePort(0).then(resolve, reject);
    });
    probe.listen(preferred, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
