import { constants, crc32, createInflateRaw, type InflateRaw } from 'node:zlib';

/**
 * `truncated`: the file ends before its content does; `damaged`: what is there can't be unpacked, or not to what was
 * packed; `trailing_bytes`: after the end comes something that is not packed.
 */
export type GzipFlaw = 'truncated' | 'damaged' | 'trailing_bytes';

/** Packed bytes handed on at a time: at gzip's best (1000 to 1) they become 16 MB. */
const SLICE = 16 * 1024;

/** Bytes unpacked at a time. What can't be unpacked any more costs at most so many before it. */
const CHUNK = 64 * 1024;

/** Bytes. A header has room for a file's name and a remark, not for a book. */
const MAX_HEADER = 128 * 1024;

/** CRC-32 and length. */
const TRAILER = 8;

export const isGzip = (beginning: Buffer): boolean => beginning[0] === 0x1f && beginning[1] === 0x8b;

/**
 * Unpacks gzip (RFC 1952), one member after the other, and gives everything that can be had: of a file that breaks off
 * its last byte, of one with something behind it all that is before. Node's own gunzip throws away what it has
 * unpacked when it comes upon such an end.
 * @param tell hears what is wrong, at most once for each flaw
 */
export async function* gunzip(
  packed: AsyncIterable<Buffer>,
  tell: (flaw: GzipFlaw) => void,
): AsyncGenerator<Buffer> {
  const input = new Input(packed);
  let damaged = false;
  for (let member = 0; ; member += 1) {
    let begin = headerLength(input.rest);
    while (begin === undefined && (await input.more())) begin = headerLength(input.rest);
    if (member > 0 && input.rest.length === 0) return;
    if (begin === undefined) return tell('truncated');
    // Zeros fill up the blocks of a tape.
    if (begin === null && member > 0 && input.rest[0] === 0) return;
    if (begin === null) return tell(member === 0 ? 'damaged' : 'trailing_bytes');
    input.skip(begin);
    let sum = 0;
    const end = yield* inflate(input, (piece) => {
      sum = crc32(piece, sum);
    });
    if (end !== 'whole') return tell(end);
    while (input.rest.length < TRAILER && (await input.more()));
    if (input.rest.length < TRAILER) return tell('truncated');
    if (input.rest.readUInt32LE(0) !== sum && !damaged) {
      damaged = true;
      tell('damaged');
    }
    input.skip(TRAILER);
  }
}

/** Unpacks one member's content, and leaves in the input what comes after it. */
async function* inflate(
  input: Input,
  onPiece: (piece: Buffer) => void,
): AsyncGenerator<Buffer, 'whole' | 'truncated' | 'damaged'> {
  const unpacking = new Unpacking();
  try {
    while (!unpacking.ended) {
      if (input.rest.length === 0 && !(await input.more())) break;
      input.skip(await unpacking.take(input.rest.subarray(0, SLICE)));
      for (const piece of unpacking.pieces()) {
        onPiece(piece);
        yield piece;
      }
      if (unpacking.failed) return 'damaged';
    }
    return unpacking.ended ? 'whole' : 'truncated';
  } finally {
    unpacking.close();
  }
}

/** Node's stream, used one slice at a time: what it gives is never thrown away by an error that comes after. */
class Unpacking {
  readonly #stream: InflateRaw = createInflateRaw({
    chunkSize: CHUNK,
    finishFlush: constants.Z_SYNC_FLUSH,
  });
  #pieces: Buffer[] = [];
  #wake: () => void = () => {};
  ended = false;
  failed = false;

  constructor() {
    this.#stream.on('data', (piece: Buffer) => this.#pieces.push(piece));
    this.#stream.on('end', () => {
      this.ended = true;
      this.#wake();
    });
    this.#stream.on('error', () => {
      this.failed = true;
      this.#wake();
    });
  }

  /** @returns how many of the bytes were used: fewer than given only at the end */
  async take(slice: Buffer): Promise<number> {
    const before = this.#stream.bytesWritten;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#stream.write(slice, () => resolve());
    });
    return this.#stream.bytesWritten - before;
  }

  pieces(): Buffer[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  close(): void {
    this.#stream.destroy();
  }
}

/** Bytes as they come in, to look at before they are used. */
class Input {
  readonly #from: AsyncIterator<Buffer>;
  rest: Buffer = Buffer.alloc(0);

  constructor(from: AsyncIterable<Buffer>) {
    this.#from = from[Symbol.asyncIterator]();
  }

  /** @returns false at the end */
  async more(): Promise<boolean> {
    const { value, done } = await this.#from.next();
    if (done) return false;
    this.rest = this.rest.length === 0 ? value : Buffer.concat([this.rest, value]);
    return true;
  }

  skip(bytes: number): void {
    this.rest = this.rest.subarray(bytes);
  }
}

/** Length of a member's header; null: this is none; undefined: more bytes are needed to know. */
function headerLength(data: Buffer): number | null | undefined {
  if ([0x1f, 0x8b, 8].some((byte, i) => i < data.length && data[i] !== byte)) return null;
  if (data.length > MAX_HEADER) data = data.subarray(0, MAX_HEADER);
  const missing = data.length === MAX_HEADER ? null : undefined;
  if (data.length < 12) return missing;
  const flags = data[3] as number;
  let at = 10;
  if (flags & 0x04) at += 2 + data.readUInt16LE(at);
  for (const text of [0x08, 0x10]) {
    if (!(flags & text)) continue;
    const zero = data.indexOf(0, at);
    if (zero < 0) return missing;
    at = zero + 1;
  }
  if (flags & 0x02) at += 2;
  return at <= data.length ? at : missing;
}
