import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
// By URL: the rules are plain JavaScript, for the tool's own command line too.
const rules = (await import(new URL('../.dependency-cruiser.mjs', import.meta.url).href)).default;

async function violations(baseDir: string, folders: string[]) {
  const { options, ...ruleSet } = rules as { options: object };
  const { output } = await cruise(folders, { ...options, ruleSet, validate: true, baseDir } as never);
  const { modules, summary } = output as ICruiseResult;
  return {
    modules: modules.length,
    found: summary.violations.map((v) => `${v.rule.name}: ${v.from} → ${v.to}`),
  };
}

describe('the import rules', () => {
  const dir = mkdtempSync(join(tmpdir(), 'spielbein-house-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('hold for the whole house: down the path or to the ground floor, never up, never in a circle', async () => {
    const { modules, found } = await violations(root, ['src', 'jobs']);
    expect(modules).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });

  it('catch an upward import and a circle, types included', async () => {
    const file = (path: string, source: string) => {
      mkdirSync(join(dir, path, '..'), { recursive: true });
      writeFileSync(join(dir, path), source);
    };
    file('src/compose/up.ts', "import type { Mail } from '../render/mail.ts';\nexport type Up = Mail;\n");
    file('src/render/mail.ts', 'export type Mail = string;\n');
    file('src/render/a.ts', "import { b } from './b.ts';\nexport const a = () => b;\n");
    file('src/render/b.ts', "import { a } from './a.ts';\nexport const b = () => a;\n");
    const { found } = await violations(dir, ['src']);
    expect(found).toContain('nothing-above-src/compose: src/compose/up.ts → src/render/mail.ts');
    expect(found.some((f) => f.startsWith('no-circle'))).toBe(true);
  });
});
