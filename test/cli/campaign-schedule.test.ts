import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { spielbein } from '../stands/process.ts';

const home = mkdtempSync(join(tmpdir(), 'spielbein-schedule-'));
chmodSync(home, 0o755);
const year = new Date().getFullYear() + 1;
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function cli(...args: string[]): Promise<{ code: number | null; output: string }> {
  const run = spielbein(args, { SPIELBEIN_HOME: home, DATABASE_URL: database.url });
  return { code: await run.ended, output: run.output() };
}

it('a campaign is scheduled by the clock at home, shown, not run by hand, and cleared', {
  timeout: 90_000,
}, async () => {
  const created = await cli(
    'campaign',
    'create',
    'Herbst',
    '--in-doubt',
    'resend',
    '--spread-hours',
    '2',
    '--json',
  );
  expect(JSON.parse(created.output)).toMatchObject({ inDoubtPolicy: 'resend', spreadHours: 2 });

  const scheduled = await cli('campaign', 'schedule', 'herbst', '--at', `${year}-12-01T09:00`);
  expect(scheduled.code, scheduled.output).toBe(0);
  expect(scheduled.output).toContain(`${year}-12-01 09:00 (Europe/Berlin), ${year}-12-01 08:00 UTC`);
  expect(scheduled.output).toContain('spread over 2 hours');

  const listed = await cli('campaign', 'list');
  expect(listed.output).toContain(`scheduled for ${year}-12-01 08:00`);
  const run = await cli('campaign', 'run', 'herbst');
  expect(run.code).toBe(1);
  expect(run.output).toContain('campaign schedule herbst --clear');

  const cleared = await cli('campaign', 'schedule', 'herbst', '--clear', '--json');
  expect(JSON.parse(cleared.output)).toMatchObject({ state: 'draft', startsAt: null });
});

it('a time that has passed, is none, or is missing is wrong usage', { timeout: 90_000 }, async () => {
  const wrong = await Promise.all([
    cli('campaign', 'schedule', 'herbst', '--at', '2020-01-01T09:00'),
    cli('campaign', 'schedule', 'herbst', '--at', 'soon'),
    cli('campaign', 'schedule', 'herbst'),
  ]);
  expect(wrong.map(({ code }) => code)).toEqual([2, 2, 2]);
  const said = [/has passed/, /--at: "soon" is no day and time/, /--at TIME; or --clear/];
  for (const [index, { output }] of wrong.entries()) expect(output).toMatch(said[index] as RegExp);
});
