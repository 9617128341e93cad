/**
 * Renders the example library's drawings (`templates/library/pictures/*.svg`) to the PNG files that mails show,
 * at twice their size, so that they are sharp on any screen: 1072 pixels wide for the 536 at which they appear.
 *
 *     node scripts/pictures.ts [NAME…]
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';

const DIR = join(import.meta.dirname, '../templates/library/pictures');
const SCALE = 2;
const MAX_BYTES = 40_000;

const wanted = process.argv.slice(2);
const drawings = (await readdir(DIR))
  .filter((file) => file.endsWith('.svg'))
  .map((file) => basename(file, '.svg'))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

const heavy: string[] = [];
for (const name of drawings) {
  const svg = await readFile(join(DIR, `${name}.svg`));
  const png = await render(svg);
  await writeFile(join(DIR, `${name}.png`), png);
  const size = `${(png.length / 1000).toFixed(1)} kB`;
  console.log(`${name}.png ${size}`);
  if (png.length > MAX_BYTES) heavy.push(`${name}.png (${size})`);
}
if (heavy.length > 0) {
  console.error(`Over ${MAX_BYTES / 1000} kB: ${heavy.join(', ')}. Draw with fewer colours or details.`);
  process.exitCode = 1;
}

/** Flat drawings need few colours: a palette keeps the edges smooth and the files small. */
async function render(svg: Buffer): Promise<Buffer> {
  return await sharp(svg, { density: 72 * SCALE })
    .png({ palette: true, colours: 128, dither: 0, effort: 10, compressionLevel: 9 })
    .toBuffer();
}
