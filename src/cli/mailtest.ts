import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig, Secret } from '../config.ts';
import { openDatabase } from '../db/connect.ts';
import { openEmbeddedDatabase } from '../db/embedded.ts';
import type { Language } from '../domain/customer.ts';
import { formatProblem } from '../library/problem.ts';
import { bookOf, customerAddresses } from '../mailtest/customers.ts';
import { EXAMPLE } from '../mailtest/example.ts';
import { htmlReport } from '../mailtest/html.ts';
import { readImap } from '../mailtest/imap.ts';
import { type People, readPeople } from '../mailtest/people.ts';
import { readMailTest } from '../mailtest/read.ts';
import { reportOf } from '../mailtest/report.ts';
import { terminalReport } from '../mailtest/terminal.ts';
import { UsageError } from './exit.ts';
import { plain, progress } from './output.ts';
import { writePrivateFile } from './private-file.ts';
import { type Common, print } from './session.ts';

/** On the command line others could read it. */
export const PASSWORD_VARIABLE = 'MAILTEST_IMAP_PASSWORD';

export interface MailtestOptions extends Common {
  people?: string;
  imap?: string;
  html?: string;
  example?: boolean;
  /** False: without the CRM's customers. */
  crm: boolean;
  /** False: colleagues are not named. */
  names: boolean;
  language: Language;
}

/** The Mail-Test over files, folders and an IMAP folder: counted here, drawn, and told to nobody. */
export async function mailtest(paths: string[], options: MailtestOptions): Promise<void> {
  const { language, names } = options;
  if (options.example) {
    process.stdout.write(EXAMPLE[language]);
    return;
  }
  if (paths.length === 0 && options.imap === undefined) {
    throw new UsageError('Name a mailbox: an mbox file, .eml files, a folder of them, or --imap.');
  }
  const people = await peopleOf(options.people);
  const imap = options.imap === undefined ? null : imapOf(options.imap);
  const customers = options.crm ? await crmCustomers() : [];
  const shown = progress('', { quiet: options.json || !process.stderr.isTTY });
  const found = await readMailTest({
    paths,
    people,
    crm: customers.length === 0 ? null : bookOf(customers),
    onProgress: (done, of) =>
      shown.line(`${Math.floor((100 * done) / Math.max(1, of))} %`, done / Math.max(1, of)),
    mailbox:
      imap === null
        ? undefined
        : (into) => readImap(imap.url, imap.password, into, { onMessage: shown.update }),
  }).finally(shown.end);
  const { addresses, domains } = people.customers;
  const known = {
    crm: customers.length === 0 ? null : { addresses: customers.length },
    file: addresses.size + domains.size > 0,
  };
  const report = reportOf(found, { language, known, names });
  if (options.html !== undefined) await writePrivateFile(options.html, htmlReport(report));
  print(options, { ...report.found, verdict: report.verdict, known }, () =>
    terminalReport(report, (text) => plain(text, 200)),
  );
}

async function peopleOf(path: string | undefined): Promise<People> {
  if (path === undefined) {
    throw new UsageError(
      'Who is who? Write it down once and give the file: spielbein mailtest --example > people.yaml, then --people people.yaml.',
    );
  }
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`The people file can't be read: ${error.message}`);
  });
  const { people, problems } = readPeople(path, text);
  if (people) return people;
  throw new UsageError(
    `The people file needs attention:\n${problems.map((p) => `  ${formatProblem(p)}`).join('\n')}`,
  );
}

function imapOf(address: string): { url: URL; password: Secret } {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^imaps?:$/.test(url.protocol) || url.username === '') {
    throw new UsageError('--imap must look like imaps://kim@mail.example.com/Sent (an @ in the name: %40).');
  }
  if (url.password !== '') {
    throw new UsageError(`Keep the password off the command line: put it into ${PASSWORD_VARIABLE}.`);
  }
  const password = process.env[PASSWORD_VARIABLE];
  if (!password) throw new UsageError(`${PASSWORD_VARIABLE} is missing: the password of the mailbox.`);
  return { url, password: new Secret(password) };
}

/** The addresses of the CRM's customers, if this installation has a database; it is only read, never made. */
async function crmCustomers(): Promise<string[]> {
  const { databaseUrl, home } = loadConfig();
  const isEmbedded = ['data', 'elsewhere'].some((name) => existsSync(join(home, 'postgres', name)));
  if (databaseUrl === null && !isEmbedded) return [];
  const embedded = databaseUrl === null ? await openEmbeddedDatabase({ home }) : null;
  try {
    const { db, close } = openDatabase(databaseUrl?.reveal() ?? (embedded?.url as string), { max: 1 });
    return await customerAddresses(db).finally(close);
  } finally {
    await embedded?.close();
  }
}
