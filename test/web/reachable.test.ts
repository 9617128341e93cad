import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testDatabase } from '../stands/database.ts';
import { seedSend, webStand } from './stand.ts';

const { db } = await testDatabase();
const HOST = { host: 'localhost:3000' };

it('tries the links of the mail on screen when asked to, and calls nothing inside', async () => {
  await seedSend(db, { id: 'k1' });
  await db.deleteFrom('shown_blocks').execute();
  await db.deleteFrom('sends').execute();
  // nobody listens on port 1, so that the pages of this installation do not answer either
  const { app, libraryDir } = await webStand(db, { publicUrl: 'http://localhost:1' });
  for (const file of ['settings.yaml', 'developments/firmware.yaml', 'offers/kamera.yaml']) {
    const path = join(libraryDir, file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replaceAll('https://pruefwerk.example', 'https://127.0.0.1:9'));
  }
  const view = '?customer=k1';
  const studio = await app.inject({ url: `/preview${view}`, headers: HOST });
  expect(studio.body).toContain('action="preview/reachable"');
  const payload = new URLSearchParams({ view }).toString();
  const tried = await app.inject({
    method: 'POST',
    url: '/preview/reachable?lang=en',
    headers: {
      ...HOST,
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
    },
    payload,
  });
  expect(tried.statusCode).toBe(200);
  expect(tried.body).toContain('href="../preview?customer&#x3D;k1"');
  expect(tried.body).toMatch(/\d pages were called\./);
  expect(tried.body).toContain('https://127.0.0.1:9/firmware leads into an internal network');
  expect(tried.body).toContain('There is no answer from http://localhost:1/healthz (ECONNREFUSED)');

  const foreign = await app.inject({
    method: 'POST',
    url: '/preview/reachable',
    headers: { ...HOST, 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
    payload,
  });
  expect(foreign.statusCode).toBe(403);
});
