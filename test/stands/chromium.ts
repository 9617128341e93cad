import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

export type FoundChromium = { path: string; missing: null } | { path: null; missing: string };

/**
 * A real Chromium for the tests of pages: from PATH; else, as root on Debian or Ubuntu, from apt. Where neither
 * works, `missing` says why, and the tests are skipped with it.
 */
export async function findChromium(): Promise<FoundChromium> {
  const found = await onPath();
  if (found) return { path: found, missing: null };
  if (process.getuid?.() !== 0) return { path: null, missing: 'there is no chromium on PATH' };
  try {
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
      timeout: 240_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch {
    return { path: null, missing: 'there is no chromium on PATH, and apt-get could not install it' };
  }
  const installed = await onPath();
  return installed
    ? { path: installed, missing: null }
    : { path: null, missing: 'apt-get brought no chromium' };
}

/** Without a sandbox of its own (tests may run as root) and without talking to anybody but the page's server. */
export function launchChromium(path: string): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

async function onPath(): Promise<string | null> {
  for (const dir of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    for (const name of NAMES) {
      const path = join(dir, name);
      const runs = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (runs) return path;
    }
  }
  return null;
}
