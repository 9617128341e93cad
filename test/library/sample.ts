import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files of a small library without a single problem; tests change one of them. */
export const SAMPLE: Readonly<Record<string, string | Buffer>> = {
  'settings.yaml': `company:
  name: Muster GmbH
  website: https://muster.example
  imprint:
    de: [Muster GmbH, Am Muster 1]
    en: [Muster GmbH, Am Muster 1]
  privacyUrl: https://muster.example/datenschutz
nightly:
  cron: "30 3 * * *"
  timeZone: Europe/Berlin
`,
  'products/drucker.yaml': `skus: [D-1]
family: Drucken
de:
  name: Drucker D 1
  gender: m
en:
  name: D 1 printer
`,
  'products/waage.yaml': `skus: [W-1, W-1b]
names: [Scale W one]
family: Wiegen
de:
  name: Waage W 1
  gender: f
en:
  name: W 1 scale
`,
  'developments/neu.yaml': `kind: version
products: [drucker]
published: 2026-01-05
until: 2026-12-31
picture: bild.png
link: https://muster.example/neu
de:
  headline: Neu am {{product}}
  body: |
    Es gibt etwas Neues für {{yourProduct}}.

    Noch ein Absatz.
  alt: Ein Drucker
  linkLabel: Mehr
en:
  headline: New on the {{product}}
  body: There is something new for {{yourProduct}}.
  alt: A printer
  linkLabel: More
`,
  'offers/probe.yaml': `product: waage
published: 2026-02-01
bridges:
  - product: drucker
    similar: true
    de: Zu {{product}} passt sie gut.
  - family: Drucken
    similar: false
de:
  headline: Eine Waage dazu
  body: Sie wiegt.
en:
  headline: A scale to go with it
  body: It weighs.
`,
  'pictures/bild.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]),
};

/** Writes a library into a folder of its own, which is gone when the returned value is disposed of. */
export async function sampleLibrary(
  changes: Readonly<Record<string, string | Buffer | null>> = {},
): Promise<AsyncDisposable & { dir: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'library-'));
  for (const [file, content] of Object.entries({ ...SAMPLE, ...changes })) {
    if (content === null) continue;
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), content);
  }
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}

/** One sample file with some words replaced; fails when they are not there. */
export function changed(file: string, from: string | RegExp, to: string): Record<string, string> {
  const before = String(SAMPLE[file]);
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} does not contain ${from}`);
  return { [file]: after };
}
