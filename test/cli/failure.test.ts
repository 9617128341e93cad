import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../src/cli/exit.ts';
import { exitCodeOf, failureOf } from '../../src/cli/failure.ts';
import { ConfigError } from '../../src/config.ts';
import { CampaignError } from '../../src/ledger/campaigns.ts';
import { LibraryError, type Problem } from '../../src/library/problem.ts';
import { SyncError } from '../../src/sync/port.ts';
import { testDatabase } from '../stands/database.ts';
import { spielbein } from '../stands/process.ts';
import { httpStand } from '../sync/hubspot/http-stand.ts';

const root = mkdtempSync(join(tmpdir(), 'spielbein-failure-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const mistakeIn = (file: string) => {
  const problem: Problem = {
    file,
    line: 1,
    column: 1,
    severity: 'error',
    code: 'missing',
    message: 'x',
    hint: null,
  };
  return new LibraryError('/library', [problem]);
};

describe('a failure', () => {
  test.each([
    [new SyncError('crm_scope_missing', 'x'), 'crm_scope_missing', 1],
    [new CampaignError('x'), 'campaign', 1],
    [new UsageError('x'), 'usage', 2],
    [new ConfigError(['x']), 'config', 2],
    [mistakeIn('settings.yaml'), 'library', 2],
    [mistakeIn('.'), 'library', 2],
    [mistakeIn('offers/a.yaml'), 'library', 1],
    [new DOMException('x', 'AbortError'), 'interrupted', 1],
    [Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'fault', 1],
    ['x', 'fault', 1],
  ])('%s has a stable code', (error, code, exit) => {
    expect([failureOf(error).code, exitCodeOf(error)]).toEqual([code, exit]);
  });
});

describe('on the command line', { timeout: 60_000 }, () => {
  const run = async (args: string[], env: Record<string, string>) => {
    const child = spielbein(args, env);
    return { code: await child.ended, output: child.output(), stdout: child.stdout() };
  };

  test('its code stands behind it, and with --json both are there for scripts', async () => {
    const refusing = await httpStand(() => ({ status: 401, body: { status: 'error', message: 'no' } }));
    const env = { HUBSPOT_ACCESS_TOKEN: 'pat-eu1-x', HUBSPOT_BASE_URL: refusing.url };
    const [words, json, unknown, wrong] = await Promise.all([
      run(['hubspot', 'setup'], env),
      run(['hubspot', 'setup', '--json'], env),
      run(['hubspot', 'setup', '--json', '--bogus'], env),
      run(['hubspot', 'setup', '--json'], { HUBSPOT_BASE_URL: refusing.url }),
    ]);
    await refusing.close();
    expect(words).toMatchObject({
      code: 1,
      stdout: '',
      output: expect.stringMatching(/^Error: .* \[crm_token_refused\]\n$/),
    });
    const error = (run: { stdout: string }) => JSON.parse(run.stdout).error;
    expect([json.code, error(json)]).toEqual([
      1,
      { code: 'crm_token_refused', message: expect.stringContaining('HUBSPOT_ACCESS_TOKEN') },
    ]);
    expect([unknown.code, error(unknown)]).toEqual([
      2,
      { code: 'usage', message: expect.stringMatching(/^unknown option/) },
    ]);
    expect([wrong.code, error(wrong).code]).toEqual([2, 'config']);
  });

  test('a mistake in settings.yaml is one of configuration, and the doctor says it once', async () => {
    const { url } = await testDatabase();
    const library = join(root, 'library');
    cpSync(join(import.meta.dirname, '../../templates/library'), library, { recursive: true });
    writeFileSync(join(library, 'settings.yaml'), 'company: 7\n');
    const env = {
      SPIELBEIN_HOME: root,
      DATABASE_URL: url,
      LIBRARY_DIR: library,
      HUBSPOT_ACCESS_TOKEN: 'pat-eu1-x',
      HUBSPOT_BASE_URL: 'http://127.0.0.1:9',
    };
    const [sync, setup, doctor] = await Promise.all([
      run(['sync'], env),
      run(['hubspot', 'setup'], env),
      run(['doctor', '--json'], env),
    ]);
    expect([sync.code, setup.code, doctor.code]).toEqual([2, 2, 1]);
    expect(sync.output).toContain('settings.yaml');
    const { findings } = JSON.parse(doctor.stdout);
    const naming = findings.filter(({ says }: { says: string }) => says.includes('settings.yaml:'));
    expect(naming).toMatchObject([{ about: 'LIBRARY_DIR', status: 'wrong' }]);
    expect(findings).toContainEqual(expect.objectContaining({ about: 'HubSpot', status: 'note' }));
  });

  test('a fault of the CRM that passes is told with what becomes of the sync, which a doctor does not do', async () => {
    const { url } = await testDatabase();
    const full = await httpStand(() => ({
      status: 429,
      body: { status: 'error', policyName: 'DAILY', message: 'You have reached your daily limit.' },
    }));
    const env = {
      SPIELBEIN_HOME: root,
      DATABASE_URL: url,
      HUBSPOT_ACCESS_TOKEN: 'pat-eu1-x',
      HUBSPOT_BASE_URL: full.url,
    };
    const [sync, doctor] = await Promise.all([run(['sync'], env), run(['doctor', '--json'], env)]);
    await full.close();
    expect(sync.output).toMatch(/The next sync goes on from here\. \[crm_daily_limit\]/);
    expect(doctor.output).toContain('limit of API calls');
    expect(doctor.output).not.toContain('next sync');
  });
});
