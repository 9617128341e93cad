import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../stands/database.ts';
import { spielbein } from '../stands/process.ts';
import { seedSend } from '../web/stand.ts';

const { db, url } = await testDatabase();
await seedSend(db, { id: 'k1', email: 'Kim@Kunde.example' });
const home = mkdtempSync(join(tmpdir(), 'spielbein-customer-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function run(...args: string[]) {
  const child = spielbein(['customer', ...args], { SPIELBEIN_HOME: home, DATABASE_URL: url });
  const code = await child.ended;
  return { code, output: child.output(), json: () => JSON.parse(child.stdout()) };
}
const customers = async () => (await db.selectFrom('customers').select('id').execute()).length;

describe('one person’s data', { timeout: 60_000 }, () => {
  it('come as a document, into a file that only its owner can read', async () => {
    const printed = await run('export', 'kim@kunde.example', '--language', 'en');
    expect(printed.json()).toMatchObject({
      title: 'Your data in our newsletter system',
      records: [{ id: 'k1' }],
    });
    const out = join(home, 'auskunft.json');
    writeFileSync(out, 'of last year', { mode: 0o644 });
    expect(await run('export', 'k1', '--out', out)).toMatchObject({
      code: 0,
      output: expect.stringContaining('1 mails, 1 purchases'),
    });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(out, 'utf8')).title).toBe('Ihre Daten in unserem Newsletter-System');
    expect(readdirSync(home).filter((name) => name.startsWith('auskunft'))).toEqual(['auskunft.json']);
  });

  it('are not written where a link leads', async () => {
    const [theirs, link] = [join(home, 'theirs'), join(home, 'link')];
    writeFileSync(theirs, 'untouched');
    symlinkSync(theirs, link);
    expect(await run('export', 'k1', '--out', link)).toMatchObject({
      code: 2,
      output: expect.stringContaining('is no file'),
    });
    expect(readFileSync(theirs, 'utf8')).toBe('untouched');
  });

  it('are erased with --yes only; again is no mistake, nobody is one', async () => {
    expect((await run('erase', 'k1', '--json')).json()).toMatchObject({
      wouldErase: { customers: 1, mails: 1 },
    });
    expect(await customers()).toBe(1);
    expect(await run('erase', 'k1', '--yes')).toMatchObject({
      code: 0,
      output: expect.stringContaining('Erase them in the CRM, too: k1.'),
    });
    expect(await customers()).toBe(0);
    expect(await run('erase', 'k1', '--yes')).toMatchObject({
      code: 0,
      output: expect.stringContaining('Erased already'),
    });
    expect(await run('erase', 'nobody')).toMatchObject({
      code: 1,
      output: expect.stringContaining('Nothing is held about "nobody"'),
    });
  });
});
