import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';

/** A CSV file after a first look: what it is written in, and a mark by which a change of it shows. */
export interface CsvFile {
  name: string;
  path: string;
  encoding: 'utf-8' | 'windows-1252' | 'utf-16le';
  delimiter: ',' | ';' | '\t';
  /** Size and time of change. */
  state: string;
}

/** @returns null when there is no such file */
export async function lookAtFile(dir: string, name: string, signal: AbortSignal): Promise<CsvFile | null> {
  const path = join(dir, name);
  const state = await fileState(path);
  if (state === null) return null;
  const encoding = await detectEncoding(path, signal);
  return { name, path, encoding, delimiter: await detectDelimiter(path, encoding), state };
}

/** Null when it does not exist or is no file. */
export async function fileState(path: string): Promise<string | null> {
  try {
    const state = await stat(path);
    return state.isFile() ? `${state.size}/${state.mtimeMs}` : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The file's text as a stream, decoded. */
export function readText(file: Pick<CsvFile, 'path' | 'encoding'>): Readable {
  const bytes = createReadStream(file.path, { highWaterMark: 256 * 1024 });
  // the parser takes UTF-8 as it comes, byte order mark included
  if (file.encoding === 'utf-8') return bytes;
  return Readable.from(decode(bytes, new TextDecoder(file.encoding)));
}

async function* decode(bytes: AsyncIterable<Buffer>, decoder: TextDecoder): AsyncGenerator<string> {
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/**
 * UTF-8 if every byte of it is; otherwise what Excel on Windows writes unless told better. Text in
 * Windows-1252 with an umlaut is practically never valid UTF-8 by accident.
 */
async function detectEncoding(path: string, signal: AbortSignal): Promise<CsvFile['encoding']> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let first = true;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024, signal })) {
      if (first && chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
      first = false;
      decoder.decode(chunk, { stream: true });
    }
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'windows-1252';
    throw error;
  }
}

async function detectDelimiter(path: string, encoding: CsvFile['encoding']): Promise<CsvFile['delimiter']> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0);
    const header =
      new TextDecoder(encoding).decode(buffer.subarray(0, bytesRead)).split(/\r\n|\n|\r/, 1)[0] ?? '';
    const bare = header.replace(/"[^"]*"/g, '');
    const count = (delimiter: string) => bare.split(delimiter).length - 1;
    const [best] = ([';', ',', '\t'] as const).toSorted((a, b) => count(b) - count(a));
    return best ?? ',';
  } finally {
    await file.close();
  }
}
