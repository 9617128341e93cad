import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LANGUAGES } from '../../src/domain/customer.ts';
import { GENES } from '../../src/domain/genes.ts';
import { loadLibrary, requireLibrary } from '../../src/library/load.ts';
import { LibraryError } from '../../src/library/problem.ts';
import type { Offer } from '../../src/library/schema.ts';
import { changed, sampleLibrary } from './sample.ts';

const EXAMPLE = join(import.meta.dirname, '../../templates/library');

test('the example library has no problems and is complete in both languages', async () => {
  const { library, problems } = await loadLibrary(EXAMPLE);
  expect(problems).toEqual([]);
  expect(library.products.size).toBe(12);
  expect(library.developments.size).toBeGreaterThanOrEqual(26);
  expect(library.offers.size).toBe(10);
  for (const piece of [...library.developments.values(), ...library.offers.values()]) {
    expect(piece.de).toBeDefined();
    expect(piece.en).toBeDefined();
    expect(piece.published < '2026-11-20').toBe(true);
  }
});

test('every product of the example library has two developments and a similar offer', async () => {
  const library = await requireLibrary(EXAMPLE);
  for (const { key, family } of library.products.values()) {
    const developments = [...library.developments.values()].filter(
      (each) => each.products.includes(key) || each.families.includes(family),
    );
    const offers = [...library.offers.values()].filter(
      (offer) =>
        offer.product !== key &&
        offer.bridges.some(
          (bridge) => bridge.similar && (bridge.product === key || bridge.family === family),
        ),
    );
    expect(developments.length, key).toBeGreaterThanOrEqual(2);
    expect(offers.length, key).toBeGreaterThanOrEqual(1);
  }
});

test('the example texts are short, formal and calm, in every form of an offer', async () => {
  const library = await requireLibrary(EXAMPLE);
  const headlines: string[] = [];
  const sentences: string[] = [];
  const bodies: string[] = [];
  for (const language of LANGUAGES) {
    for (const piece of [...library.developments.values(), ...library.offers.values()]) {
      headlines.push(piece[language]?.headline ?? '');
      bodies.push(piece[language]?.body ?? '');
    }
    for (const { genes } of library.offers.values()) {
      for (const lines of [genes.headline, genes.call])
        for (const line of Object.values(lines)) headlines.push(line[language] ?? '');
      for (const line of Object.values(genes.bridge)) sentences.push(line[language] ?? '');
      for (const benefit of Object.values(genes.benefit)) bodies.push(benefit[language] ?? '');
    }
  }
  for (const headline of headlines) expect(headline.length, headline).toBeLessThan(70);
  for (const body of bodies) {
    const words = body.trim().split(/\s+/).length;
    expect(words, body).toBeGreaterThanOrEqual(40);
    expect(words, body).toBeLessThanOrEqual(90);
  }
  for (const text of [...headlines, ...sentences, ...bodies])
    expect(text).not.toMatch(/!|"|Sehr geehrte|\d (mm|g|kg|ml|cm|°C|Prozent|per cent)\b/);
});

test('most example offers come in several forms, some for owners of anything', async () => {
  const library = await requireLibrary(EXAMPLE);
  const offers = [...library.offers.values()];
  const forms = ({ genes }: Offer) =>
    GENES.reduce((product, gene) => product * (Object.keys(genes[gene]).length + 1), 1);
  expect(offers.filter((offer) => forms(offer) >= 9).length).toBeGreaterThanOrEqual(6);
  expect(offers.filter(({ anyBridge }) => anyBridge).length).toBeGreaterThanOrEqual(3);
});

test('files are known by their names, and dates stay what was written', async () => {
  await using sample = await sampleLibrary();
  const { library, problems } = await loadLibrary(sample.dir);
  expect(problems).toEqual([]);
  expect(library.products.get('drucker')).toMatchObject({ key: 'drucker', skus: ['D-1'], names: [] });
  expect(library.developments.get('neu')).toMatchObject({ id: 'neu', published: '2026-01-05', priority: 3 });
  expect(library.offers.get('probe')?.bridges).toHaveLength(2);
  expect(library.settings.rules.defaultRatio).toBe(0.2);
  expect(library.picturesDir).toBe(join(sample.dir, 'pictures'));
});

test('the version changes with any text, file name or picture, and with nothing else', async () => {
  const versionOf = async (files: Record<string, string | Buffer | null> = {}): Promise<string> => {
    await using sample = await sampleLibrary(files);
    return (await loadLibrary(sample.dir)).library.version;
  };
  const versions = await Promise.all([
    versionOf(),
    versionOf(changed('developments/neu.yaml', 'Noch', 'Doch')),
    versionOf({ 'developments/neu.yaml': null }),
    versionOf({ 'pictures/zwei.png': Buffer.from('\x89PNG\r\n\x1a\n', 'latin1') }),
    versionOf({ 'pictures/bild.png': Buffer.from('\x89PNG\r\n\x1a\nx', 'latin1') }),
  ]);
  expect(new Set(versions).size).toBe(versions.length);
  expect(await versionOf()).toBe(versions[0]);
  expect(await versionOf({ 'README.txt': 'not content', 'pictures/bild.svg': '<svg/>' })).toBe(versions[0]);
});

test('a broken file is left out, and what names it is not blamed for that', async () => {
  await using sample = await sampleLibrary(changed('products/drucker.yaml', 'gender: m', 'gender: x'));
  const { library, problems } = await loadLibrary(sample.dir);
  expect(problems.map(({ code }) => code)).toEqual(['unknown_value']);
  expect([...library.products.keys()]).toEqual(['waage']);
});

test('requireLibrary says everything that is wrong in one go, and lets warnings pass', async () => {
  await using bad = await sampleLibrary({
    ...changed('developments/neu.yaml', 'version', 'verison'),
    ...changed('settings.yaml', 'Europe/Berlin', 'Mars'),
  });
  const error = await requireLibrary(bad.dir).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LibraryError);
  expect((error as LibraryError).message).toContain('2 errors');
  expect((error as LibraryError).message).toContain(
    'developments/neu.yaml:1:7 error: "kind" cannot be "verison"',
  );
  expect((error as LibraryError).problems).toHaveLength(2);

  await using warned = await sampleLibrary(changed('developments/neu.yaml', '  linkLabel: More\n', ''));
  expect((await requireLibrary(warned.dir)).developments.has('neu')).toBe(true);
});

test('a folder that is not there is an error for people', async () => {
  const { problems } = await loadLibrary('/nowhere/at/all');
  expect(problems).toMatchObject([{ file: '.', code: 'folder_missing' }]);
});
