import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const TEMPLATES = resolve(import.meta.dirname, '../../templates');

const FILES: Readonly<Record<string, string>> = {
  'settings.yaml': `
company:
  name: Prüfwerk GmbH
  website: https://pruefwerk.example/start
  imprint:
    de: [Prüfwerk GmbH, "Musterweg 1, 70000 Stuttgart"]
    en: [Prüfwerk GmbH, "Musterweg 1, 70000 Stuttgart"]
  privacyUrl: https://pruefwerk.example/datenschutz
rules: { holdout: 0, minDaysBetween: 7 }
`,
  'products/laser.yaml': `
skus: [LASER]
family: Kennzeichnen
de: { name: Laserdrucker LX, gender: m }
en: { name: LX laser printer }
`,
  'developments/firmware.yaml': `
kind: version
products: [laser]
published: 2025-01-01
link: https://pruefwerk.example/firmware
de: { headline: "Firmware 4 für {{yourProduct}}", body: Neu und schnell., linkLabel: Mehr dazu }
en: { headline: "Firmware 4 for {{yourProduct}}", body: New and fast., linkLabel: Read more }
`,
  'developments/schulung.yaml': `
kind: training
products: [laser]
published: 2025-01-01
de: { headline: Ein Tag am Laser, body: Kommen Sie vorbei. }
en: { headline: A day at the laser, body: Come and see. }
`,
  'offers/kamera.yaml': `
bridges:
  - { product: laser, similar: true, de: "Der Laser druckt, die Kamera liest.", en: "The laser prints, the camera reads." }
published: 2025-01-01
link: https://pruefwerk.example/kamera
de: { headline: Die Kamera liest mit, body: Jeden Code., linkLabel: Zur Kamera }
en: { headline: The camera reads along, body: Every code., linkLabel: To the camera }
`,
};

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A little library and the mail templates in a folder of their own, so that a test may change them. */
export async function smallLibrary(): Promise<{ templatesDir: string; libraryDir: string }> {
  const templatesDir = await mkdtemp(join(tmpdir(), 'spielbein-web-'));
  onTestFinished(() => rm(templatesDir, { recursive: true, force: true }));
  const libraryDir = join(templatesDir, 'library');
  await cp(join(TEMPLATES, 'mail'), join(templatesDir, 'mail'), { recursive: true });
  for (const [file, text] of Object.entries(FILES)) {
    const path = join(libraryDir, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text.trimStart());
  }
  await mkdir(join(libraryDir, 'pictures'));
  await writeFile(join(libraryDir, 'pictures', 'laser.png'), PIXEL);
  return { templatesDir, libraryDir };
}
