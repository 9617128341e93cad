import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { serverProcess } from '../../src/db/embedded/process.ts';
import { openEmbeddedDatabase } from '../../src/db/embedded.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
let home: string;
let users: Array<{ process: ChildProcess }> = [];

/** A home whose database has been made already: most tests are about what comes after that. */
let model: string;

beforeAll(async () => {
  model = await mkdtemp(join(tmpdir(), 'spielbein-embedded-model-'));
  await chmod(model, 0o755);
  await (await openEmbeddedDatabase({ home: model })).close();
});

afterAll(() => rm(model, { recursive: true, force: true }));

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'spielbein-embedded-'));
  await chmod(home, 0o755);
});

afterEach(async () => {
  for (const user of users) user.process.kill('SIGKILL');
  users = [];
  const server = await serverProcess(dataDir());
  if (server.state === 'running') await killAndWait(server.pid);
  await rm(home, { recursive: true, force: true });
});

const dataDir = () => join(home, 'postgres/data');
const useModel = () => execFileSync('cp', ['-a', join(model, 'postgres'), home]);
const open = () => openEmbeddedDatabase({ home });

/** Another process that uses the database of this home. */
async function user(options: { uid?: number; home?: string; env?: NodeJS.ProcessEnv } = {}) {
  const args = [join(import.meta.dirname, 'embedded-user.ts'), options.home ?? home];
  if (options.uid) args.push(String(options.uid));
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, ...options.env },
  });
  users.push({ process: child });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value ?? '{}') as Record<string, string>;
  const said = await next();
  return {
    ...said,
    url: said.url ?? '',
    async close() {
      child.stdin.end();
      return await next();
    },
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Whether the process is there and has not just ended, waiting for its parent to take note. */
async function isRunning(pid: number): Promise<boolean> {
  const state = execFileSync('sh', ['-c', 'ps -o stat= -p "$0" || true', String(pid)], {
    encoding: 'utf8',
  }).trim();
  return state !== '' && !state.startsWith('Z');
}

/** Waits for the process to end, two seconds at most: it is given up only after it has said goodbye. */
async function ends(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 2000; waited += 20) {
    if (!(await isRunning(pid))) return true;
    await sleep(20);
  }
  return false;
}

async function killAndWait(pid: number) {
  process.kill(pid, 'SIGKILL');
  await ends(pid);
}

async function pidOfServer(): Promise<number> {
  const found = await serverProcess(dataDir());
  if (found.state !== 'running') throw new Error(`The server is ${found.state}.`);
  return found.pid;
}

test('the server is shared, outlives each of its users, and stops with the last one', async () => {
  useModel();
  const mine = await open();
  await query(mine.url, 'create table kept as select 42 as answer');
  const theirs = await user();
  expect(theirs.url).toBe(mine.url);
  const pid = await pidOfServer();

  await mine.close();
  expect(await query(theirs.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  expect(await theirs.close()).toEqual({ closed: true });
  expect(await ends(pid)).toBe(true);

  const begin = performance.now();
  const again = await open();
  expect(performance.now() - begin).toBeLessThan(3000);
  expect(again.url).toBe(mine.url);
  expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await again.close();
  await again.close();
});

test('it is safe: on the loopback only, with fsync, the password for the owner only, no secrets passed on', async () => {
  const secret = 'of-the-parent-process';
  const child = await user({ env: { HUBSPOT_ACCESS_TOKEN: secret } });
  const rows = await query(
    child.url,
    `select name, setting from pg_settings
     where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'unix_socket_directories')`,
  );
  expect(Object.fromEntries(rows.map((row) => [row.name, row.setting]))).toEqual({
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  });
  expect((await stat(join(home, 'postgres/server.json'))).mode & 0o777).toBe(0o600);
  const wrong = new URL(child.url);
  wrong.password = 'guessed';
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  if (process.platform === 'linux') {
    expect(await readFile(`/proc/${await pidOfServer()}/environ`, 'utf8')).not.toContain(secret);
  }
  await child.close();
});

test('four processes that start at once on an empty home get one server', async () => {
  const children = await Promise.all([user(), user(), user(), user()]);
  expect(new Set(children.map((child) => child.url)).size).toBe(1);
  const pid = await pidOfServer();
  await Promise.all(children.map((child) => child.close()));
  expect(await ends(pid)).toBe(true);
});

test('after kill -9 of its only user the server goes on, is found, and stops in order', async () => {
  useModel();
  const killed = await user();
  await query(killed.url, 'create table kept as select 1');
  const pid = await pidOfServer();
  await killed.kill();
  expect(await isRunning(pid)).toBe(true);
  const next = await open();
  expect(next.url).toBe(killed.url);
  await next.close();
  expect(await ends(pid)).toBe(true);
});

test('a process killed in the middle of the very first start leaves nothing that hinders the next', async () => {
  for (const after of [30, 250, 500, 800]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'embedded-user.ts'), home], {
      stdio: 'ignore',
    });
    await sleep(after);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const database = await open();
  expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await database.close();
});

