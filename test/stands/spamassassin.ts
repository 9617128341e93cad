import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findProgram } from './system-program.ts';

export interface SpamVerdict {
  score: number;
  /** The rules that hit, e.g. MIME_HTML_ONLY. */
  rules: string[];
}

/**
 * What SpamAssassin's own rules say about each of these messages (nothing is asked over the network, nothing is
 * learned), in any order; null where it can't be had. Starting takes seconds, so one process reads them all.
 */
export async function spamVerdicts(messages: readonly Buffer[]): Promise<SpamVerdict[] | null> {
  const program = await findProgram({
    names: ['spamassassin'],
    debian: 'spamassassin',
    tests: 'SpamAssassin’s verdicts on mails',
  });
  if (!program) return null;
  const home = await mkdtemp(join(tmpdir(), 'spamassassin-'));
  try {
    const settings = ['use_bayes 0', 'use_auto_welcomelist 0', 'report_safe 0'].map((line) => `--cf=${line}`);
    const child = spawn(program, ['--local', '--nocreate-prefs', '--mbox', ...settings], {
      env: { ...process.env, HOME: home },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(
      messages.map((message) => `From - Tue Nov 24 08:00:00 2026\n${unix(message)}\n`).join(''),
    );
    const output = await text(child.stdout);
    return [
      ...output.matchAll(/^X-Spam-Status: .*score=(-?[\d.]+)[^=]*=\S* tests=([A-Z\d_]+(?:,\s*[A-Z\d_]+)*)/gm),
    ].map(([, score, rules = '']) => ({ score: Number(score), rules: rules.trim().split(/,\s*/) }));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** An mbox has no CR, and a line of a message that starts with "From " is marked. */
const unix = (message: Buffer): string =>
  message
    .toString('latin1')
    .replaceAll('\r\n', '\n')
    .replace(/^(>*From )/gm, '>$1');
