import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { learningLibrary } from '../learn/library.ts';
import { seedDecisions, seedLearning } from '../learn/seed.ts';
import { type TestDatabase, testDatabase } from '../stands/database.ts';
import { spielbein } from '../stands/process.ts';

let database: TestDatabase;
const home = mkdtempSync(join(tmpdir(), 'spielbein-learn-'));

beforeAll(async () => {
  database = await testDatabase();
  const now = new Date();
  await seedLearning(database.db, { until: now, mailsAWeek: 60, seed: 'command' });
  await seedDecisions(database.db, now);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('spielbein learn', { timeout: 60_000 }, () => {
  it('reports on a terminal and in a file that needs nothing else, and takes decisions by the names it gives', async () => {
    const { libraryDir } = await learningLibrary();
    const run = async (...args: string[]) => {
      const child = spielbein(['learn', ...args], {
        SPIELBEIN_HOME: home,
        DATABASE_URL: database.url,
        LIBRARY_DIR: libraryDir,
      });
      return { code: await child.ended, output: child.output(), stdout: child.stdout() };
    };
    const page = join(home, 'report.html');
    const { code, output } = await run('report', '--language', 'de', '--out', page);
    if (process.env.SHOW) console.log(output);
    expect(code).toBe(0);
    expect(output).toContain('Am besten kommt „Die Kamera liest mit“ an');
    expect(output).toMatch(/ ─+●─+ +Überschrift „Wer merkt es, wenn ein Code …/);
    expect(output).toContain('spielbein learn decide pairing:kamera/pumpe yes --similar');
    // what the few letters stand for; folded tables are for the page
    expect(output).toContain('Überschrift as-question: „Wer merkt es, wenn ein Code fehlt?“');
    expect(output).not.toContain('Fassungen: Die Kamera liest mit');
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('<svg role="img"');
    expect(html).not.toMatch(/<(script|link|form|img)|href="(?!#)/);

    const graduate = /learn decide (\d+) yes {2}# Ja, Datei erstellen/.exec(output)?.[1] ?? '';
    const file = join(home, 'kamera-proven.yaml');
    const decided = await run('decide', graduate, 'yes', '--out', file, '--json');
    expect(JSON.parse(decided.stdout)).toMatchObject({
      id: graduate,
      decided: 'yes',
      file: { path: 'developments/kamera-proven.yaml' },
    });
    expect(readFileSync(file, 'utf8')).toContain('Wer merkt es, wenn ein Code fehlt?');
    const no = await run('decide', 'pairing:kamera/pumpe', 'no', '--out', join(home, 'none.yaml'));
    expect(no.stdout).toContain('It is not proposed to them again. --out has no effect here.');
    const wrong = await run('decide', 'nothing', 'yes');
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain('"nothing" is nothing to decide.');
    expect((await run('decide', graduate, 'perhaps')).code).toBe(2);
  });
});
