import { createReadStream } from 'node:fs';
import { unreadable } from './find.ts';
import { isHeader } from './first-lines.ts';
import { type GzipFlaw, gunzip, isGzip } from './gunzip.ts';
import { MailTestError } from './problem.ts';
import { type BreakingOff, type Found, type Kind, Splitter } from './splitter.ts';

/** Bytes read at a time. */
const PIECE = 256 * 1024;

/** Bytes that show what a file is. */
const BEGINNING = 1000;

const ZIP = Buffer.from('PK\u0003\u0004');
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export interface ReadOptions {
  /** Told how many bytes of the file itself are read. */
  onBytes?: (bytes: number) => void;
}

/**
 * Reads a mailbox or a single message, compressed (gzip) or not, piece by piece and once from front to back, so that
 * a pipe will do.
 * @throws MailTestError when the file can't be read; what is wrong inside it is told to `found`
 */
export async function readMailFile(path: string, found: Found, options: ReadOptions = {}): Promise<void> {
  const file = createReadStream(path, { highWaterMark: PIECE });
  let broken: BreakingOff | null = null;
  const tell = (flaw: GzipFlaw) => {
    if (flaw === 'trailing_bytes') found.flaw(flaw, { message: null, offset: null });
    else broken = flaw;
  };
  let splitter: Splitter | null = null;
  try {
    for await (const piece of beginningWhole(unpacked(path, file, tell))) {
      const mark = splitter === null && piece.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
      const mail = piece.subarray(mark);
      splitter ??= new Splitter(kindOf(path, mail), found, mark);
      splitter.push(mail);
      options.onBytes?.(file.bytesRead);
      if (splitter.done) break;
    }
  } catch (error) {
    throw error instanceof MailTestError ? error : unreadable(path, error as NodeJS.ErrnoException);
  } finally {
    file.destroy();
  }
  splitter ??= new Splitter(kindOf(path, Buffer.alloc(0)), found);
  splitter.end(broken);
}

/** The file's content; what it is compressed with shows at its beginning. */
async function* unpacked(
  path: string,
  file: AsyncIterable<Buffer>,
  tell: (flaw: GzipFlaw) => void,
): AsyncGenerator<Buffer> {
  const pieces = beginningWhole(file);
  const { value: first, done } = await pieces.next();
  if (done) return;
  if (first.subarray(0, ZIP.length).equals(ZIP)) {
    throw new MailTestError(`${path} is a ZIP archive. Unpack it, and give the .mbox that is inside.`);
  }
  const all = (async function* () {
    yield first;
    yield* pieces;
  })();
  yield* isGzip(first) ? gunzip(all, tell) : all;
}

/** The same bytes, the first piece with enough of them to see what they are: a pipe may give one at a time. */
async function* beginningWhole(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  let first: Buffer | null = Buffer.alloc(0);
  for await (const piece of pieces) {
    if (first === null) yield piece;
    else {
      first = first.length === 0 ? piece : Buffer.concat([first, piece]);
      if (first.length < BEGINNING) continue;
      yield first;
      first = null;
    }
  }
  if (first !== null && first.length > 0) yield first;
}

/** By what stands at the beginning; if that is neither, by the name. */
function kindOf(path: string, beginning: Buffer): Kind {
  const text = beginning.toString('latin1', 0, BEGINNING).trimStart();
  if (text.startsWith('From ')) return 'mbox';
  const isMessage = isHeader(Buffer.from(text, 'latin1'), 0) === true;
  const name = path.toLowerCase().replace(/\.gz$/, '');
  if (/\.mbo?x$/.test(name)) return 'mbox';
  return isMessage || name.endsWith('.eml') ? 'eml' : 'mbox';
}
