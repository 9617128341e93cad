import type { Command } from 'commander';
import { example, json, whole } from './options.ts';

/** What runs: the whole job, its parts, and what pulls from the CRM. */
export function addRunning(program: Command): void {
  example(
    program
      .command('demo')
      .description('the whole job on the demo company, then console and inbox stay open')
      .option('--once', 'exit when everything is sent')
      .option('--customers <n>', 'customers of the demo company', whole(10, 1_000_000))
      .addOption(json())
      .action(async (options) => (await import('../demo.ts')).demo(options)),
    'demo --once --customers 500',
  );
  example(
    program
      .command('up')
      .description('web, workers and scheduler in one process')
      .action(async () => (await import('../up.ts')).up({ web: true, workers: true })),
    'up',
  );
  example(
    program
      .command('serve')
      .description('the web part alone: console and recipients’ pages')
      .action(async () => (await import('../up.ts')).up({ web: true, workers: false })),
    'serve',
  );
  example(
    program
      .command('worker')
      .description('workers and scheduler alone; run as many as you like')
      .action(async () => (await import('../up.ts')).up({ web: false, workers: true })),
    'worker',
  );
  example(
    program
      .command('sync')
      .description('pull customers, products and purchases from the CRM')
      .option('--full', 'read everything again, not only what changed')
      .option('--from <source>', 'a folder of CSV files instead of the CRM: csv:DIR (see docs/csv.md)')
      .option('--accept-mass-removal', 'more than half of the records are really gone from the CRM')
      .addOption(json())
      .action(async (options) => (await import('../sync.ts')).sync(options)),
    'sync --from csv:./export',
  );
}
