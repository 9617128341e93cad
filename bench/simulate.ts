/**
 * The simulator: invented customers with hidden tastes, and the product's own code that learns from their answers.
 *
 *   npm run simulate                             how policies do in a company
 *   npm run simulate -- NAME [--seeds N|A-B] [--json]
 */
import { parseArgs } from 'node:util';
import { runAll } from './simulate/crew.ts';
import { experiments } from './simulate/registry.ts';

const help = `Usage: npm run simulate -- [NAME] [--seeds N|A-B] [--json]

Runs one experiment of the simulator (company when none is named). The same seeds give the same figures.

${experiments.map(({ name, about, seeds }) => `  ${name.padEnd(10)} ${about} (${seeds} seeds)`).join('\n')}

  --seeds N  so many seeds instead, from 1 on; 41-80 takes those
  --json     the figures of every run, for scripts

Example: npm run simulate -- offers --seeds 100
`;

function fail(message: string): never {
  process.stderr.write(`${message}\n\n${help}`);
  process.exit(2);
}

function read() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        seeds: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const { values, positionals } = read();
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const [name = 'company', ...more] = positionals;
const experiment = experiments.find((known) => known.name === name);
if (!experiment || more.length > 0) fail(`There is no experiment ${positionals.join(' ')}.`);
const [, from = '1', to = ''] = /^(?:(\d+)-)?(\d+)$/.exec(values.seeds ?? String(experiment.seeds)) ?? [];
const seeds = { from: Number(from), to: Number(to) };
if (seeds.from < 1 || seeds.to <= seeds.from)
  fail('--seeds needs a whole number, 2 or more, or a range such as 41-80.');

const started = performance.now();
const runs = await runAll(experiment, seeds, (done, of) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of} runs${done === of ? '\n' : ''}`);
});
const seconds = (performance.now() - started) / 1000;
if (values.json) process.stdout.write(`${JSON.stringify({ name, seeds, seconds, runs }, null, 2)}\n`);
else
  process.stdout.write(
    `${experiment.about}\nSeeds ${seeds.from} to ${seeds.to}, ${seconds.toFixed(0)} s\n\n${experiment.report(runs)}\n`,
  );
