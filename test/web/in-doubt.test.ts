import { describe, expect, test } from 'vitest';
import { testDatabase } from '../stands/database.ts';
import { seedSend, webStand } from './stand.ts';

const { db } = await testDatabase();
const HOST = 'localhost:3000';

describe('mails in doubt, in the console', async () => {
  const sendId = await seedSend(db);
  await db
    .updateTable('sends')
    .set({ state: 'in_doubt', message_id: '<spielbein.1.x@orvelin.test>', held_at: new Date() })
    .where('id', '=', sendId)
    .execute();
  await db.deleteFrom('shown_blocks').execute();
  const state = async () =>
    (await db.selectFrom('sends').select('state').where('id', '=', sendId).executeTakeFirstOrThrow()).state;

  test('are shown with their Message-ID, and resolved by a form of this console only', async () => {
    const { app } = await webStand(db);
    const page = await app.inject({ url: '/campaigns/herbst', headers: { host: HOST } });
    expect(page.body).toContain('&lt;spielbein.1.x@orvelin.test&gt;');
    const post = (origin: string) =>
      app.inject({
        method: 'POST',
        url: '/campaigns/herbst/in-doubt',
        headers: {
          host: HOST,
          origin,
          'sec-fetch-site': origin.includes(HOST) ? 'same-origin' : 'cross-site',
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload: `as=sent&send=${sendId}`,
      });
    expect((await post('https://elsewhere.example')).statusCode).toBe(403);
    expect(await state()).toBe('in_doubt');
    expect((await post(`http://${HOST}`)).statusCode).toBe(303);
    expect(await state()).toBe('sent');
    const after = await app.inject({ url: '/campaigns/herbst', headers: { host: HOST } });
    expect(after.body).not.toContain('id="doubts"');
  });
});
