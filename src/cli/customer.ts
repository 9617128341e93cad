import { resolve } from 'node:path';
import type { App } from '../app.ts';
import type { Language } from '../domain/customer.ts';
import { personDocument } from '../erasure/document.ts';
import { erasePerson } from '../erasure/erase.ts';
import { readHeld } from '../erasure/held.ts';
import { ErasureError, erasedAt, findPerson, type Person } from '../erasure/person.ts';
import { type Traces, tracesOf } from '../erasure/traces.ts';
import { count, yellow } from './output.ts';
import { writePrivateFile } from './private-file.ts';
import { type Common, print, withApp } from './session.ts';

interface ExportOptions extends Common {
  out?: string;
  language?: Language;
}

/** Everything held about one person, as JSON: to standard output, or into a file that only its owner can read. */
export async function exportCustomer(who: string, options: ExportOptions): Promise<void> {
  await withApp(async (app) => {
    const person = await findPerson(app.db, who);
    if (!person) throw await nobody(app, who);
    const held = await readHeld(app.db, person);
    const language = options.language ?? held.records[0]?.language ?? 'de';
    const document = personDocument(held, { now: app.now(), language });
    if (options.out === undefined) {
      print({ json: true }, document, () => '');
      return;
    }
    const file = resolve(options.out);
    await writePrivateFile(file, `${JSON.stringify(document, null, 2)}\n`);
    print(options, { file, ...person }, () =>
      [
        `${file}: ${count(held.mails.length)} mails, ${count(held.purchases.length)} purchases.`,
        ...sharedLines(person),
      ].join('\n'),
    );
  });
}

interface EraseOptions extends Common {
  yes?: boolean;
}

/** Erases a person on request; without `--yes`, shows what would go. */
export async function eraseCustomer(who: string, options: EraseOptions): Promise<void> {
  await withApp(async (app) => {
    const known = await findPerson(app.db, who);
    if (!known) {
      const at = await erasedAt(app.db, who);
      if (at === null) throw await nobody(app, who);
      print(
        options,
        { erased: null, erasedAt: at },
        () => `Erased already, on ${at.toISOString().slice(0, 10)}.`,
      );
      return;
    }
    if (!options.yes) {
      const traces = await tracesOf(app.db, known);
      print(options, { wouldErase: traces, ...known }, () =>
        [
          'This would be erased, for good:',
          ...traceLines(traces),
          ...sharedLines(known),
          `Erase it:  spielbein customer erase ${who} --yes`,
        ].join('\n'),
      );
      return;
    }
    const done = await erasePerson(app.db, who, app.now());
    if (!done) throw await nobody(app, who);
    print(options, done, () =>
      [
        'Erased, for good:',
        ...traceLines(done.erased),
        ...sharedLines(done.person),
        'Their addresses stay suppressed, as hashes. A sync does not bring them back.',
        ...(done.person.ids.length > 0
          ? [
              yellow(`Erase them in the CRM, too: ${done.person.ids.join(', ')}.`),
              'What it was told of their answers and wishes (notes, tasks, properties) is still there.',
            ]
          : []),
        'Backups and the mail server’s log are yours to look after (docs/privacy.md).',
      ].join('\n'),
    );
  });
}

async function nobody(app: App, who: string): Promise<ErasureError> {
  const at = await erasedAt(app.db, who);
  return new ErasureError(
    at === null
      ? `Nothing is held about "${who}". Give the customer’s id in the CRM, or the e-mail address.`
      : `Nothing is held about "${who}": erased on ${at.toISOString().slice(0, 10)}.`,
  );
}

function traceLines(traces: Traces): string[] {
  const line = (n: number, what: string) => (n > 0 ? [`${count(n).padStart(9)}  ${what}`] : []);
  return [
    ...line(traces.customers, 'CRM records, with their innovation accounts'),
    ...line(traces.purchases, 'purchases'),
    ...line(traces.mails, 'mails; they stay as counts, without whom they went to and what they said'),
    ...line(traces.open, 'of these not sent yet; they are skipped'),
    ...line(traces.answers, 'answers; they stay as counts'),
    ...line(traces.visits, 'visits by the links in mails; they stay as counts, without the browser’s name'),
    ...line(traces.statements, 'statements, in their words or a salesperson’s'),
    ...line(traces.preferences, 'sets of wishes from their preferences page'),
    ...line(traces.corrections, 'corrections of what they own'),
    ...line(traces.crmEntries, 'entries for the CRM, told or waiting; what is not told yet never will be'),
    ...line(traces.heldOut, 'mails left out for the comparison group; they stay as counts'),
    ...line(traces.reports, 'bounces, complaints and unsubscribes; they stay as counts'),
    ...line(traces.inbox, 'copies of mails in the embedded inbox'),
    ...line(traces.unreadReports, 'reports that nobody could read, with the address in them'),
  ];
}

function sharedLines({ shared, ids }: Person): string[] {
  if (shared.length === 0) return [];
  return [
    yellow(
      `Other CRM records have the same address, beside ${ids.join(', ')}: they are not included. With the address ` +
        'instead of the id, all are.',
    ),
  ];
}
