import { type Command, Option } from 'commander';
import { example, json } from './options.ts';

/** The nightly round, content, and how things stand. */
export function addRounds(program: Command): void {
  example(
    program
      .command('nightly')
      .description('the nightly round, now: sync, plan, deliver')
      .addOption(json())
      .action(async (options) => (await import('../nightly.ts')).nightlyNow(options)),
    'nightly',
  );
  example(
    program
      .command('report')
      .description('the daily report for operators: what happened, and what waits for a person')
      .option('--send', 'mail it to OPERATOR_EMAIL, even if today’s is out already')
      .addOption(json())
      .action(async (options) => (await import('../report.ts')).reportCommand(options)),
    'report',
  );
  example(
    program
      .command('effect')
      .description('what mails change: purchases of the mailed against those of the held-out')
      .option('--campaign <id>', 'only what was shown in this campaign')
      .addOption(
        new Option('--by <what>', 'row by row; otherwise by campaign, of one campaign by product').choices([
          'campaign',
          'product',
          'content',
        ]),
      )
      .addOption(new Option('--language <language>', 'of the text; otherwise English').choices(['de', 'en']))
      .addOption(json())
      .action(async (options) => (await import('../effect.ts')).effectCommand(options)),
    'effect --by product',
  );
  example(
    program
      .command('preview')
      .description('see real mails for real customers in the browser, with live reload')
      .action(async () => (await import('../up.ts')).preview()),
    'preview',
  );
  example(
    program
      .command('render')
      .description('one mail as .eml, .html and .txt, or what is wrong with it')
      .requiredOption('--customer <id>', 'the customer’s id in the CRM, or e-mail address')
      .option('--out <dir>', 'where the files go')
      .option(
        '--check',
        'say what is wrong with the mail and how to mend it; exits with 1 if there are errors',
      )
      .option('--campaign <id>', 'a campaign; otherwise everything new')
      .addOption(json())
      .action(async (options) => (await import('../render.ts')).renderCommand(options)),
    'render --customer 1042 --out ./mail --check',
  );
  const library = program.command('library').description('the content');
  example(
    library
      .command('check')
      .description('check every content file and template')
      .addOption(json())
      .action(async (options) => (await import('../library.ts')).check(options)),
    'library check',
  );
  example(
    program
      .command('doctor')
      .description('check configuration, connections, content, sender domain, clock and versions')
      .addOption(json())
      .action(async (options) => (await import('../doctor.ts')).doctor(options)),
    'doctor',
  );
}
