import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../stands/free-port.ts';
import { spielbein } from '../stands/process.ts';

test('the demo ends by saying where what customers answer can be read', { timeout: 120_000 }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'spielbein-demo-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const env = { SPIELBEIN_HOME: home, PORT: String(await freePort()) };
  const running = spielbein(['demo', '--customers', '20'], env);
  const closing = () => /Read them at[\s\S]*Ctrl-C stops\./.exec(running.stdout())?.[0] ?? '';
  await vi.waitFor(() => expect(closing()).not.toBe(''), 90_000);
  const address = /CRM.*: (http:\S+)/.exec(closing())?.[1] ?? '';
  const page = await fetch(address, { headers: { accept: 'text/html' } });
  expect([page.status, page.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/html'),
  ]);
  expect(await running.stop()).toBe(0);
});
