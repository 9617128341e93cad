import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedCustomers } from '../stands/company.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { spielbein } from '../stands/process.ts';
import { type SmtpStand, smtpStand } from '../stands/smtp.ts';

let database: TestDatabase;
let csvDatabase: TestDatabase;
let smtp: SmtpStand;
let env: Record<string, string>;
const home = mkdtempSync(join(tmpdir(), 'spielbein-cli-'));
chmodSync(home, 0o755);

beforeAll(async () => {
  database = await testDatabase();
  csvDatabase = await testDatabase();
  await seedCustomers(database.db, 40);
  smtp = await smtpStand();
  env = {
    SPIELBEIN_HOME: home,
    DATABASE_URL: database.url,
    SMTP_URL: smtp.url,
    MAIL_FROM: 'Orvelin Werke <news@orvelin.test>',
    PUBLIC_URL: 'https://news.orvelin.test',
  };
});
afterAll(async () => {
  await smtp.stop();
  rmSync(home, { recursive: true, force: true });
});

async function run(...args: string[]) {
  const child = spielbein(args, env);
  const code = await child.ended;
  return { code, output: child.output(), stdout: child.stdout(), json: () => JSON.parse(child.stdout()) };
}

describe('the command line', { timeout: 60_000 }, () => {
  it('is a program of its own, as npx calls it', () => {
    accessSync(join(import.meta.dirname, '../../src/cli.mjs'), constants.X_OK);
  });

  it('says for every command what it does, with an example', async () => {
    for (const args of [[], ['campaign'], ['campaign', 'run'], ['sync'], ['render']]) {
      const { code, output } = await run(...args, '--help');
      expect(code).toBe(0);
      if (args.length > 0 && args[0] !== 'campaign') expect(output).toContain('Example:');
    }
  });

  it('exits with 2 for wrong usage or configuration, in plain words', async () => {
    expect((await run('nonsense')).code).toBe(2);
    expect((await run('render')).code).toBe(2);
    expect(await run('sync', '--from', 'xml:here')).toMatchObject({
      code: 2,
      output: expect.stringContaining('csv:'),
    });
    expect(await run('segment', 'show', 'nothing')).toMatchObject({
      code: 2,
      output: expect.stringContaining('segment list'),
    });
    expect(await run('campaign', 'create', 'X', '--product', 'typo')).toMatchObject({
      code: 2,
      output: expect.stringContaining('product "typo"'),
    });
    const broken = spielbein(['doctor'], { ...env, PORT: 'x' });
    expect(await broken.ended).toBe(2);
    expect(broken.output()).toContain('PORT');
  });

  const id = 'laser-im-herbst-groesse-xl';

  it('creates and dry-runs a campaign', async () => {
    expect(
      (await run('campaign', 'create', 'Laser im Herbst – Größe XL', '--product', 'laserdrucker-lx300')).code,
    ).toBe(0);
    expect((await run('campaign', 'create', 'Laser im Herbst Größe XL')).code).toBe(2);

    const dry = (await run('campaign', 'run', id, '--dry-run', '--json')).json();
    const again = (await run('campaign', 'run', id, '--dry-run', '--json')).json();
    expect(again).toEqual(dry);
    expect(dry.candidates).toBe(40);
    expect(dry.mails).toHaveLength(dry.planned);
    expect(dry.mails[0].blocks[0]).toMatchObject({ kind: 'proven', reason: 'unseen_development' });
    expect(smtp.received).toHaveLength(0);
    expect((await run('campaign', 'list', '--json')).json()[0]).toMatchObject({
      id,
      state: 'draft',
      planned: null,
    });
  });

  it('tests, runs and shows it, as the dry run said', async () => {
    const dry = (await run('campaign', 'run', id, '--dry-run', '--json')).json();
    const test = await run(
      'campaign',
      'test',
      id,
      '--to',
      'me@colleague.test',
      '--customer',
      'person3@customers.test',
    );
    expect(test, test.output).toMatchObject({ code: 0 });
    expect(smtp.received.map((m) => m.to)).toEqual([['me@colleague.test']]);
    expect(smtp.received[0]?.raw.toString()).toContain('Subject: =?UTF-8?');
    smtp.received.length = 0;

    const ran = await run('campaign', 'run', id);
    expect(ran.code, ran.output).toBe(0);
    expect(ran.output).toContain(`Sent ${dry.planned}.`);
    expect(ran.output).toContain('Experimental share wanted');
    expect(smtp.received).toHaveLength(dry.planned);

    const shown = (await run('campaign', 'show', id, '--json')).json();
    expect(shown.sends).toMatchObject({ sent: dry.planned, failed: 0, in_doubt: 0 });
    const blocks = dry.mails.reduce((n: number, m: { blocks: unknown[] }) => n + m.blocks.length, 0);
    expect(shown.blocks.proven + shown.blocks.experimental).toBe(blocks);
    expect((await run('campaign', 'run', id)).code).toBe(1);
  });

  it('keeps a campaign that would reach nobody as a draft, and says why', async () => {
    await run('campaign', 'create', 'Gleich noch einmal');
    const ran = await run('campaign', 'run', 'gleich-noch-einmal');
    expect(ran.code).toBe(1);
    expect(ran.output).toContain('capped_recently');
    expect(ran.output).toContain('still a draft');
    expect((await run('campaign', 'show', 'gleich-noch-einmal', '--json')).json().campaign.state).toBe(
      'draft',
    );
  });

  it('never writes to the demo company’s invented customers through a real mail server', async () => {
    const before = smtp.received.length;
    expect(await run('nightly')).toMatchObject({
      code: 2,
      output: expect.stringContaining('HUBSPOT_ACCESS_TOKEN'),
    });
    expect(smtp.received).toHaveLength(before);
    expect((await run('doctor')).output).toMatch(/wrong\s+HUBSPOT_ACCESS_TOKEN/);
  });

  it('has nightly rounds for customers from CSV files too', async () => {
    const dir = join(home, 'export');
    mkdirSync(dir);
    writeFileSync(join(dir, 'products.csv'), 'id,name,sku\nP1,Laserdrucker LX 300,ORV-LX300\n');
    writeFileSync(
      join(dir, 'customers.csv'),
      'id,email,first_name,last_name,consent\nK1,kim@csv.test,Kim,Berg,consent\nK2,alex@csv.test,Alex,Tal,consent\n',
    );
    writeFileSync(
      join(dir, 'purchases.csv'),
      'id,customer,product,quantity,date\nA1,K1,P1,1,2024-05-01\nA2,K2,P1,1,2024-05-01\n',
    );
    const ofCsv = { ...env, DATABASE_URL: csvDatabase.url };
    const synced = spielbein(['sync', '--from', `csv:${dir}`], ofCsv);
    expect(await synced.ended, synced.output()).toBe(0);
    const nightly = spielbein(['nightly', '--json'], ofCsv);
    expect(await nightly.ended, nightly.output()).toBe(0);
    const { sends, campaign } = JSON.parse(nightly.stdout());
    expect(sends.sent + (campaign.excluded.holdout ?? 0)).toBe(2);
  });

  it('cancels what has not gone out', async () => {
    await run('campaign', 'create', 'Nie');
    expect((await run('campaign', 'cancel', 'nie')).code).toBe(0);
    expect((await run('campaign', 'resume', 'nie')).output).toContain('is cancelled');
    expect((await run('campaign', 'show', 'gibt-es-nicht')).output).toContain('There is no campaign');
  });

  it('renders one mail into files, and lists segments', async () => {
    const out = join(home, 'mail');
    const { code, output, stdout } = await run(
      ...['render', '--customer', 'c000005', '--out', out, '--check', '--json'],
    );
    // The campaign above told this customer everything important; there is more to say.
    expect(code, output).toBe(0);
    const { subject, findings } = JSON.parse(stdout);
    expect(findings.filter((one: { severity: string }) => one.severity !== 'note')).toEqual([]);
    expect(readFileSync(join(out, 'c000005.html'), 'utf8')).toContain('<html');
    expect(readFileSync(join(out, 'c000005.txt'), 'utf8')).toContain('Guten Tag Frau Person 5');
    expect(readFileSync(join(out, 'c000005.eml'), 'utf8')).toContain(
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    );
    expect(subject).toContain('[Test]');
    const segments = (await run('segment', 'list', '--json')).json();
    expect(segments[0]).toMatchObject({ key: 'laserdrucker-lx300', owners: 40, writable: 40 });
    expect((await run('library', 'check')).code).toBe(0);
  });

  it('says what is wrong with a mail, and fails for it', async () => {
    const child = spielbein(['render', '--customer', 'c000005', '--check'], {
      ...env,
      PUBLIC_URL: 'http://news.orvelin.test',
    });
    expect(await child.ended).toBe(1);
    expect(child.stdout()).toContain('(unsubscribe_header)');
    expect(child.stdout()).toMatch(/^1 error/m);
  });

  it('says in plain words what is wrong with the configuration', async () => {
    const doctor = spielbein(['doctor', '--json'], {
      ...env,
      SMTP_URL: 'smtp://127.0.0.1:1',
      PUBLIC_URL: '',
      REDIS_URL: 'redis://127.0.0.1:1',
      ALERT_WEBHOOK_URL: 'http://alerts.orvelin.test/hook?key=geheim',
    });
    expect(await doctor.ended).toBe(1);
    const { findings } = JSON.parse(doctor.stdout());
    expect(doctor.output()).not.toContain('geheim');
    expect(findings).toContainEqual(expect.objectContaining({ about: 'ALERT_WEBHOOK_URL', status: 'note' }));
    expect(findings).toContainEqual(
      expect.objectContaining({ about: 'content', says: expect.stringMatching(/, [1-9]\d* questions, /) }),
    );
    const wrong = findings
      .filter((f: { status: string }) => f.status === 'wrong')
      .map((f: { about: string }) => f.about);
    expect(wrong).toEqual(expect.arrayContaining(['PUBLIC_URL', 'SMTP_URL', 'REDIS_URL']));
  });
});
