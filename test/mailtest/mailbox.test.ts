import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bookOf } from '../../src/mailtest/customers.ts';
import { type People, readPeople } from '../../src/mailtest/people.ts';
import { readMailTest } from '../../src/mailtest/read.ts';
import { differences } from './differences.ts';
import { generateMailbox, nothingWritten } from './generate.ts';
import { CRM_ADDRESSES, PEOPLE_YAML } from './world.ts';

const dir = mkdtempSync(join(tmpdir(), 'spielbein-mailtest-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const people = readPeople('people.yaml', PEOPLE_YAML).people as People;
const crm = bookOf(CRM_ADDRESSES);

describe('a generated mailbox of 20 MB', () => {
  const path = join(dir, 'All mail Including Spam and Trash.mbox');
  const written = nothingWritten();
  beforeAll(async () => {
    const mailbox = Readable.from(generateMailbox({ seed: 2024, bytes: 20_000_000 }, written));
    await pipeline(mailbox, createWriteStream(path));
  });

  it('has every class, every month and every defect in it', () => {
    expect(Object.values(written.classes).every((mails) => mails > 50)).toBe(true);
    expect(Object.keys(written.months)).toHaveLength(6 * 12 + 1);
    expect(new Set(written.named.map(({ code }) => code))).toEqual(
      new Set([
        'no_headers',
        'no_from',
        'no_recipients',
        'header_too_large',
        'truncated',
        'no_date',
        'bad_date',
        'nul_bytes',
      ]),
    );
  });

  it('is counted exactly, and every malformed message is named by number and byte', async () => {
    const found = await readMailTest({ paths: [path], people, crm });
    expect(differences(found, written, path)).toEqual([]);
    expect(found.messages).toBe(found.sent + found.received + found.leftOut + found.unreadable);
  });

  it('is the same compressed', async () => {
    const packed = `${path}.gz`;
    const again = nothingWritten();
    const mailbox = Readable.from(generateMailbox({ seed: 2024, bytes: 20_000_000 }, again));
    await pipeline(mailbox, createGzip({ level: 1 }), createWriteStream(packed));
    expect(differences(await readMailTest({ paths: [packed], people, crm }), again, packed)).toEqual([]);
  });
});
