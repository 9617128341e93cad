import { type Command, Option } from 'commander';
import { SUPPRESSION_REASONS } from '../../domain/send.ts';
import { example, json, number, whole } from './options.ts';

/** What comes back, and who is never written to again. */
export function addReturns(program: Command): void {
  const bounce = program
    .command('bounce')
    .description('read bounces and complaints that a mail server pipes in, and see those nobody could read');
  example(
    bounce
      .command('read', { isDefault: true })
      .description(
        'read one message from standard input; exits with 75 when the mail server has to try again',
      )
      .addOption(json())
      .action(async (options) => (await import('../bounce.ts')).read(options)),
    'bounce < message.eml',
  );
  example(
    bounce
      .command('list')
      .description('messages that the program could not make sense of: they wait for a person')
      .addOption(json())
      .action(async (options) => (await import('../bounce.ts')).list(options)),
    'bounce list',
  );
  example(
    bounce
      .command('show')
      .argument('<id>', 'its number in the list', number)
      .description('one of them, as it came in')
      .addOption(json())
      .action(async (id, options) => (await import('../bounce.ts')).show(id, options)),
    'bounce show 12 > message.eml',
  );
  example(
    bounce
      .command('done')
      .argument('<id>', 'its number in the list', number)
      .description('put it away: a person has dealt with it')
      .addOption(json())
      .action(async (id, options) => (await import('../bounce.ts')).done(id, options)),
    'bounce done 12',
  );

  const suppression = program
    .command('suppression')
    .description('addresses that are never written to again, and why');
  const because = () =>
    new Option('--reason <reason>', 'why').choices(
      SUPPRESSION_REASONS.filter((reason) => reason !== 'erased'),
    );
  const only = () => new Option('--reason <reason>', 'only these').choices(SUPPRESSION_REASONS);
  example(
    suppression
      .command('list')
      .description('the newest entries, and how many there are of each reason')
      .addOption(only())
      .option('--limit <n>', 'so many, otherwise 50', whole(0, 100_000))
      .option('--offset <n>', 'leave out the first so many', whole(0, Number.MAX_SAFE_INTEGER))
      .addOption(json())
      .action(async (options) => (await import('../suppression.ts')).list(options)),
    'suppression list --reason complained',
  );
  example(
    suppression
      .command('show <address>')
      .description('whether an address is on the list, and why')
      .addOption(json())
      .action(async (text, options) => (await import('../suppression.ts')).show(text, options)),
    'suppression show kim@example.com',
  );
  example(
    suppression
      .command('add <address>')
      .description('never write to an address again; who objects by phone or letter is "unsubscribed"')
      .addOption(because().default('manual'))
      .option('--detail <text>', 'for whoever wonders later, e.g. "by phone"')
      .addOption(json())
      .action(async (text, options) => (await import('../suppression.ts')).add(text, options)),
    'suppression add kim@example.com --reason unsubscribed --detail "by phone, 12 October"',
  );
  example(
    suppression
      .command('remove <address>')
      .description('let an address be written to again')
      .option('--yes', 'although the person objected, complained or was erased')
      .addOption(json())
      .action(async (text, options) => (await import('../suppression.ts')).remove(text, options)),
    'suppression remove kim@example.com',
  );
  example(
    suppression
      .command('import <file>')
      .description('add a whole list: CSV, or one address a line (docs/suppressions.md)')
      .addOption(because().default('manual'))
      .addOption(json())
      .action(async (file, options) => (await import('../suppression-list.ts')).importList(file, options)),
    'suppression import robinson.csv --reason unsubscribed',
  );
  example(
    suppression
      .command('export')
      .description('the whole list as CSV')
      .addOption(only())
      .option('--out <file>', 'into a file that only you can read; otherwise to standard output')
      .addOption(json())
      .action(async (options) => (await import('../suppression-list.ts')).exportList(options)),
    'suppression export --out suppressions.csv',
  );
}
