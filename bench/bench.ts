/**
 * `npm run bench` takes all measures; `npm run bench -- NAME…` some of them. `--quick` is smaller throughout, `--full`
 * the largest that was ever measured; `--json` prints everything counted. Each measure is a ratio against a reference in
 * the same run wherever there is one, because only ratios can be compared.
 */
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { LeftOut, type Result, type Row, tableOf } from './harness/result.ts';
import { MEASURES, PART_OF, type Size } from './measures.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, full: { type: 'boolean' }, json: { type: 'boolean' } },
});
const names = positionals.map((name) => PART_OF[name] ?? name);
const unknown = names.filter((name) => !(name in MEASURES));
if (unknown.length > 0) {
  process.stderr.write(`No measure ${unknown.join(', ')}. There are: ${Object.keys(MEASURES).join(', ')}.\n`);
  process.exit(2);
}
const size: Size = values.full ? 'full' : values.quick ? 'quick' : 'usual';
const say = (text: string) => void process.stderr.write(`${text}\n`);

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const machine =
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, ` +
  `${process.platform}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)} at the start`;
const heading = `Spielbein ${version}, ${new Date().toISOString().slice(0, 16)}Z, ${size} size; ${machine}`;
say(heading);

const rows: Row[] = [];
const left: { measure: string; why: string }[] = [];
const data: Record<string, unknown> = {};
const failed: string[] = [];
const begun = performance.now();
for (const [name, measure] of Object.entries(MEASURES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const from = performance.now();
  try {
    const result: Result = await measure(size);
    rows.push(...result.rows);
    data[name] = result.data;
    for (const row of result.rows) say(`  ${row.measure}: ${row.detail}`);
  } catch (error) {
    // one measure that can't be taken must not cost the others
    const why = error instanceof Error ? error.message : String(error);
    left.push({ measure: name, why });
    if (!(error instanceof LeftOut)) {
      failed.push(name);
      say(error instanceof Error ? (error.stack ?? why) : why);
    }
  }
  say(`${name}: ${((performance.now() - from) / 1000).toFixed(0)} s`);
}
const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
if (values.json)
  process.stdout.write(
    `${JSON.stringify({ version, date: new Date().toISOString(), size, machine, minutes, rows, left, data }, null, 2)}\n`,
  );
else process.stdout.write(`\n${heading}; ${minutes} minutes\n\n${tableOf(rows, left)}\n`);
if (failed.length > 0) process.exitCode = 1;
