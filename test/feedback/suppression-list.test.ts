import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { SUPPRESSION_REASONS } from '../../src/domain/send.ts';
import { CSV_HEADER, csvLine, type ListLine, readSuppressions } from '../../src/feedback/suppression-csv.ts';
import { importSuppressions } from '../../src/feedback/suppression-import.ts';
import { eachSuppression, findSuppression, suppress } from '../../src/feedback/suppressions.ts';
import { lookAtFile } from '../../src/sync/csv/file.ts';
import { testDatabase } from '../stands/database.ts';

const { db } = await testDatabase();
const now = new Date('2026-10-12T09:00:00Z');
const dir = await mkdtemp(join(tmpdir(), 'spielbein-list-'));
afterAll(() => rm(dir, { recursive: true }));
beforeEach(() => db.deleteFrom('suppressions').execute());

async function* read(
  content: string | Buffer,
  signal = new AbortController().signal,
): AsyncGenerator<ListLine> {
  await writeFile(join(dir, 'list.csv'), content);
  const file = await lookAtFile(dir, 'list.csv', signal);
  if (file) yield* readSuppressions(file, { reason: 'manual', now, signal });
}
const importText = (content: string | Buffer) => importSuppressions(db, read(content));
const find = (address: string) => findSuppression(db, address);

async function exported(): Promise<string> {
  let text = CSV_HEADER;
  for await (const entry of eachSuppression(db)) text += csvLine(entry);
  return text;
}

describe('a list', () => {
  test('of bare addresses needs no header', async () => {
    expect(await importText('kim@kunde.example\n\n LEE@Kunde.example \nkim@kunde.example')).toEqual({
      added: 2,
      known: 1,
      invalid: [],
    });
    expect(await find('lee@kunde.example')).toMatchObject({ reason: 'manual', since: now, detail: null });
  });

  test('with a header may have its columns in any order, and others besides', async () => {
    const text =
      'Name;Grund;E-Mail;since\nKim;unsubscribed;kim@kunde.example;2024-03-01\nLee;;lee@kunde.example;\n';
    expect(await importText(text)).toMatchObject({ added: 2 });
    expect(await find('kim@kunde.example')).toMatchObject({
      reason: 'unsubscribed',
      since: new Date('2024-03-01'),
    });
    expect(await find('lee@kunde.example')).toMatchObject({ reason: 'manual', since: now });
  });

  test('may come from Excel', async () => {
    const text = Buffer.from('email;detail\r\nkim@kunde.example;"Widerspruch; müde"\r\n', 'latin1');
    await importText(text);
    expect(await find('kim@kunde.example')).toMatchObject({ detail: 'Widerspruch; müde' });
  });

  test('tells unreadable lines by number, without spelling addresses out, and takes the others', async () => {
    const text = [
      'email,reason,email_hash,since',
      'kim@kunde.example,,,',
      'nobody.kunde.example,,,',
      'lee@kunde.example,angry,,',
      ',,,',
      ',,abc,',
      'max@kunde.example,,,"the day\nbefore"',
      'zoe@kunde.example,bounced,,',
    ].join('\n');
    const { added, invalid } = await importText(text);
    expect(added).toBe(2);
    expect(invalid.map(({ line }) => line)).toEqual([3, 4, 5, 6, 7]);
    expect(JSON.stringify(invalid)).not.toContain('nobody');
  });

  test('without a column of addresses is refused', async () => {
    await expect(importText('name,reason\nKim,manual')).rejects.toThrow('Call it "email"');
  });

  test('comes in whole or not at all', async () => {
    const stop = new AbortController();
    const many = Array.from({ length: 5000 }, (_, i) => `p${i}@kunde.example`).join('\n');
    const stopped = importSuppressions(db, read(many, stop.signal), () => stop.abort());
    await expect(stopped).rejects.toThrow();
    expect(await db.selectFrom('suppressions').select('email_hash').execute()).toEqual([]);
  });
});

describe('an exported list', () => {
  test('can be read back, erased people included', async () => {
    await suppress(db, {
      address: 'kim@kunde.example',
      reason: 'complained',
      detail: 'send 1; "x", y\nz',
      now,
    });
    await suppress(db, { address: 'erased@kunde.example', reason: 'erased', detail: null, now });
    const before = await exported();
    expect(before).not.toContain('erased@');
    await db.deleteFrom('suppressions').execute();
    expect(await importText(before)).toEqual({ added: 2, known: 0, invalid: [] });
    expect(await find('erased@kunde.example')).toMatchObject({ reason: 'erased', address: null });
    expect(await find('kim@kunde.example')).toMatchObject({
      reason: 'complained',
      detail: 'send 1; "x", y z',
    });
    expect(await importText(before)).toEqual({ added: 0, known: 2, invalid: [] });
  });

  test('has nothing in it that a spreadsheet would calculate', () => {
    const line = (address: string, detail: string) =>
      csvLine({ address, hash: 'a'.repeat(64), reason: 'bounced', detail, since: now });
    for (const begin of ['=', '+', '-', '@', '\t=', '\r=', '＝', "'="]) {
      expect(line('kim@kunde.example', `${begin}HYPERLINK(1)`)).toMatch(/,"?'['=+\-@\t\r＝]/);
    }
    expect(line('+1@kunde.example', '550')).toMatch(/^'\+1@/);
  });

  test('of another installation is refused if it has hashes that mean nothing here', async () => {
    const foreign = `${CSV_HEADER}kim@kunde.example,${'a'.repeat(64)},manual,,\n`;
    const hashed = `,${'b'.repeat(64)},erased,,\n`;
    await expect(importText(foreign + hashed)).rejects.toThrow('another installation');
    expect(await find('kim@kunde.example')).toBeNull();
    expect(await importText(foreign)).toMatchObject({ added: 1 });
    expect(await find('kim@kunde.example')).not.toBeNull();
  });

  test('is read as it was written, whatever is in it', async () => {
    const entries = fc.record({
      address: fc.option(fc.constantFrom('kim@kunde.example', "o'neill+x@kunde.example", 'ä@ö.example')),
      hash: fc.constantFrom('a'.repeat(64), '0123456789abcdef'.repeat(4)),
      reason: fc.constantFrom(...SUPPRESSION_REASONS),
      detail: fc.option(fc.stringMatching(/^[a-z",;ä'=+@＝\\-]{1,20}$/)),
      since: fc.date({ min: new Date(0), max: now, noInvalidDate: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entries, { minLength: 1, maxLength: 5 }), async (list) => {
        const lines = [];
        for await (const line of read(CSV_HEADER + list.map(csvLine).join(''))) lines.push(line);
        expect(lines).toMatchObject(
          list.map(({ address, hash, reason, detail, since }, index) => ({
            line: index + 2,
            entry: { ...(address === null ? { hash } : { address }), reason, detail, since },
          })),
        );
      }),
      { numRuns: 50 },
    );
  });
});
