import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bigOwners, longTalk } from '../brief/stand.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { syncDemo } from '../stands/demo.ts';
import { spielbein } from '../stands/process.ts';

let database: TestDatabase;
let rich: string;
const home = mkdtempSync(join(tmpdir(), 'spielbein-brief-'));

beforeAll(async () => {
  database = await testDatabase();
  const { server } = await syncDemo(database.db, 200);
  await server.close();
  [rich = ''] = await bigOwners(database.db, 1);
  await longTalk(database.db, rich);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function run(...args: string[]) {
  const child = spielbein(['brief', ...args], { SPIELBEIN_HOME: home, DATABASE_URL: database.url });
  const code = await child.ended;
  return { code, output: child.output(), json: () => JSON.parse(child.stdout()) };
}
const noted = () =>
  database.db
    .selectFrom('statements')
    .select(['question_id', 'choice', 'words'])
    .where('said_by', '=', 'salesperson')
    .where('said_at', '>', new Date('2026-07-01T00:00:00Z'))
    .orderBy('id')
    .execute();

describe('spielbein brief', { timeout: 60_000 }, () => {
  it('is plain text for 80 columns and one page, in the language asked for', async () => {
    for (const [language, heading] of [
      ['de', 'Die besten Fragen'],
      ['en', 'The best questions'],
    ] as const) {
      const { code, output } = await run(rich, '--language', language);
      expect(code).toBe(0);
      expect(output).toContain(heading);
      const lines = output.trimEnd().split('\n');
      expect(Math.max(...lines.map((each) => each.length))).toBeLessThanOrEqual(80);
      // 8 points on A4
      expect(lines.length).toBeLessThanOrEqual(84);
      expect(lines.every((each) => each === each.trimEnd())).toBe(true);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
      expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    }
  });

  it('finds by address, and gives scripts the same facts', async () => {
    const row = await database.db
      .selectFrom('customers')
      .select('email')
      .where('id', '=', rich)
      .executeTakeFirstOrThrow();
    const { code, json } = await run(` ${row.email?.toUpperCase()}`, '--json', '--language', 'en');
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      language: 'en',
      who: { id: rich, language: expect.stringMatching(/^(de|en)$/), languageWords: expect.any(String) },
    });
    expect(json().who.consent).toMatch(/^(consent|existing_customer)$/);
    expect(json().who.consentWords).toMatch(/^(consent|existing customer .*)$/);
    expect(json().questions).toHaveLength(5);
  });

  it('keeps what a salesperson heard, in words or by choice, and does not ask it again', async () => {
    const { code, json } = await run(
      rich,
      '--answer',
      'wie-geloest=not-used',
      '--answer',
      'ziel-nach-ja=Weniger Ausschuss = weniger Ärger',
      '--answer',
      'note=Ist ab März in Elternzeit',
      '--json',
    );
    expect(code).toBe(0);
    expect(await noted()).toEqual([
      { question_id: 'wie-geloest', choice: 'not-used', words: null },
      { question_id: 'ziel-nach-ja', choice: null, words: 'Weniger Ausschuss = weniger Ärger' },
      { question_id: '_note', choice: null, words: 'Ist ab März in Elternzeit' },
    ]);
    const asked = json().questions.map(({ id }: { id: string }) => id);
    expect(asked).not.toContain('ziel-nach-ja');
    expect(json().notUsed).toHaveLength(1);
    expect(json().said[0].words).toBe('Ist ab März in Elternzeit');
  });

  it('says what is wrong, and keeps nothing then', async () => {
    const before = await noted();
    for (const [args, words] of [
      [['nobody'], 'There is no customer with this id or address: nobody.'],
      [[rich, '--answer', 'ziel-nach-ja'], 'write QUESTION=what the customer said'],
      [[rich, '--answer', 'gone=x'], 'no such question for salespeople'],
      [[rich, '--answer', 'nach-ja-angebot=x'], 'no such question for salespeople'],
      [[rich, '--answer', 'wer-noch='], 'say after "="'],
      [[rich, '--answer', 'note=Eins', '--answer', 'gone=x'], '--answer gone: '],
      [[rich, '--language', 'fr'], 'de, en'],
    ] as const) {
      const { code, output } = await run(...args);
      expect([code, output]).toEqual([2, expect.stringContaining(words)]);
    }
    expect(await noted()).toEqual(before);
  });
});
