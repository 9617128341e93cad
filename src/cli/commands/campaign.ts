import { type Command, Option } from 'commander';
import { IN_DOUBT_POLICIES } from '../../domain/send.ts';
import { collect, collectNumbers, example, json, spread, whole } from './options.ts';

/** Rounds of mail, from draft to result. */
export function addCampaign(program: Command): void {
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
      .action(async (name, options) => (await import('../campaign.ts')).create(name, options)),
    'campaign create "Laser im Herbst" --product laserdrucker-lx300',
  );
  example(
    campaign
      .command('list')
      .description('all campaigns, newest first')
      .addOption(json())
      .action(async (options) => (await import('../campaign.ts')).list(options)),
    'campaign list --json',
  );
  example(
    campaign
      .command('show <id>')
      .description('how far a campaign is, and what came of it')
      .addOption(json())
      .action(async (id, options) => (await import('../campaign.ts')).show(id, options)),
    'campaign show laser-im-herbst',
  );
  example(
    campaign
      .command('run <id>')
      .description('plan and send it, and stay until it is through')
      .option('--dry-run', 'print who would get what and why; send nothing, change nothing')
      .option('--limit <n>', 'dry run: print at most this many customers', whole(0, 10_000_000))
      .addOption(json())
      .action(async (id, options) => (await import('../campaign-run.ts')).runCampaign(id, options)),
    'campaign run laser-im-herbst --dry-run',
  );
  example(
    campaign
      .command('test <id>')
      .description('send yourself the mail that a customer would get')
      .requiredOption('--to <address>', 'where the test goes')
      .option('--customer <id>', 'as whom; otherwise the first customer who would get one')
      .addOption(json())
      .action(async (id, options) => (await import('../campaign-test.ts')).testCampaign(id, options)),
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
      .action(async (id, options) => (await import('../campaign-schedule.ts')).schedule(id, options)),
    'campaign schedule laser-im-herbst --at 2026-12-01T09:00 --spread-hours 4',
  );
  example(
    campaign
      .command('refresh <id>')
      .description('a campaign that has begun goes on with the content of now, e.g. with a mistake corrected')
      .addOption(json())
      .action(async (id, options) => (await import('../campaign-refresh.ts')).refreshCampaign(id, options)),
    'campaign refresh laser-im-herbst',
  );
  example(
    campaign
      .command('in-doubt [id]')
      .description('mails of which nobody knows whether the server took them')
      .addOption(json())
      .action(async (id, options) => (await import('../in-doubt.ts')).listDoubts(id, options)),
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
      .option('--send <n>', 'this send (repeatable)', collectNumbers)
      .option('--all', 'all of the campaign')
      .addOption(json())
      .action(async (id, options) => (await import('../in-doubt.ts')).resolveDoubts(id, options)),
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
        .action(async (id, options) => (await import('../campaign.ts')).move(name, id, options)),
      `campaign ${name} laser-im-herbst`,
    );
  }
}
