import { createHash } from 'node:crypto';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import type { Database } from '../../../src/db/connect.ts';

/** What a page must show as text: it would make an element, run, and leave the page if it were taken for HTML. */
export const HOSTILE = `"><hostile-tag onclick=hurt()></hostile-tag><img src=//evil.example/x onerror='hurt()'>`;
/** Breaks out of an attribute in single quotes, turns the line around, and is too long for any column. */
const LONG = `' autofocus onfocus='hurt()' ‮${'Unendlich'.repeat(20)}`;

/** Columns that hold what a CRM, a mail server, a browser or a person wrote. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  accounts: ['name'],
  api_tokens: ['name', 'made_by'],
  audit_log: ['who', 'subject'],
  campaigns: ['name', 'made_by', 'approval_asked_by', 'approved_by'],
  companies: ['name'],
  customers: ['first_name', 'last_name', 'title', 'country'],
  dry_runs: ['made_by', 'error'],
  library_edits: ['who'],
  mail_events: ['detail', 'status'],
  mailbox: ['mail_from', 'header_from', 'header_to', 'subject', 'message_id'],
  owners: ['name', 'email'],
  products: ['name', 'family', 'sku'],
  sends: ['subject', 'detail', 'smtp_response', 'smtp_status'],
  statements: ['question', 'words', 'choice_words'],
  suppressions: ['detail'],
  sync_runs: ['error'],
  unread_reports: ['problem', 'source'],
  variants: ['end_detail'],
  visits: ['user_agent'],
};

/** Puts hostile words into every column of people's words; every third one is long besides. */
export async function writeHostileWords(db: Database): Promise<void> {
  for (const [table, columns] of Object.entries(WORDS)) {
    for (const column of columns) {
      await sql`
        update ${sql.table(table)} set ${sql.ref(column)} = case
          when length(${sql.ref(column)}) % 3 = 0 then ${HOSTILE}::text else ${HOSTILE + LONG}::text end
        where ${sql.ref(column)} is not null`.execute(db);
    }
  }
}

/** Somebody wrote hostile words into a file from the browser. */
export async function writeHostileEdit(db: Database, now: Date): Promise<void> {
  const body = Buffer.from(`# ${HOSTILE}\nde: ${LONG}\n`);
  const hash = createHash('sha256').update(body).digest('hex');
  await db.insertInto('content_files').values({ hash, body }).execute();
  await db
    .insertInto('library_edits')
    .values({
      folder: 'library',
      file: 'developments/aquados-version-2.yaml',
      after_hash: hash,
      who: HOSTILE,
      at: now,
    })
    .execute();
}

/** A copy of a library in which every text that people read is hostile. */
export async function copyHostileLibrary(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true });
  let number = 0;
  for (const folder of ['products', 'developments', 'offers', 'questions', '']) {
    for (const entry of await readdir(join(to, folder), { withFileTypes: true })) {
      if (!entry.name.endsWith('.yaml')) continue;
      const file = join(to, folder, entry.name);
      const document = parseDocument(await readFile(file, 'utf8'));
      visit(document, {
        Pair(_, pair, path) {
          const key = isScalar(pair.key) ? pair.key.value : '';
          const texts = path.some((node) => isMap(node) && node === document.getIn(['de'], true));
          const english = path.some((node) => isMap(node) && node === document.getIn(['en'], true));
          if (!isScalar(pair.value) || typeof pair.value.value !== 'string' || key === 'gender') return;
          // the body is Markdown, in which HTML is text as well
          if (texts || english || key === 'de' || key === 'en') {
            // names of products must differ, and some choices must name a product
            number += 1;
            const place = pair.value.value.match(/\{\{\w+\}\}/)?.[0] ?? '';
            pair.value.value = `${HOSTILE} ${number} ${place}`;
          }
        },
      });
      await writeFile(file, String(document));
    }
  }
}
