import { type Command, InvalidArgumentError, Option } from 'commander';
import { collect, example, json, whole } from './options.ts';

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
  example(
    program
      .command('sandbox')
      .description('a CRM like HubSpot to try things with, over the demo company')
      .option('--port <n>', 'where it listens', whole(0, 65_535), 4004)
      .option(
        '--host <address>',
        'who can reach it, e.g. 0.0.0.0 for all; else this machine only',
        '127.0.0.1',
      )
      .option('--customers <n>', 'contacts in it', whole(10, 1_000_000), 2000)
      .addOption(
        new Option('--limits <subscription>', 'its limits are those of this HubSpot subscription')
          .choices(['free', 'professional', 'enterprise', 'none'])
          .default('none'),
      )
      .option('--search-lag <seconds>', 'how far its search index lags behind', whole(0, 120), 0)
      .option('--latency <ms>', 'how long every answer takes longer', whole(0, 60_000), 0)
      .option('--token <token>', 'a token that may come in, may be repeated; default any', collect)
      .option('--scopes <list>', 'what the tokens may do, e.g. crm.objects.contacts.read,…', commas)
      .option('--webhooks <url>', 'where it posts what changes, e.g. http://127.0.0.1:3000/webhooks/hubspot')
      .option('--secret <secret>', 'signs what it posts, as HUBSPOT_WEBHOOK_SECRET does, e.g. try-it')
      .option('--without <list>', 'what the account lacks: orders,subscriptions', lacking)
      .addOption(json())
      .action(async (options) => (await import('../sandbox.ts')).sandbox(options)),
    'sandbox --customers 500 --limits professional --search-lag 30',
  );
}

const commas = (text: string): string[] => text.split(',').filter(Boolean);

function lacking(text: string): string[] {
  const strange = commas(text).find((type) => type !== 'orders' && type !== 'subscriptions');
  if (strange) throw new InvalidArgumentError('can be orders, subscriptions, or both with a comma.');
  return commas(text);
}
