import { execFile } from 'node:child_process';
import { readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What `postmaster.pid` and the system say about the server of one data folder. */
export type ServerProcess =
  | { state: 'stopped' }
  /** The file's number belongs to somebody else's process by now. */
  | { state: 'reused' }
  | { state: 'running'; pid: number; port: number | undefined };

export async function serverProcess(dataDir: string): Promise<ServerProcess> {
  const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return { state: 'stopped' };
  if (!(await servesFolder(pid, dataDir))) return { state: 'reused' };
  return { state: 'running', pid, port: Number(lines[3]) || undefined };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Makes PostgreSQL see that the process of `postmaster.pid` is gone although its number is taken again. The file
 * stays, with a number that no process has: so PostgreSQL still checks that no worker of the dead server is
 * left, before it touches the data.
 */
export async function forgetStalePid(dataDir: string): Promise<void> {
  const path = join(dataDir, 'postmaster.pid');
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/^\s*\d+/, '2147483646'));
}

/** By its command line, which everybody may read, or its folder, which moves with a renamed home. */
async function servesFolder(pid: number, dataDir: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.split('\0').includes(dataDir)) return true;
    return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === dataDir;
  }
  const listed = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(
    () => undefined,
  );
  return listed?.stdout.includes(dataDir) ?? false;
}
