import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addCommands } from './commands.ts';
import { WRONG_USAGE } from './exit.ts';
import { exitCodeOf, type Failure, failureOf, isForPeople, ownCode } from './failure.ts';
import { red } from './output.ts';

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
  const json = argv.includes('--json');
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof CommanderError)) return report(error, json);
    if (error.exitCode === 0) return 0;
    // commander has told people
    if (json) printFailure({ code: 'usage', message: error.message.replace(/^error: /, '') });
    return WRONG_USAGE;
  }
}

/** Scripts read it where they read the result; people and logs have it on standard error in any case. */
function report(error: unknown, json: boolean): number {
  const failure = failureOf(error);
  if (json) printFailure(failure);
  process.stderr.write(`${inWords(error, failure)}\n`);
  return exitCodeOf(error);
}

function printFailure(failure: Failure): void {
  process.stdout.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
}

function inWords(error: unknown, { message }: Failure): string {
  if (error instanceof Error && error.name === 'AbortError') return message;
  const code = ownCode(error);
  const text = `${red('Error:')} ${message}${code === null ? '' : ` [${code}]`}`;
  if (isForPeople(error) || !(error instanceof Error)) return text;
  const where = process.env.DEBUG
    ? error.stack
    : 'This looks like a fault of Spielbein. With DEBUG=1 it says where.';
  return `${text}\n${where}`;
}
