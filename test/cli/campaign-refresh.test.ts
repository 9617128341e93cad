import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { contentSource } from '../../src/render/content.ts';
import { testDatabase } from '../stands/database.ts';
import { spielbein } from '../stands/process.ts';
import { smallLibrary } from '../web/small-library.ts';

const { db, url } = await testDatabase();

it('campaign refresh says what changes, and what to do next', { timeout: 60_000 }, async () => {
  const folders = await smallLibrary();
  const env = {
    SPIELBEIN_HOME: folders.templatesDir,
    DATABASE_URL: url,
    LIBRARY_DIR: folders.libraryDir,
    TEMPLATES_DIR: folders.templatesDir,
  };
  const refresh = async (...more: string[]) => {
    const child = spielbein(['campaign', 'refresh', 'herbst', ...more], env);
    return { code: await child.ended, output: child.output(), stdout: child.stdout() };
  };
  await createCampaign(db, { id: 'herbst', name: 'Herbst', kind: 'adhoc', now: new Date() });
  const content = contentSource({ ...folders, publicUrl: 'https://news.orvelin.test', db });
  const before = await content.keep();
  await db.updateTable('campaigns').set({ state: 'paused', content_version: before }).execute();
  await rm(join(folders.libraryDir, 'offers/kamera.yaml'));
  await writeFile(join(folders.libraryDir, 'notes.txt'), 'Herbst');
  const refreshed = await refresh();
  expect(refreshed).toMatchObject({ code: 0 });
  expect(refreshed.output).toMatch(/added +library\/notes\.txt\n +removed +library\/offers\/kamera\.yaml/);
  expect(refreshed.output).toContain('spielbein campaign resume herbst');

  const again = JSON.parse((await refresh('--json')).stdout);
  expect(again).toMatchObject({ campaign: 'herbst', before: again.after, changes: { removed: [] } });
  expect((await refresh()).output).toContain('has the content of now already');
});
