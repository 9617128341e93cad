import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bounceStand, SECRET, type SentMail, sample } from '../feedback/bounces/stand.ts';
import { testDatabase } from '../stands/database.ts';
import { freePort } from '../stands/free-port.ts';

const { db, url } = await testDatabase();
const { sendTo, suppressedFor } = bounceStand(db, () => new Date());
const home = mkdtempSync(join(tmpdir(), 'spielbein-bounce-'));
chmodSync(home, 0o755);
afterAll(() => rmSync(home, { recursive: true, force: true }));

let mail: SentMail;
beforeAll(async () => {
  mail = await sendTo('anna@kunde.example', new Date());
});

/** The command as a mail server runs it: the message on standard input. */
async function bounce(args: string[], input: Buffer | string = '', databaseUrl = url) {
  const child = spawn(process.execPath, [resolve('src/cli.mjs'), 'bounce', ...args], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      NO_COLOR: '1',
      SPIELBEIN_HOME: home,
      SPIELBEIN_SECRET: SECRET,
      DATABASE_URL: databaseUrl,
    },
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = child.exitCode ?? (await new Promise((done) => child.once('exit', done)));
  return { code, stdout, stderr, json: () => JSON.parse(stdout) };
}

describe('spielbein bounce', { timeout: 120_000 }, () => {
  it('reads what the mail server pipes in', async () => {
    const { code, json } = await bounce(['--json'], sample('postfix-unknown-user.eml', mail));
    expect(code).toBe(0);
    expect(json()).toEqual({
      outcome: 'recorded',
      kind: 'hard_bounce',
      sendId: mail.id,
      suppressed: true,
    });
    expect(await suppressedFor('anna@kunde.example')).toBe('bounced');
  });

  it('keeps what it can not read, and shows it to a person until it is done with', async () => {
    const raw = sample('person.eml', mail);
    const kept = await bounce([], raw);
    expect(kept).toMatchObject({ code: 0, stdout: expect.stringContaining('Kept for a person') });

    const [waiting] = (await bounce(['list', '--json'])).json();
    expect(waiting).toMatchObject({
      source: 'pipe',
      bytes: raw.length,
      problem: expect.stringContaining('A person may have written it'),
    });
    expect((await bounce(['show', String(waiting.id)])).stdout).toBe(raw.toString());

    expect(await bounce(['done', String(waiting.id)])).toMatchObject({ code: 0 });
    expect(await bounce(['done', String(waiting.id)])).toMatchObject({ code: 2 });
    expect((await bounce(['list'])).stdout).toContain('Nothing waits');
  });

  it('asks the mail server to try again when the database is away', async () => {
    const gone = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
    const { code, stderr, json } = await bounce(['--json'], sample('gmail.eml', mail), gone);
    expect(code).toBe(75);
    expect(json().error).toMatchObject({ code: 'unreachable' });
    expect(stderr).toContain('try again');
  });

  it('takes all of a message that is far too large', async () => {
    const raw = Buffer.concat([sample('arf-yahoo.eml', mail), Buffer.alloc(12 * 1024 * 1024, 'x\n')]);
    expect(await bounce(['--json'], raw)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('complaint'),
    });
  });
});
