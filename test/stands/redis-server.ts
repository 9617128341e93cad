import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export interface RedisStand {
  url: string;
  port: number;
  /** Empties it. */
  flush(): Promise<void>;
  /** Ends it with SIGKILL: what was not on the disk is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port after `kill` or `stop`; with `appendOnly` it has its data back. */
  start(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** `stop`, and its files are deleted. */
  remove(): Promise<void>;
}

export interface RedisOptions {
  appendOnly?: boolean;
  password?: string;
}

/**
 * A real Redis on its own port, keeping nothing on the disk unless `appendOnly` (then: every write at once).
 * @param server path of redis-server or valkey-server
 */
export async function startRedis(server: string, options: RedisOptions = {}): Promise<RedisStand> {
  const dir = await mkdtemp(join(tmpdir(), 'spielbein-redis-'));
  const port = await freePort();
  const persistence = options.appendOnly
    ? ['--appendonly', 'yes', '--appendfsync', 'always']
    : ['--appendonly', 'no'];
  const secret = options.password ? ['--requirepass', options.password] : [];
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--dir',
    dir,
    ...persistence,
    ...secret,
  ];
  let child: ChildProcess | undefined;

  const end = async (signal: NodeJS.Signals) => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill(signal);
    await once(running, 'exit');
  };
  const start = async () => {
    if (child) return;
    const started = spawn(server, args, { stdio: 'ignore' });
    child = started;
    const deadline = Date.now() + 10_000;
    while (!(await ask(port, 'PING', options.password)).startsWith('+PONG')) {
      if (started.exitCode !== null) throw new Error(`${server} ended with code ${started.exitCode}.`);
      if (Date.now() > deadline) throw new Error(`${server} does not answer on port ${port}.`);
      await sleep(20);
    }
  };

  // a test that fails may not get to its end: no server outlives the test process
  process.once('exit', () => child?.kill('SIGKILL'));
  await start();
  return {
    url: `redis://${options.password ? `:${options.password}@` : ''}127.0.0.1:${port}`,
    port,
    flush: async () => void (await ask(port, 'FLUSHALL', options.password)),
    kill: () => end('SIGKILL'),
    start,
    stop: () => end('SIGTERM'),
    remove: async () => {
      await end('SIGTERM');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** One command over a connection of its own; the answer to the last line, or '' if nobody answers. */
async function ask(port: number, command: string, password?: string): Promise<string> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => resolve(''));
    socket.on('close', () => resolve(answer.replace(/^\+OK\r\n(?=[+-])/, '')));
    socket.write(`${password ? `AUTH ${password}\r\n` : ''}${command}\r\nQUIT\r\n`);
  });
}
