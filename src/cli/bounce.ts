import { type BounceOutcome, handleBounce } from '../feedback/bounces/handle.ts';
import { MAX_BYTES } from '../feedback/bounces/message.ts';
import { markHandled, unreadReport, waitingReports } from '../feedback/unread-reports.ts';
import { bounceToolsOf } from '../worker.ts';
import { UsageError } from './exit.ts';
import { failureOf } from './failure.ts';
import { count, plain, table } from './output.ts';
import { type Common, print, withApp } from './session.ts';

/** EX_TEMPFAIL of sysexits.h: mail servers keep the message and try again. */
const TRY_AGAIN = 75;

/**
 * Reads one message from standard input, as a mail server pipes it in. Whatever it turns out to be, it is dealt with
 * or kept, so the exit code is 0: a bounce that bounces is lost. Only when it could not be kept is it 75, whatever the
 * reason, so that the mail server tries again.
 */
export async function read(options: Common): Promise<void> {
  if (process.stdin.isTTY) {
    throw new UsageError('There is no message on standard input: spielbein bounce < message.eml');
  }
  try {
    const raw = await firstBytes(process.stdin);
    await withApp(async (app) => {
      const outcome = await handleBounce(bounceToolsOf(app), raw, 'pipe');
      print(options, outcome, () => sentence(outcome));
      if (outcome.outcome === 'left') process.exitCode = TRY_AGAIN;
    });
  } catch (error) {
    const failure = failureOf(error);
    if (options.json) print(options, { error: failure }, () => '');
    process.stderr.write(
      `The message could not be kept; the mail server has to try again. ${failure.message}\n`,
    );
    process.exitCode = TRY_AGAIN;
  }
}

/** All of the input is taken, or the mail server would fail; what is more than is ever read is let go. */
async function firstBytes(input: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    if (length < MAX_BYTES) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BYTES);
}

function sentence(outcome: BounceOutcome): string {
  switch (outcome.outcome) {
    case 'recorded':
      return `Send ${outcome.sendId}: ${outcome.kind.replace('_', ' ')}. ${
        outcome.suppressed ? 'The address gets no more mail.' : 'The address may still be written to.'
      }`;
    case 'known':
      return `Send ${outcome.sendId}: ${outcome.kind.replace('_', ' ')}, known already.`;
    case 'ignored':
      return `Nothing to do: ${outcome.why.replaceAll('_', ' ')}.`;
    case 'kept':
      return `Kept for a person as ${outcome.id}. ${outcome.problem}`;
    case 'left':
      return `Not kept, because too many messages wait for a person: \`spielbein bounce list\`. ${outcome.problem}`;
  }
}

/** What waits for a person. */
export async function list(options: Common): Promise<void> {
  await withApp(async (app) => {
    const reports = await waitingReports(app.db);
    print(options, reports, () =>
      reports.length === 0
        ? 'Nothing waits: every bounce and complaint was understood.'
        : [
            table(
              reports.map((r) => [
                String(r.id),
                r.receivedAt.toISOString().slice(0, 16).replace('T', ' '),
                r.source,
                r.bytes,
                plain(r.problem, 120),
              ]),
              ['id', 'received', 'from', 'bytes', 'why'],
            ),
            '',
            `${count(reports.length)} ${reports.length === 1 ? 'waits' : 'wait'}. \`spielbein bounce show ID\` shows one, \`spielbein bounce done ID\` puts it away.`,
          ].join('\n'),
    );
  });
}

/** One message as it came in: its bytes, so that it can be opened in a mail program. */
export async function show(id: number, options: Common): Promise<void> {
  await withApp(async (app) => {
    const report = await unreadReport(app.db, id);
    if (!report)
      throw new UsageError(`There is no report ${id}. \`spielbein bounce list\` shows what waits.`);
    if (options.json) {
      print(options, { ...report, raw: report.raw.toString('base64') }, () => '');
    } else if (process.stdout.isTTY) {
      process.stdout.write(`${printable(report.raw.toString('utf8'))}\n`);
    } else {
      process.stdout.write(report.raw);
    }
  });
}

/** A stranger's text on a terminal: lines stay, whatever could steer the terminal goes. */
function printable(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, '');
}

/** A person has dealt with one. */
export async function done(id: number, options: Common): Promise<void> {
  await withApp(async (app) => {
    if (!(await markHandled(app.db, id, app.now()))) {
      throw new UsageError(`No report ${id} waits. \`spielbein bounce list\` shows which do.`);
    }
    print(options, { id, done: true }, () => `Report ${id} is put away.`);
  });
}
