import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../src/cli/failure.ts';
import { type MailtestOptions, mailtest } from '../../src/cli/mailtest.ts';
import { testDatabase } from '../stands/database.ts';
import { spielbein } from '../stands/process.ts';

const { pool, url } = await testDatabase();
await pool.query(`
  insert into customers (id, source, email)
  values ('1', 'test', 'Einkauf@Nordwerk.example'), ('2', 'test', 'p.sommer@web.de'), ('3', 'test', null)`);

const dir = mkdtempSync(join(tmpdir(), 'spielbein-mailtest-cli-'));
chmodSync(dir, 0o755);
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const path = (name: string) => join(dir, name);

const to = (address: string, n: number) =>
  Array.from(
    { length: n },
    () =>
      `From - Mon Mar  4 10:00:00 2024\nFrom: kim@orvelin.example\nTo: ${address}\nDate: Mon, 4 Mar 2024 10:00:00 +0100\n\nHi\n\n`,
  ).join('');
writeFileSync(
  path('Sent.mbox'),
  to('leitung@nordwerk.example', 1) +
    to('p.sommer@web.de', 1) +
    to('fremd@web.de', 10) +
    to('chef@orvelin.example', 80) +
    to('empfang@orvelin.example', 108) +
    'From - Mon Mar  4 10:00:00 2024\nTo: x@y.example\n\nwho?\n',
);
writeFileSync(
  path('people.yaml'),
  'me: [kim@orvelin.example]\ndomains: [orvelin.example]\nup: [chef@orvelin.example]\n',
);

async function run(args: string[], env: Record<string, string> = { DATABASE_URL: url }) {
  const started = spielbein(['mailtest', ...args], { SPIELBEIN_HOME: path(''), ...env });
  const code = await started.ended;
  return { code, out: started.stdout(), all: started.output() };
}
const usual = ['--people', path('people.yaml'), path('Sent.mbox')];

// each starts processes, which takes a while on a busy machine
describe('spielbein mailtest', { timeout: 60_000 }, () => {
  it('draws how much goes to the CRM’s customers, in German, within 80 columns', async () => {
    const { code, out, all } = await run(usual);
    expect(code).toBe(0);
    expect(out).toMatch(/^an Kunden +▌ +2 +1,00\u00a0%$/m);
    expect(out).toMatch(/^nach oben +█+.? +80 +40,0\u00a0%$/m);
    expect(out).toMatch(/^anderswohin +█{30} +118 +59,0\u00a0%$/m);
    expect(out).toMatch(/^Mär 2024 +200 +1,00\u00a0% +40,0\u00a0%/m);
    expect(out).toContain(
      '1,00\u00a0% der Mails gehen an Kunden. Das ist mehr als üblich und noch nicht selten.',
    );
    expect(out).toContain('Unter 1\u00a0% ist üblich, über 20\u00a0% ist selten.');
    expect(out).toContain('Wer Kunde ist, sagen das CRM (Adressen: 2,');
    expect(out).toContain('Von Ihren Mails hat ihn nichts verlassen.');
    expect(out).toContain('108  empfang@orvelin.example');
    expect(out).toContain('Nachricht 201, Byte ');
    const lines = out.split('\n').filter((line) => !line.includes(dir));
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
    // no progress where nobody watches
    expect(all).toBe(out);
  });

  it('gives scripts JSON, without the colleagues’ addresses if told so', async () => {
    const { code, out } = await run([...usual, '--json', '--no-names']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      messages: 201,
      sent: 200,
      classes: { customers: 2, up: 80, down: 0, sideways: 0, elsewhere: 118 },
      received: 0,
      unreadable: 1,
      months: [{ month: '2024-03', classes: { customers: 2 } }],
      colleagues: [],
      verdict: { share: 0.01, standing: 'between' },
      known: { crm: { addresses: 2 }, file: false },
      problems: { total: 1, byCode: { no_from: 1 } },
    });
    expect(out).not.toMatch(/@/);
  });

  it('writes a page that holds counts and no addresses, and that only its owner can read', async () => {
    const { code } = await run([...usual, '--html', path('report.html'), '--no-names', '--language', 'en']);
    expect(code).toBe(0);
    const page = readFileSync(path('report.html'), 'utf8');
    expect(page).toContain('1.00% of the mail goes to customers.');
    expect(page).not.toMatch(/@(?!media)/);
    expect(page).not.toMatch(/https?:|<script|src=|url\(/);
    expect(statSync(path('report.html')).mode & 0o777).toBe(0o600);
  });

  it('works without a database, says so plainly, and makes none', async () => {
    const { code, out } = await run([...usual], {});
    expect(code).toBe(0);
    expect(out).toContain('Wie viel an Kunden geht, lässt sich nicht sagen');
    expect(out).not.toContain('üblich');
    expect(readdirSync(dir)).not.toContain('postgres');
    writeFileSync(
      path('with.yaml'),
      `${readFileSync(path('people.yaml'), 'utf8')}customers: {domains: [nordwerk.example]}\n`,
    );
    const named = await run(['--people', path('with.yaml'), path('Sent.mbox'), '--no-crm'], {
      DATABASE_URL: url,
    });
    expect(named.out).toContain('Aus dem CRM sind keine Kunden bekannt.');
    expect(named.out).toMatch(/an Kunden +\S+ +1 +0,50/);
  });

  it('says what is wrong: 2 for usage and the people file, 1 for what can’t be read', async () => {
    const people = path('people.yaml');
    const wrong = async (paths: string[], given: Partial<MailtestOptions>) => {
      const options = { crm: false, names: true, language: 'de', ...given } as const;
      const error = await mailtest(paths, options).catch((reason: Error) => reason);
      return { code: exitCodeOf(error), message: (error as Error).message };
    };
    const usage = (words: string) => ({ code: 2, message: expect.stringContaining(words) });
    expect(await wrong([], { people })).toEqual(usage('Name a mailbox'));
    expect(await wrong([path('Sent.mbox')], {})).toEqual(usage('mailtest --example'));
    expect(await wrong([path('Sent.mbox')], { people: path('none.yaml') })).toEqual(usage('none.yaml'));
    writeFileSync(path('bad.yaml'), 'domains:\n  - orvelin.example\nupp: []\n');
    expect(await wrong([path('Sent.mbox')], { people: path('bad.yaml') })).toEqual(
      usage('bad.yaml:3:1 error: "upp"'),
    );
    const typed = await wrong([], { people, imap: 'imaps://kim:geheim@mail.example/Sent' });
    expect(typed).toEqual(usage('MAILTEST_IMAP_PASSWORD'));
    expect(typed.message).not.toContain('geheim');
    expect(await wrong([], { people, imap: 'https://mail.example' })).toEqual(usage('imaps://'));

    const gone = await run(['--people', people, path('gone.mbox'), '--json']);
    expect(gone.code).toBe(1);
    expect(JSON.parse(gone.out).error).toMatchObject({
      code: 'mail_test',
      message: expect.stringContaining('gone.mbox'),
    });
  });

  it('prints an example that it can read itself', async () => {
    writeFileSync(path('example.yaml'), (await run(['--example'])).out);
    const { code, out } = await run(['--people', path('example.yaml'), path('Sent.mbox')]);
    expect(code).toBe(0);
    expect(out).toContain('Hier ist keine Mail, die Sie gesendet haben.');
    expect((await run(['--example'])).out).toMatch(/^# Wer ist wer\?/);
    expect((await run(['--example', '--language', 'en'])).out).toMatch(/^# Who is who\?/);
  });
});
