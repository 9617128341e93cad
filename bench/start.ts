/**
 * How long `spielbein --help` takes against an empty Node. What Node keeps of the sources from earlier starts is there, as
 * it is for everybody from the second start on.
 *
 *   npm run bench -- start
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { alternate, ratioOf, spreadOf } from './harness/alternate.ts';
import type { Result } from './harness/result.ts';

export async function benchStart({ rounds = 25 } = {}): Promise<Result> {
  const cli = join(import.meta.dirname, '../src/cli.mjs');
  const { seconds } = await alternate(
    { empty: () => run(['-e', '0']), help: () => run([cli, '--help']) },
    { rounds, warmUp: 2 },
  );
  const ms = (values: number[]) => `${(1000 * spreadOf(values).median).toFixed(0)} ms`;
  return {
    rows: [
      {
        measure: 'start',
        reference: 'node -e 0',
        result: ratioOf(seconds.help, seconds.empty),
        unit: '×',
        mustReach: { atMost: 4 },
        aim: { atMost: 2 },
        detail: `spielbein --help ${ms(seconds.help)}, node -e 0 ${ms(seconds.empty)}, ${rounds} pairs`,
      },
    ],
    data: { seconds },
  };
}

function run(args: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
}
