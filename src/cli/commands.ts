import { type Command, InvalidArgumentError, Option } from 'commander';
import { IN_DOUBT_POLICIES, SUPPRESSION_REASONS } from '../domain/send.ts';

/** `--customers 5000` and the like. */
function whole(min: number, max: number) {
  return (text: string): number => {
    const n = Number(text);
    if (!Number.isInteger(n) || n < min || n > max) {
      throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
    }
    return n;
  };
}

const collect = (value: string, before: string[] = []) => [...before, value];
const collectWhole = (text: string, before: number[] = []) => [
  ...before,
  whole(1, Number.MAX_SAFE_INTEGER)(text),
];
const json = () => new Option('--json', 'print JSON for scripts');

/** `--spread-hours 2.5` */
function spread(text: string): number {
  const n = Number(text);
  if (text.trim() === '' || !(n >= 0 && n <= 720)) {
    throw new InvalidArgumentError('must be a number from 0 to 720.');
  }
  return n;
}

/**
 * The commands of the README's table. Each action imports what it needs when it runs, so that `--help` stays quick.
 */
export function addCommands(program: Command): void {
  const example = (command: Command, text: string) =>
    command.addHelpText('after', `\nExample:\n  $ spielbein ${text}`);

  example(
    program
      .command('demo')
      .description('the whole job on the demo company, then console and inbox stay open')
      .option('--once', 'exit when everything is sent')
      .option('--customers <n>', 'customers of the demo company', whole(10, 1_000_000))
      .addOption(json())
      .action(async (options) => (await import('./demo.ts')).demo(options)),
    'demo --once --customers 500',
  );
  example(
    program
      .command('up')
      .description('web, workers and scheduler in one process')
      .action(async () => (await import('./up.ts')).up({ web: true, workers: true })),
    'up',
  );
  example(
    program
      .command('serve')
      .description('the web part alone: console and recipients’ pages')
      .action(async () => (await import('./up.ts')).up({ web: true, workers: false })),
    'serve',
  );
  example(
    program
      .command('worker')
      .description('workers and scheduler alone; run as many as you like')
      .action(async () => (await import('./up.ts')).up({ web: false, workers: true })),
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
      .action(async (options) => (await import('./sync.ts')).sync(options)),
    'sync --from csv:./export',
  );

  const segment = program.command('segment').description('who owns what');
  example(
    segment
      .command('list')
      .description('owners of each product, and how many can be written to')
      .option('--families', 'by product family')
      .addOption(json())
      .action(async (options) => (await import('./segment.ts')).listCommand(options)),
    'segment list --families',
  );
  example(
    segment
      .command('show <product>')
      .description('one segment: reach, why the rest can’t be written to, what else its owners own')
      .addOption(json())
      .action(async (product, options) => (await import('./segment.ts')).showCommand(product, options)),
    'segment show laserdrucker-lx300',
  );

  const campaign = program.command('campaign').description('plan, send and follow rounds of mail');
  example(
    campaign
      .command('create <name>')
      .description('a new campaign, as a draft; without further options: everyone, everything new')
      .option('--id <id>', 'its id; otherwise made from the name')
      .option('--product <key>', 'only owners of this product, only news about it (repeatable)', collect)
      .option('--family <name>', 'likewise for a product family (repeatable)', collect)
      .option('--development <id>', 'tell only this development (repeatable)', collect)
      .option('--spread-hours <n>', 'spread its mails over so many hours', spread)
      .addOption(
        new Option(
          '--in-doubt <policy>',
          'mails that may or may not have arrived: keep for a person, or send again',
        ).choices(IN_DOUBT_POLICIES),
      )
      .addOption(json())
      .action(async (name, options) => (await import('./campaign.ts')).create(name, options)),
    'campaign create "Laser im Herbst" --product laserdrucker-lx300',
  );
  example(
    campaign
      .command('list')
      .description('all campaigns, newest first')
      .addOption(json())
      .action(async (options) => (await import('./campaign.ts')).list(options)),
    'campaign list --json',
  );
  example(
    campaign
      .command('show <id>')
      .description('how far a campaign is, and what came of it')
      .addOption(json())
      .action(async (id, options) => (await import('./campaign.ts')).show(id, options)),
    'campaign show laser-im-herbst',
  );
  example(
    campaign
      .command('run <id>')
      .description('plan and send it, and stay until it is through')
      .option('--dry-run', 'print who would get what and why; send nothing, change nothing')
      .option('--limit <n>', 'dry run: print at most this many customers', whole(0, 10_000_000))
      .addOption(json())
      .action(async (id, options) => (await import('./campaign-run.ts')).runCampaign(id, options)),
    'campaign run laser-im-herbst --dry-run',
  );
  example(
    campaign
      .command('test <id>')
      .description('send yourself the mail that a customer would get')
      .requiredOption('--to <address>', 'where the test goes')
      .option('--customer <id>', 'as whom; otherwise the first customer who would get one')
      .addOption(json())
      .action(async (id, options) => (await import('./campaign-test.ts')).testCampaign(id, options)),
    'campaign test laser-im-herbst --to me@example.com --customer 1042',
  );
  example(
    campaign
      .command('schedule <id>')
      .description('let it start by itself; a scheduled campaign can be scheduled anew')
      .option('--at <time>', 'when, by the clock of nightly.timeZone, or with an offset such as +01:00')
      .option('--spread-hours <n>', 'spread its mails over so many hours', spread)
      .option('--clear', 'make it a draft again')
      .addOption(json())
      .action(async (id, options) => (await import('./campaign-schedule.ts')).schedule(id, options)),
    'campaign schedule laser-im-herbst --at 2026-12-01T09:00 --spread-hours 4',
  );
  example(
    campaign
      .command('refresh <id>')
      .description('a campaign that has begun goes on with the content of now, e.g. with a mistake corrected')
      .addOption(json())
      .action(async (id, options) => (await import('./campaign-refresh.ts')).refreshCampaign(id, options)),
    'campaign refresh laser-im-herbst',
  );
  example(
    campaign
      .command('in-doubt [id]')
      .description('mails of which nobody knows whether the server took them')
      .addOption(json())
      .action(async (id, options) => (await import('./in-doubt.ts')).listDoubts(id, options)),
    'campaign in-doubt laser-im-herbst',
  );
  example(
    campaign
      .command('resolve <id>')
      .description('say what became of mails in doubt')
      .addOption(
        new Option('--as <verdict>', 'the server had them, or send them again')
          .choices(['sent', 'resend'])
          .makeOptionMandatory(),
      )
      .option('--send <n>', 'this send (repeatable)', collectWhole)
      .option('--all', 'all of the campaign')
      .addOption(json())
      .action(async (id, options) => (await import('./in-doubt.ts')).resolveDoubts(id, options)),
    'campaign resolve laser-im-herbst --as sent --all',
  );
  for (const [name, what] of [
    ['pause', 'stop sending; what is on its way is settled'],
    ['resume', 'go on with a paused campaign'],
    ['cancel', 'never send what has not gone out yet'],
  ] as const) {
    example(
      campaign
        .command(`${name} <id>`)
        .description(what)
        .addOption(json())
        .action(async (id, options) => (await import('./campaign.ts')).move(name, id, options)),
      `campaign ${name} laser-im-herbst`,
    );
  }

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
      .action(async (id, options) => (await import('./customer.ts')).exportCustomer(id, options)),
    'customer export 1042 --out auskunft.json',
  );
  example(
    customer
      .command('erase <id>')
      .description('erase a person (GDPR Art. 17), counts excepted; id or e-mail address')
      .option('--yes', 'really; without it, show what would go')
      .addOption(json())
      .action(async (id, options) => (await import('./customer.ts')).eraseCustomer(id, options)),
    'customer erase 1042 --yes',
  );

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
      .action(async (options) => (await import('./bounce.ts')).read(options)),
    'bounce < message.eml',
  );
  example(
    bounce
      .command('list')
      .description('messages that the program could not make sense of: they wait for a person')
      .addOption(json())
      .action(async (options) => (await import('./bounce.ts')).list(options)),
    'bounce list',
  );
  example(
    bounce
      .command('show')
      .argument('<id>', 'its number in the list', whole(1, Number.MAX_SAFE_INTEGER))
      .description('one of them, as it came in')
      .addOption(json())
      .action(async (id, options) => (await import('./bounce.ts')).show(id, options)),
    'bounce show 12 > message.eml',
  );
  example(
    bounce
      .command('done')
      .argument('<id>', 'its number in the list', whole(1, Number.MAX_SAFE_INTEGER))
      .description('put it away: a person has dealt with it')
      .addOption(json())
      .action(async (id, options) => (await import('./bounce.ts')).done(id, options)),
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
      .action(async (options) => (await import('./suppression.ts')).list(options)),
    'suppression list --reason complained',
  );
  example(
    suppression
      .command('show <address>')
      .description('whether an address is on the list, and why')
      .addOption(json())
      .action(async (text, options) => (await import('./suppression.ts')).show(text, options)),
    'suppression show kim@example.com',
  );
  example(
    suppression
      .command('add <address>')
      .description('never write to an address again; who objects by phone or letter is "unsubscribed"')
      .addOption(because().default('manual'))
      .option('--detail <text>', 'for whoever wonders later, e.g. "by phone"')
      .addOption(json())
      .action(async (text, options) => (await import('./suppression.ts')).add(text, options)),
    'suppression add kim@example.com --reason unsubscribed --detail "by phone, 12 October"',
  );
  example(
    suppression
      .command('remove <address>')
      .description('let an address be written to again')
      .option('--yes', 'although the person objected, complained or was erased')
      .addOption(json())
      .action(async (text, options) => (await import('./suppression.ts')).remove(text, options)),
    'suppression remove kim@example.com',
  );
  example(
    suppression
      .command('import <file>')
      .description('add a whole list: CSV, or one address a line (docs/suppressions.md)')
      .addOption(because().default('manual'))
      .addOption(json())
      .action(async (file, options) => (await import('./suppression-list.ts')).importList(file, options)),
    'suppression import robinson.csv --reason unsubscribed',
  );
  example(
    suppression
      .command('export')
      .description('the whole list as CSV')
      .addOption(only())
      .option('--out <file>', 'into a file that only you can read; otherwise to standard output')
      .addOption(json())
      .action(async (options) => (await import('./suppression-list.ts')).exportList(options)),
    'suppression export --out suppressions.csv',
  );

  example(
    program
      .command('nightly')
      .description('the nightly round, now: sync, plan, deliver')
      .addOption(json())
      .action(async (options) => (await import('./nightly.ts')).nightlyNow(options)),
    'nightly',
  );
  example(
    program
      .command('report')
      .description('the daily report for operators: what happened, and what waits for a person')
      .option('--send', 'mail it to OPERATOR_EMAIL, even if today’s is out already')
      .addOption(json())
      .action(async (options) => (await import('./report.ts')).reportCommand(options)),
    'report',
  );
  example(
    program
      .command('preview')
      .description('see real mails for real customers in the browser, with live reload')
      .action(async () => (await import('./up.ts')).preview()),
    'preview',
  );
  example(
    program
      .command('render')
      .description('one mail as .eml, .html and .txt')
      .requiredOption('--customer <id>', 'the customer’s id in the CRM, or e-mail address')
      .requiredOption('--out <dir>', 'where the files go')
      .option('--campaign <id>', 'a campaign; otherwise everything new')
      .addOption(json())
      .action(async (options) => (await import('./render.ts')).renderCommand(options)),
    'render --customer 1042 --out ./mail',
  );
  const library = program.command('library').description('the content');
  example(
    library
      .command('check')
      .description('check every content file and template')
      .addOption(json())
      .action(async (options) => (await import('./library.ts')).check(options)),
    'library check',
  );
  example(
    program
      .command('doctor')
      .description('check configuration, connections, content, sender domain, clock and versions')
      .addOption(json())
      .action(async (options) => (await import('./doctor.ts')).doctor(options)),
    'doctor',
  );
}
