import { type Command, Option } from 'commander';
import { example, json } from './options.ts';

/** The Mail-Test. */
export function addMailtest(program: Command): void {
  example(
    program
      .command('mailtest [files...]')
      .description(
        'how much of a mailbox’s mail goes to customers, and how much up, sideways and down (mbox, .eml, folders, Gmail Takeout, IMAP)',
      )
      .option('--people <file>', 'who is who: own domains, superiors, colleagues, reports')
      .option('--example', 'print a people file to start from')
      .option(
        '--imap <url>',
        'a folder on a server, read-only, e.g. imaps://kim@mail.example.com/Sent; the password in MAILTEST_IMAP_PASSWORD',
      )
      .option('--html <file>', 'also as a page')
      .option('--no-crm', 'without the CRM’s customers')
      .option('--no-names', 'do not list the colleagues whom the people file lacks')
      .addOption(
        new Option('--language <language>', 'of the report, and of the example')
          .choices(['de', 'en'])
          .default('de'),
      )
      .addOption(json())
      .action(async (files, options) => (await import('../mailtest.ts')).mailtest(files, options)),
    'mailtest --people people.yaml --html mailtest.html Sent.mbox',
  );
}
