import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from './problem.ts';

/** A picture of the library, as far as the loader needs to know it. */
export interface Picture {
  name: string;
  data: Buffer;
}

/** A mail with three pictures should stay light on a phone. */
const HEAVY_BYTES = 150_000;

/** A picture of few bytes can unfold to gigabytes in whatever shows it: no mail needs more pixels a side. */
const MOST_PIXELS = 4_000;

/** Names of files as an overlay would have them, sorted. */
export function overlaid(names: readonly string[], overlay: ReadonlyMap<string, Buffer | null>): string[] {
  const there = new Set(names);
  for (const [name, data] of overlay) data === null ? there.delete(name) : there.add(name);
  return [...there].sort();
}

/**
 * Reads the folder's .png and .jpg files, in order of name; drawings they were made from are left alone.
 * @param overlay files as they would be, by name; null: gone
 */
export async function readPictures(
  dir: string,
  overlay: ReadonlyMap<string, Buffer | null> = new Map(),
): Promise<{ pictures: Picture[]; problems: Problem[] }> {
  const pictures: Picture[] = [];
  const problems: Problem[] = [];
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const names = overlaid(files, overlay);
  for (const name of names.filter((each) => /\.(png|jpg)$/.test(each))) {
    const data = overlay.get(name) ?? (await readFile(join(dir, name)));
    const at = { file: `pictures/${name}`, line: 1, column: 1 };
    if (!looksLike(name, data)) {
      const message = `this is no ${name.endsWith('.png') ? 'PNG' : 'JPEG'} file`;
      problems.push({ ...at, severity: 'error', code: 'broken_picture', message, hint: 'export it again' });
    } else if (isHuge(data)) {
      const { width, height } = sizeOf(data) ?? { width: 0, height: 0 };
      const message = `${width} × ${height} pixels are too many`;
      const hint = `at most ${MOST_PIXELS} a side: 1072 pixels wide are enough`;
      problems.push({ ...at, severity: 'error', code: 'huge_picture', message, hint });
    } else if (data.length > HEAVY_BYTES) {
      const message = `${Math.round(data.length / 1000)} kB is a lot for a mail`;
      const hint = `stay under ${HEAVY_BYTES / 1000} kB: 1072 pixels wide are enough`;
      problems.push({ ...at, severity: 'warning', code: 'heavy_picture', message, hint });
    }
    pictures.push({ name, data });
  }
  return { pictures, problems };
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/** Whether the bytes are what the name says: a PNG or a JPEG. */
export function looksLike(name: string, data: Buffer): boolean {
  const signature = name.endsWith('.png') ? PNG : JPEG;
  return data.subarray(0, signature.length).equals(signature);
}

/** Whether a picture has more pixels a side than any mail needs. Pure. */
export function isHuge(data: Buffer): boolean {
  const size = sizeOf(data);
  return size !== null && Math.max(size.width, size.height) > MOST_PIXELS;
}

/** As the file's head says it; null: the head is cut off. */
function sizeOf(data: Buffer): { width: number; height: number } | null {
  if (data.subarray(0, PNG.length).equals(PNG)) {
    return data.length < 24 ? null : { width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
  }
  // JPEG: segments, of which the frame's (SOF0 to SOF15, without the tables between) has the size
  for (let at = 2; at + 9 <= data.length; ) {
    if (data[at] !== 0xff) return null;
    const marker = data[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: data.readUInt16BE(at + 7), height: data.readUInt16BE(at + 5) };
    // bytes that only fill, and marks without a length
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else at += 2 + data.readUInt16BE(at + 2);
  }
  return null;
}
