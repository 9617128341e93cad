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
