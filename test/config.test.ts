import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, isLoopback, loadConfig, VARIABLES } from '../src/config.ts';

const dir = mkdtempSync(join(tmpdir(), 'spielbein-config-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function problems(env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(env, dir);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('the configuration', () => {
  it('needs nothing: everything has an embedded default', () => {
    expect(loadConfig({}, dir)).toMatchObject({
      home: join(dir, '.spielbein'),
      databaseUrl: null,
      redisUrl: null,
      hubspot: null,
      smtpUrl: null,
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
    });
  });

  it('reports every mistake together, each with its variable', () => {
    const found = problems({
      DATABASE_URL: 'mysql://x',
      REDIS_URL: 'nonsense',
      PORT: '70000',
      SPIELBEIN_SECRET: 'short',
      MAIL_FROM: 'nobody',
      LIBRARY_DIR: '/no/such/folder',
    });
    expect(found.map((p) => p.split(' ')[0]).sort()).toEqual(
      ['DATABASE_URL', 'LIBRARY_DIR', 'MAIL_FROM', 'PORT', 'REDIS_URL', 'SPIELBEIN_SECRET'].sort(),
    );
  });

  it('refuses combinations that can not be meant', () => {
    expect(problems({ SMTP_URL: 'smtp://mail.test' })).toEqual([
      expect.stringMatching(/^MAIL_FROM is missing/),
    ]);
    for (const [version, mistakes] of Object.entries({
      v3: 0,
      '2026-09': 0,
      '2027-03': 0,
      '2026-10': 1,
      v4: 1,
    })) {
      const env = { HUBSPOT_ACCESS_TOKEN: 'pat-x', HUBSPOT_API_VERSION: version };
      expect(problems(env), version).toHaveLength(mistakes);
    }
    expect(problems({ HUBSPOT_BASE_URL: 'https://crm.test' })).toEqual([
      expect.stringMatching(/^HUBSPOT_ACCESS_TOKEN is missing/),
    ]);
  });

  it('signs with an RSA key alone, for the sender’s domain unless told otherwise', () => {
    const save = (name: string, { privateKey }: { privateKey: KeyObject }) =>
      writeFileSync(join(dir, name), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    save('rsa.pem', generateKeyPairSync('rsa', { modulusLength: 2048 }));
    save('short.pem', generateKeyPairSync('rsa', { modulusLength: 512 }));
    save('ed25519.pem', generateKeyPairSync('ed25519'));
    const env = { MAIL_FROM: 'news@mail.orvelin.test', DKIM_SELECTOR: 's1', DKIM_KEY_FILE: 'rsa.pem' };
    expect(loadConfig(env, dir).dkim).toMatchObject({ domain: 'mail.orvelin.test', selector: 's1' });
    expect(loadConfig({ ...env, DKIM_DOMAIN: 'orvelin.test' }, dir).dkim?.domain).toBe('orvelin.test');
    for (const file of ['short.pem', 'ed25519.pem']) {
      expect(problems({ ...env, DKIM_KEY_FILE: file })).toEqual([
        expect.stringMatching(/^DKIM_KEY_FILE .*RSA/),
      ]);
    }
    expect(problems({ ...env, DKIM_KEY_FILE: 'none.pem' })).toEqual([
      expect.stringMatching(/^DKIM_KEY_FILE names a file/),
    ]);
    expect(problems({ DKIM_KEY_FILE: 'rsa.pem' })).toEqual([
      expect.stringMatching(/^DKIM_SELECTOR is missing/),
    ]);
  });

  it('never shows a secret, not in errors either', () => {
    const config = loadConfig(
      {
        DATABASE_URL: 'postgres://me:geheim@db/x',
        HUBSPOT_ACCESS_TOKEN: 'geheim-token',
        SPIELBEIN_PASSWORD: 'geheim-wort',
      },
      dir,
    );
    const shown = [JSON.stringify(config), inspect(config, { depth: 9 }), `${config.databaseUrl}`];
    expect(shown.join()).not.toContain('geheim');
    expect(config.databaseUrl?.reveal()).toContain('geheim');
    expect(problems({ SPIELBEIN_SECRET: 'geheim', REDIS_URL: 'geheim' }).join()).not.toContain('geheim');
  });

  it('reads .env for what the environment does not set; empty means not set', () => {
    writeFileSync(
      join(dir, '.env'),
      'PORT=4000\nPUBLIC_URL=https://news.test/\nMAIL_FROM="Orvelin <news@orvelin.test>"\n',
    );
    const config = loadConfig({ PORT: '5000', REDIS_URL: '' }, dir);
    expect(config).toMatchObject({
      port: 5000,
      publicUrl: 'https://news.test',
      redisUrl: null,
      mailFrom: { name: 'Orvelin', address: 'news@orvelin.test' },
    });
  });

  it('knows loopback from what only looks like it', () => {
    expect(['localhost', '127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
    expect(['127.0.0.1.evil.example', '10.0.0.1', 'localhost.evil.example', '0.0.0.0'].some(isLoopback)).toBe(
      false,
    );
  });

  it('is described whole in .env.example and the README', () => {
    const root = resolve(import.meta.dirname, '..');
    const example = readFileSync(join(root, '.env.example'), 'utf8');
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    for (const name of VARIABLES) {
      expect(example).toMatch(new RegExp(`^#?${name}=`, 'm'));
      expect(readme).toContain(`\`${name}\``);
    }
  });
});
