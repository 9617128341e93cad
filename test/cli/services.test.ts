import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../stands/database.ts';
import { freePort } from '../stands/free-port.ts';
import { spielbein, until } from '../stands/process.ts';
import { smtpStand } from '../stands/smtp.ts';

const { url } = await testDatabase();
const smtp = await smtpStand();
const home = mkdtempSync(join(tmpdir(), 'spielbein-services-'));
chmodSync(home, 0o755);
afterAll(async () => {
  await smtp.stop();
  rmSync(home, { recursive: true, force: true });
});
const env = {
  SPIELBEIN_HOME: home,
  DATABASE_URL: url,
  SMTP_URL: smtp.url,
  MAIL_FROM: 'Orvelin Werke <news@orvelin.test>',
};

/** What a process told the person who started it, apart from its log: two streams, which meet in any order. */
const toldBy = (output: string) =>
  output
    .split('\n')
    .filter((line) => !line.startsWith('{'))
    .join('\n');

/** What a process wrote to the log, object by object. */
const logOf = (output: string) =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

describe('a worker', () => {
  it('with a port of its own can be asked how it is, and for its numbers', { timeout: 60_000 }, async () => {
    const port = await freePort();
    const worker = spielbein(['worker'], { ...env, PORT: String(port), LOG_LEVEL: 'debug' });
    await until('the worker is up', () => worker.output().includes('Ctrl-C stops.'), 30_000);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(await ready.json()).toEqual({
      ok: true,
      database: true,
      content: true,
      queue: true,
      worker: true,
    });
    const numbers = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(numbers).toContain('spielbein_sends{state="sent"} 0');
    expect(numbers).toContain('spielbein_queue_jobs{queue="nightly",state="delayed"} 1');
    expect(numbers).toContain('process_resident_memory_bytes');
    expect(await worker.stop()).toBe(0);
  });

  it('without one keeps to itself, so that many fit on one machine', { timeout: 60_000 }, async () => {
    const workers = [1, 2].map(() => spielbein(['worker'], env));
    for (const worker of workers) {
      await until('the worker is up', () => worker.output().includes('Ctrl-C stops.'), 30_000);
    }
    for (const worker of workers) expect(await worker.stop()).toBe(0);
    for (const worker of workers) expect(toldBy(worker.output())).not.toContain('http://');
  });
});

describe('the web part', () => {
  it('logs requests as JSON when asked to, by route, and shows the whole installation’s numbers', {
    timeout: 60_000,
  }, async () => {
    const port = await freePort();
    const web = spielbein(['serve'], { ...env, PORT: String(port), LOG_LEVEL: 'debug' });
    await until('the web part is up', () => web.output().includes('Ctrl-C stops.'), 30_000);
    const numbers = await (await fetch(`http://localhost:${port}/metrics`)).text();
    expect(numbers).toContain('spielbein_campaigns{state="running"} 0');
    await fetch(`http://localhost:${port}/u/kim@kunde.example`);
    await until('the request is logged', () => web.output().includes('/u/:token'));
    expect(await web.stop()).toBe(0);
    const request = logOf(web.output()).find((line) => line.route === '/u/:token');
    expect(request).toMatchObject({ level: 'debug', role: 'serve', event: 'request', method: 'GET' });
    expect(web.output()).not.toContain('kunde.example');
  });
});

describe('the daily report by hand', () => {
  it('is printed, and mailed when asked for', { timeout: 60_000 }, async () => {
    const printed = spielbein(['report'], env);
    expect(await printed.ended, printed.output()).toBe(0);
    expect(printed.stdout()).toContain('Die letzten 24 Stunden');
    const mailed = spielbein(['report', '--send'], { ...env, OPERATOR_EMAIL: 'betrieb@orvelin.test' });
    expect(await mailed.ended, mailed.output()).toBe(0);
    expect(smtp.received.at(-1)?.to).toEqual(['betrieb@orvelin.test']);
  });

  it('says who is missing when there is nobody to send it to', { timeout: 60_000 }, async () => {
    const nobody = spielbein(['report', '--send'], env);
    expect(await nobody.ended).toBe(2);
    expect(nobody.output()).toContain('OPERATOR_EMAIL is missing');
  });
});
