import { type Command, Option } from 'commander';
import { example, json } from './options.ts';

/** The CRM's side of things. */
export function addCrm(program: Command): void {
  const hubspot = program.command('hubspot').description('the HubSpot account');
  example(
    hubspot
      .command('setup')
      .description('make the properties in HubSpot that the settings name; shows them and asks first')
      .option('--yes', 'do not ask')
      .addOption(
        new Option(
          '--language <language>',
          'of labels in HubSpot; otherwise that of the daily report',
        ).choices(['de', 'en']),
      )
      .addOption(json())
      .action(async (options) => (await import('../hubspot-setup.ts')).setup(options)),
    'hubspot setup',
  );
}
