import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { findSuppression } from '../../src/feedback/suppressions.ts';
import { testDatabase } from '../stands/database.ts';
import { spielbein } from '../stands/process.ts';

const { db, url } = await testDatabase();
const home = await mkdtemp(join(tmpdir(), 'spielbein-cli-'));
afterAll(() => rm(home, { recursive: true }));

async function suppression(...args: string[]) {
  const child = spielbein(['suppression', ...args], { SPIELBEIN_HOME: home, DATABASE_URL: url });
  return { code: await child.ended, output: child.output(), json: () => JSON.parse(child.stdout()) };
}

it('the list is kept from the command line', { timeout: 120_000 }, async () => {
  expect(await suppression('list')).toMatchObject({ code: 0, output: 'No address is suppressed.\n' });

  const added = await suppression(
    'add',
    'Kim@Kunde.example',
    '--reason',
    'unsubscribed',
    '--detail',
    'by phone',
    '--json',
  );
  expect(added.json()).toMatchObject({
    added: true,
    entry: { address: 'kim@kunde.example', reason: 'unsubscribed' },
  });
  expect((await suppression('add', 'kim@kunde')).output).toContain('not written to any more');
  expect(await suppression('add', 'kim')).toMatchObject({ code: 2 });
  expect(await suppression('add', 'kim@kunde.example', '--reason', 'erased')).toMatchObject({ code: 2 });

  const refused = await suppression('remove', 'kim@kunde.example');
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.output).toMatch(/objected to advertising[\s\S]*--yes/);
  expect(await findSuppression(db, 'kim@kunde.example')).not.toBeNull();
  expect((await suppression('remove', 'kim@kunde.example', '--yes', '--json')).json()).toMatchObject({
    removed: true,
  });
  expect((await suppression('remove', 'kim@kunde')).output).toContain('off the list');
  expect((await suppression('show', 'kim@kunde')).output).toContain('is not on the list');
});

it('lists are imported and exported', { timeout: 120_000 }, async () => {
  const file = join(home, 'list.csv');
  await writeFile(file, 'email,reason\na@kunde.example,complained\nb@kunde.example,bounced\nno address,\n');
  const first = await suppression('import', file);
  expect(first).toMatchObject({ code: 1 });
  expect(first.output).toMatch(/2 addresses are new[\s\S]*line 4 "n…" is no e-mail address/);
  expect(await suppression('import', join(home, 'none.csv'))).toMatchObject({ code: 2 });

  expect((await suppression('list', '--limit', '1', '--json')).json()).toMatchObject({
    total: 2,
    counts: { complained: 1, bounced: 1 },
    entries: [{ reason: expect.any(String) }],
  });
  const out = join(home, 'out.csv');
  await writeFile(out, 'of last year', { mode: 0o644 });
  expect(await suppression('export', '--out', out)).toMatchObject({ code: 0 });
  expect((await stat(out)).mode & 0o777).toBe(0o600);
  const text = await readFile(out, 'utf8');
  expect((await suppression('export')).output).toBe(text);
  expect((await suppression('export', '--reason', 'bounced')).output.split('\n')).toHaveLength(3);
  expect((await suppression('import', out, '--json')).json()).toEqual({ added: 0, known: 2, invalid: [] });
});
