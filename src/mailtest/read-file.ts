import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { unreadable } from './find.ts';
import { isHeader } from './first-lines.ts';
import { MailTestError } from './problem.ts';
import { type Found, type Kind, Splitter } from './splitter.ts';

/** Bytes read at a time. */
const PIECE = 256 * 1024;

const ZIP = Buffer.from('PK\u0003\u0004');
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export interface ReadOptions {
  /** Told how many bytes of the file itself are read. */
  onBytes?: (bytes: number) => void;
}

/**
 * Reads a mailbox or a single message, compressed (gzip) or not, piece by piece.
 * @throws MailTestError when the file can't be read; what is wrong inside it is told to `found`
 */
export async function readMailFile(path: string, found: Found, options: ReadOptions = {}): Promise<void> {
  let splitter: Splitter | null = null;
  try {
    for await (const piece of pieces(path, await isGzip(path), options)) {
      if (splitter === null) {
        const begin = piece.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
        splitter = new Splitter(kindOf(path, piece.subarray(begin)), found, begin);
        splitter.push(piece.subarray(begin));
      } else splitter.push(piece);
      if (splitter.done) break;
    }
    splitter ??= new Splitter(kindOf(path, Buffer.alloc(0)), found);
    splitter.end();
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    if (error instanceof MailTestError) throw error;
    // a compressed file that breaks off or is damaged: what came before counts
    if (!failure.code?.startsWith('Z_')) throw unreadable(path, failure);
    if (splitter) splitter.end(true);
    else found.flaw('truncated', { message: null, offset: 0 });
  }
}

async function* pieces(path: string, gzip: boolean, options: ReadOptions): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: PIECE });
  const report = () => options.onBytes?.(file.bytesRead);
  const stream = gzip ? pipeline(file, createGunzip({ chunkSize: PIECE }), () => {}) : file;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      yield piece;
      report();
    }
  } finally {
    file.destroy();
  }
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead === 4 && buffer.equals(ZIP)) {
      throw new MailTestError(`${path} is a ZIP archive. Unpack it, and give the .mbox that is inside.`);
    }
    return bytesRead >= 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** By what stands at the beginning; if that is neither, by the name. */
function kindOf(path: string, beginning: Buffer): Kind {
  const text = beginning.toString('latin1', 0, 1000).trimStart();
  if (text.startsWith('From ')) return 'mbox';
  const isMessage = isHeader(Buffer.from(text, 'latin1'), 0) === true;
  const name = path.toLowerCase().replace(/\.gz$/, '');
  if (/\.mbo?x$/.test(name)) return 'mbox';
  return isMessage || name.endsWith('.eml') ? 'eml' : 'mbox';
}
