import { spawn } from 'node:child_process';
import type { Account } from './account.ts';

/** Runs one of PostgreSQL's programs to its end. */
export async function runTool(
  program: string,
  args: string[],
  { account, cwd }: { account: Account | null; cwd: string },
): Promise<{ ok: boolean; output: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...(account ?? {}),
      cwd,
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** Only what the programs need: the server would keep our environment, with its secrets, for as long as it lives. */
function environment(): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of ['PATH', 'SystemRoot', 'TEMP', 'TMP']) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
