import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addCommands } from './commands.ts';
import { FAILED, WRONG_USAGE } from './exit.ts';
import { red } from './output.ts';

/** Errors whose message says all a person needs; anything else is a fault of the program. */
const FOR_PEOPLE = new Set([
  'ConfigError',
  'UsageError',
  'CampaignError',
  'LibraryError',
  'TemplateError',
  'DatabaseError',
  'EmbeddedDatabaseError',
  'MigrationError',
  'SuppressionListError',
  'SyncError',
  'CsvError',
  'QueueError',
  'WebError',
  'AccountingError',
  'NothingToTellError',
  'ErasureError',
  'TimingError',
]);

/**
 * Builds the command line and runs it.
 * @returns the exit code
 */
export async function run(argv: string[]): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const program = new Command('spielbein')
    .description('The newsletter that knows what each customer already owns.')
    .version(version)
    .showHelpAfterError('(`spielbein --help` shows what there is.)')
    .configureHelp({ sortSubcommands: false })
    .exitOverride();
  addCommands(program);
  // Whoever reads the output may stop reading (`… | head`): the work still ends in order.
  process.stdout.on('error', () => {});
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
    return report(error);
  }
}

function report(error: unknown): number {
  if (!(error instanceof Error)) {
    process.stderr.write(`${red('Error:')} ${String(error)}\n`);
    return FAILED;
  }
  if (error.name === 'AbortError') {
    process.stderr.write('Interrupted. Nothing is lost: the same command goes on where it stopped.\n');
    return FAILED;
  }
  if (FOR_PEOPLE.has(error.name)) {
    process.stderr.write(`${red('Error:')} ${error.message}\n`);
    return error.name === 'ConfigError' || error.name === 'UsageError' ? WRONG_USAGE : FAILED;
  }
  process.stderr.write(
    `${red('Error:')} ${error.message}\n` +
      (process.env.DEBUG
        ? `${error.stack}\n`
        : 'This looks like a fault of Spielbein. With DEBUG=1 it says where.\n'),
  );
  return FAILED;
}
