import { basename, dirname } from 'node:path';
import type { Database } from '../db/connect.ts';
import type { SuppressionReason } from '../domain/send.ts';
import { CSV_HEADER, csvLine, readSuppressions } from '../feedback/suppression-csv.ts';
import { type Imported, importSuppressions } from '../feedback/suppression-import.ts';
import { eachSuppression } from '../feedback/suppressions.ts';
import { lookAtFile } from '../sync/csv/file.ts';
import { FAILED, UsageError } from './exit.ts';
import { count, progress } from './output.ts';
import { writePrivateFile } from './private-file.ts';
import { type Common, print, withApp } from './session.ts';

/** More mistakes than this help nobody. */
const MISTAKES_SHOWN = 20;
const LINES_AT_ONCE = 1000;

/** Puts all addresses of a file on the list. */
export async function importList(
  path: string,
  options: Common & { reason: SuppressionReason },
): Promise<void> {
  await withApp(async (app, signal) => {
    const file = await lookAtFile(dirname(path), basename(path), signal);
    if (file === null) throw new UsageError(`There is no file ${path}.`);
    const shown = progress('Reading lines', { quiet: options.json });
    const lines = readSuppressions(file, { reason: options.reason, now: app.now(), signal });
    const done = await importSuppressions(app.db, lines, (read) => shown.update(read, null)).finally(
      shown.end,
    );
    // what was not stopped must not go unnoticed in a script, and neither must a list that should not be empty
    if (done.added + done.known + done.invalid.length === 0) {
      throw new UsageError(`${path} has no addresses. Was it exported properly?`);
    }
    if (done.invalid.length > 0) process.exitCode = FAILED;
    print(options, done, () => summary(done, file.name));
  });
}

function summary({ added, known, invalid }: Imported, name: string): string {
  const lines = [`${count(added)} addresses are new on the list, ${count(known)} were there already.`];
  if (invalid.length === 0) return lines.join('');
  const more = invalid.length - MISTAKES_SHOWN;
  return [
    ...lines,
    `${count(invalid.length)} lines of ${name} could not be read:`,
    ...invalid.slice(0, MISTAKES_SHOWN).map(({ line, problem }) => `  line ${line} ${problem}`),
    ...(more > 0 ? [`  … and ${count(more)} more`] : []),
    'Correct them and import the file again: what is on the list already does no harm.',
  ].join('\n');
}

/** Writes the whole list as CSV, to a file or to standard output. */
export async function exportList(
  options: Common & { reason?: SuppressionReason; out?: string },
): Promise<void> {
  const { reason, out } = options;
  await withApp(async ({ db }) => {
    if (out === undefined) {
      for await (const text of csv(db, reason)) process.stdout.write(text);
      return;
    }
    let entries = 0;
    await writePrivateFile(
      out,
      csv(db, reason, (n) => (entries += n)),
    );
    print(options, { file: out, entries }, () => `${count(entries)} entries are in ${out}.`);
  });
}

/** The file in pieces, so that a long list needs little memory. */
async function* csv(
  db: Database,
  reason: SuppressionReason | undefined,
  onLines: (n: number) => void = () => {},
): AsyncGenerator<string> {
  yield CSV_HEADER;
  let lines: string[] = [];
  for await (const entry of eachSuppression(db, reason)) {
    lines.push(csvLine(entry));
    if (lines.length < LINES_AT_ONCE) continue;
    onLines(lines.length);
    yield lines.join('');
    lines = [];
  }
  onLines(lines.length);
  yield lines.join('');
}