test('after kill -9 of the server itself the next start repairs it; what was committed is there', async () => {
  useModel();
  const child = await user();
  await query(child.url, 'create table kept as select 42 as answer');
  await killAndWait(await pidOfServer());
  const next = await open();
  expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await child.close();
  expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await next.close();
});

test("a left-over postmaster.pid whose number is somebody else's process by now does not hinder", async () => {
  useModel();
  const first = await open();
  await query(first.url, 'create table kept as select 42 as answer');
  const pidFile = join(dataDir(), 'postmaster.pid');
  const left = await readFile(pidFile, 'utf8');
  await killAndWait(await pidOfServer());
  const owner = await stat(dataDir());
  // PostgreSQL itself would refuse to start beside a living process of its own user
  const stranger = spawn('sleep', ['60'], { uid: owner.uid, gid: owner.gid, stdio: 'ignore' });
  await writeFile(pidFile, left.replace(/^\d+/, String(stranger.pid)));
  const next = await open();
  expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await next.close();
  await first.close();
  expect(await isRunning(stranger.pid ?? 0)).toBe(true);
  stranger.kill();
});

test('a port that somebody else took meanwhile is given up for another, which is remembered', async () => {
  useModel();
  const first = await open();
  await first.close();
  const port = Number(new URL(first.url).port);
  const squatter = createServer().listen(port, '127.0.0.1');
  await once(squatter, 'listening');
  const second = await open();
  expect(new URL(second.url).port).not.toBe(String(port));
  await second.close();
  squatter.close();
  await once(squatter, 'close');
  const third = await open();
  expect(third.url).toBe(second.url);
  await third.close();
});

test('the server stays while another program is connected, and is found again', async () => {
  useModel();
  const database = await open();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await database.close();
  expect(await client.query('select 1')).toMatchObject({ rowCount: 1 });
  await client.end();
  const again = await open();
  expect(again.url).toBe(database.url);
  await again.close();
});

test('a home that was moved is still a good home', async () => {
  useModel();
  const first = await open();
  await query(first.url, 'create table kept as select 42 as answer');
  await first.close();
  const moved = `${home}-moved`;
  await rename(home, moved);
  home = moved;
  const second = await open();
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await second.close();
});

test('data of another PostgreSQL, and a lost password, are said clearly', async () => {
  useModel();
  await (await open()).close();
  const version = join(dataDir(), 'PG_VERSION');
  const kept = await readFile(version, 'utf8');
  await writeFile(version, '15\n');
  await expect(open()).rejects.toMatchObject({ code: 'other_version' });
  await writeFile(version, kept);
  await rm(join(home, 'postgres/server.json'));
  await expect(open()).rejects.toMatchObject({ code: 'settings_missing' });
});

test.runIf(isRoot)('an ordinary user runs it too, and root after them as that user', async () => {
  await chown(home, NOBODY, NOBODY);
  const child = await user({ uid: NOBODY });
  expect(child.url).not.toBe('');
  expect((await stat(dataDir())).uid).toBe(NOBODY);
  await child.close();
  const database = await open();
  expect((await stat(`/proc/${await pidOfServer()}`)).uid).toBe(NOBODY);
  await database.close();
});

test.runIf(isRoot)("another user's home is refused with words", async () => {
  useModel();
  await (await open()).close();
  const child = await user({ uid: NOBODY });
  expect(child).toMatchObject({ code: 'not_yours' });
});

test.runIf(isRoot)(
  'a home under a folder closed to others: root keeps the data where its server gets in',
  async () => {
    const closed = join(home, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const child = await user({ home: join(closed, '.spielbein') });
    const far = (await readFile(join(closed, '.spielbein/postgres/elsewhere'), 'utf8')).trim();
    try {
      expect(far).toMatch(/^\/var\/lib\/spielbein\//);
      await query(child.url, 'create table kept as select 42 as answer');
      await child.close();
      const again = await user({ home: join(closed, '.spielbein') });
      expect(await query(again.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
      await again.close();
    } finally {
      await rm(far, { recursive: true, force: true });
    }
  },
);
