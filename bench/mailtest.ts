/**
 * The Mail-Test over a generated mailbox with every way of writing and every defect in it: counts against the
 * generator's own, memory of the first and the last third of the file, and megabytes a second against plain reading.
 *
 *   npm run bench -- mailtest             100 MB
 *   npm run bench -- mailtest --full      1 GB
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MailTest } from '../src/mailtest/tally.ts';
import { differences } from '../test/mailtest/differences.ts';
import { generateMailbox, nothingWritten } from '../test/mailtest/generate.ts';

export interface MailTestBench {
  bytes: number;
  messages: number;
  /** Messages that were found to have something wrong, each named by number and byte. */
  malformed: number;
  seconds: number;
  mbPerSecond: number;
  /** Megabytes for each second of processor time: the same on a busy machine. */
  mbPerCpuSecond: number;
  /** Times slower than reading the same file and looking at nothing. */
  ratio: number;
  memoryMb: { firstThird: number; lastThird: number };
  /** In what the counts differ from the generator's; nothing when all agree. */
  differences: string[];
}

export async function benchMailTest(full: boolean): Promise<MailTestBench> {
  const dir = await mkdtemp(join(tmpdir(), 'spielbein-bench-'));
  try {
    const path = join(dir, 'All mail.mbox');
    const written = nothingWritten();
    const mailbox = Readable.from(generateMailbox({ seed: 42, bytes: full ? 1e9 : 1e8 }, written));
    await pipeline(mailbox, createWriteStream(path));
    const plainSeconds = await readPlain(path);
    const { found, seconds, cpuSeconds, firstThirdMb, lastThirdMb } = await read(path);
    return {
      bytes: written.bytes,
      messages: written.messages,
      malformed: found.problems.total,
      seconds,
      mbPerSecond: written.bytes / 1e6 / seconds,
      mbPerCpuSecond: written.bytes / 1e6 / cpuSeconds,
      ratio: seconds / plainSeconds,
      memoryMb: { firstThird: firstThirdMb, lastThird: lastThirdMb },
      differences: differences(found, written, path),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function readPlain(path: string): Promise<number> {
  const started = performance.now();
  let bytes = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 })) bytes += piece.length;
  if (bytes === 0) throw new Error('The generated mailbox is empty.');
  return (performance.now() - started) / 1000;
}

interface Reading {
  found: MailTest;
  seconds: number;
  cpuSeconds: number;
  firstThirdMb: number;
  lastThirdMb: number;
}

async function read(path: string): Promise<Reading> {
  const child = fork(join(import.meta.dirname, 'mailtest/read-process.ts'), [path], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let reading: Reading | null = null;
  child.once('message', (message) => {
    reading = message as Reading;
  });
  const [code] = await once(child, 'close');
  if (!reading) throw new Error(`The reading process ended with ${code}.`);
  return reading;
}
