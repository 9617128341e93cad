import { type Command, Option } from 'commander';
import { collect, example, json } from './options.ts';

/** Who owns what, and what is held about one person. */
export function addPeople(program: Command): void {
  const segment = program.command('segment').description('who owns what');
  example(
    segment
      .command('list')
      .description('owners of each product, and how many can be written to')
      .option('--families', 'by product family')
      .addOption(json())
      .action(async (options) => (await import('../segment.ts')).listCommand(options)),
    'segment list --families',
  );
  example(
    segment
      .command('show <product>')
      .description('one segment: reach, why the rest can’t be written to, what else its owners own')
      .addOption(json())
      .action(async (product, options) => (await import('../segment.ts')).showCommand(product, options)),
    'segment show laserdrucker-lx300',
  );

  example(
    program
      .command('brief <customer>')
      .description(
        'what to have at hand when a customer makes contact, and the best questions; id or address',
      )
      .addOption(new Option('--language <language>', 'otherwise the customer’s').choices(['de', 'en']))
      .option(
        '--answer <question=words>',
        'keep what the customer said, or one of the question’s choices; "note" for a note (may be repeated)',
        collect,
      )
      .addOption(json())
      .action(async (customer, options) => (await import('../brief.ts')).briefCommand(customer, options)),
    'brief 1042 --answer "wer-noch=Frau Adler, Schichtleitung"',
  );

  const customer = program.command('customer').description('what is held about one person');
  example(
    customer
      .command('export <id>')
      .description('everything held about a person, as JSON (GDPR Art. 15 and 20); id or e-mail address')
      .option('--out <file>', 'into a file that only you can read')
      .addOption(
        new Option(
          '--language <language>',
          'of what is written for people; otherwise the customer’s',
        ).choices(['de', 'en']),
      )
      .addOption(json())
      .action(async (id, options) => (await import('../customer.ts')).exportCustomer(id, options)),
    'customer export 1042 --out auskunft.json',
  );
  example(
    customer
      .command('erase <id>')
      .description('erase a person (GDPR Art. 17), counts excepted; id or e-mail address')
      .option('--yes', 'really; without it, show what would go')
      .addOption(json())
      .action(async (id, options) => (await import('../customer.ts')).eraseCustomer(id, options)),
    'customer erase 1042 --yes',
  );
}
