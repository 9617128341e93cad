import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { smallLibrary } from '../web/small-library.ts';

const FILES: Readonly<Record<string, string>> = {
  'products/waage.yaml': `
skus: [WAAGE]
family: Wägen
de: { name: Kontrollwaage KW 2, gender: f }
en: { name: KW 2 checkweigher }
`,
  'products/pumpe.yaml': `
skus: [PUMPE]
family: Dosieren
de: { name: Dosierpumpe DP 10, gender: f }
en: { name: DP 10 dosing pump }
`,
  'offers/kamera.yaml': `
bridges:
  - { product: laser, similar: true, de: "Der Laser druckt, die Kamera liest.", en: "The laser prints, the camera reads." }
  - { product: waage, similar: true, de: "Was gewogen wird, soll auch lesbar sein.", en: "What is weighed should be legible too." }
published: 2025-01-01
link: https://pruefwerk.example/kamera
anyBridge: { de: "Lesbare Codes spart jede Linie Ärger.", en: "Legible codes save every line trouble." }
genes:
  headline:
    as-question: { de: "Wer merkt es, wenn ein Code fehlt?", en: "Who notices when a code is missing?" }
    in-figures: { de: "Jeder Code gelesen, 600 in der Minute", en: "Every code read, 600 a minute" }
  benefit:
    less-waste: { de: "Fehldrucke fallen auf, bevor eine ganze Palette sie trägt.", en: "Misprints show before a whole pallet bears them." }
  call:
    see-it: { de: "Möchten Sie die Kamera an Ihrer Linie sehen?", en: "Would you like to see the camera on your line?" }
de: { headline: Die Kamera liest mit, body: Jeden Code., linkLabel: Zur Kamera }
en: { headline: The camera reads along, body: Every code., linkLabel: To the camera }
`,
  'offers/app.yaml': `
bridges:
  - { product: laser, similar: true, de: "Ihr Laser spricht schon mit der App.", en: "Your laser already talks to the app." }
  - { product: pumpe, similar: true, de: "Ihre Pumpe spricht schon mit der App.", en: "Your pump already talks to the app." }
published: 2025-01-01
genes:
  headline:
    as-question: { de: "Störung, und die Kollegin ist in der Pause?", en: "A fault, and your colleague is on her break?" }
de: { headline: "Störung gesehen, Störung behoben", body: Mit der App. }
en: { headline: "See the fault, fix the fault", body: With the app. }
`,
  'offers/miete.yaml': `
bridges:
  - { product: pumpe, similar: false, de: "Manchmal reicht eine Pumpe für drei Monate.", en: "Sometimes three months of a pump will do." }
published: 2025-01-01
de: { headline: Mieten statt kaufen, body: Für drei Monate. }
en: { headline: Rent instead of buying, body: For three months. }
`,
};

/** The little library of the pages' tests, and three offers, two of them with other wordings. */
export async function learningLibrary(): Promise<{ templatesDir: string; libraryDir: string }> {
  const small = await smallLibrary();
  for (const [file, text] of Object.entries(FILES)) {
    const path = join(small.libraryDir, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text.trimStart());
  }
  return small;
}
