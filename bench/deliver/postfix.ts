import { execFile, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { access, constants, mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../test/stands/free-port.ts';
import { until } from '../../test/stands/process.ts';
import { LeftOut } from '../harness/result.ts';

const run = promisify(execFile);

/** Postfix's two programs for measuring; no mail server is installed or started. */
export interface Postfix {
  /** A server that takes every mail and forgets it. */
  sink(): Promise<{ port: number; close(): void }>;
  /** Sends so many mails of so many bytes over 20 connections. @returns seconds */
  source(port: number, given: { mails: number; bytes: number }): Promise<number>;
}

/** From the PATH, or taken out of Debian's package into a temporary folder. @throws LeftOut */
export async function findPostfix(): Promise<Postfix> {
  const { programs, env } = (await installed()) ?? (await unpacked());
  return {
    async sink() {
      const port = await freePort();
      const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
      const child = spawn(programs['smtp-sink'], [...user, `127.0.0.1:${port}`, '1000'], {
        env,
        stdio: 'ignore',
      });
      const end = () => child.kill('SIGKILL');
      process.once('exit', end);
      await until('smtp-sink answers', () => answers(port), 10_000);
      return {
        port,
        close() {
          process.off('exit', end);
          end();
        },
      };
    },
    async source(port, { mails, bytes }) {
      const begun = performance.now();
      const size = ['-s', '20', '-m', String(mails), '-l', String(bytes)];
      const people = ['-f', 'news@orvelin.test', '-t', 'person@customers.test'];
      await run(programs['smtp-source'], [...size, ...people, `127.0.0.1:${port}`], { env });
      return (performance.now() - begun) / 1000;
    },
  };
}

interface Found {
  programs: { 'smtp-sink': string; 'smtp-source': string };
  env: NodeJS.ProcessEnv;
}

async function installed(): Promise<Found | null> {
  // where Debian has them, and seldom on the PATH of those who are not root
  for (const dir of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/libexec/postfix']) {
    const found = await programsIn(dir);
    if (found) return { programs: found, env: process.env };
  }
  return null;
}

/** What apt would install, with what it lacks here, but only unpacked: nothing on this machine changes. */
async function unpacked(): Promise<Found> {
  const dir = await mkdtemp(join(tmpdir(), 'spielbein-postfix-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  const archives = join(dir, 'archives');
  const root = join(dir, 'root');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(root);
  const download = () =>
    run('apt-get', [
      ...['-y', '-q', '--no-install-recommends', '-o', 'Debug::NoLocking=1'],
      ...['-o', `Dir::Cache::archives=${archives}`, 'install', '--reinstall', '--download-only', 'postfix'],
    ]);
  try {
    await download().catch(async () => {
      await run('apt-get', ['update', '-q']);
      await download();
    });
    for (const file of await readdir(archives)) {
      if (file.endsWith('.deb')) await run('dpkg-deb', ['-x', join(archives, file), root]);
    }
  } catch (error) {
    throw new LeftOut(
      `smtp-source and smtp-sink are needed to compare with (apt-get install postfix): ${(error as Error).message.split('\n')[0]}`,
    );
  }
  const programs = await programsIn(join(root, 'usr/sbin'));
  if (!programs) throw new LeftOut('Debian’s package postfix has no smtp-source and smtp-sink.');
  const libraries = [join(root, 'usr/lib/postfix'), ...(await libraryFolders(join(root, 'usr/lib')))];
  return { programs, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') } };
}

/** Folders by kind of machine, such as `x86_64-linux-gnu`. */
async function libraryFolders(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => []);
  return names.filter((name) => name.includes('-linux-')).map((name) => join(dir, name));
}

async function programsIn(dir: string): Promise<Found['programs'] | null> {
  const programs = { 'smtp-sink': join(dir, 'smtp-sink'), 'smtp-source': join(dir, 'smtp-source') };
  try {
    for (const program of Object.values(programs)) await access(program, constants.X_OK);
    return programs;
  } catch {
    return null;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
