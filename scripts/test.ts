/**
 * Everything a reviewer would check, in one command: format and lint, types, tests (the import rules are
 * one of them). Ends with a plain line that counts it all.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = (name: string) => join(import.meta.dirname, '..', 'node_modules', '.bin', name);
const out = mkdtempSync(join(tmpdir(), 'spielbein-test-'));
const report = join(out, 'report.json');

function run(what: string, command: string, args: string[]): boolean {
  process.stdout.write(`\n── ${what}\n`);
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) process.stdout.write(`${error.message}\n`);
  return status === 0;
}

let passed = 0;
let failed = 0;
let skipped = 0;
const note = (ok: boolean) => {
  if (ok) passed += 1;
  else failed += 1;
};

note(run('Format and lint', bin('biome'), ['ci', '--error-on-warnings', '.']));
note(run('Types', bin('tsc'), ['-p', 'tsconfig.json']));
const ran = run('Tests', bin('vitest'), [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
]);
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  passed += numPassedTests;
  failed += numFailedTests;
  skipped += numPendingTests + numTodoTests;
  // A file that could not even be loaded counts as a failure too, and so does a run that ended badly.
  if (!ran && numFailedTests === 0) {
    failed += Math.max(1, testResults.filter((file: { status: string }) => file.status === 'failed').length);
  }
  if (numPassedTests === 0) failed += 1;
} catch {
  failed += 1;
}
rmSync(out, { recursive: true, force: true });
process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed === 0 ? 0 : 1;
