import { expect, test } from 'vitest';
import { createCampaign } from '../../src/ledger/campaigns.ts';
import { words } from '../../src/web/words/words.ts';
import { testDatabase } from '../stands/database.ts';
import { webStand } from './stand.ts';

const { db } = await testDatabase();
const HEADERS = {
  host: 'localhost:3000',
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/x-www-form-urlencoded',
};

test.each([
  ['products', { name: 'Herbst', products: 'laser' }],
  ['content', {}],
  ['timing', { when: 'now', spread: '0', inDoubt: 'hold' }],
] as const)('a revision that no draft can have is told as wrong: %s', async (step, fields) => {
  const { app } = await webStand(db);
  const id = `herbst-${step}`;
  await createCampaign(db, { id, name: 'Herbst', kind: 'adhoc', now: new Date() });
  const payload = new URLSearchParams({ revision: '3000000000', ...fields }).toString();
  const url = `/campaigns/${id}/setup/${step}`;
  expect((await app.inject({ method: 'POST', url, headers: HEADERS, payload })).statusCode).toBe(422);
});

test('an address that is none gets no test mail, and the page says so', async () => {
  const { app } = await webStand(db);
  await createCampaign(db, { id: 'probe', name: 'Probe', kind: 'adhoc', now: new Date() });
  for (const to of [`${'a'.repeat(300)}@firma.example`, 'kein@Postfach']) {
    const payload = new URLSearchParams({ to, customer: 'x'.repeat(300) }).toString();
    const url = '/campaigns/probe/setup/test';
    const { statusCode, body } = await app.inject({ method: 'POST', url, headers: HEADERS, payload });
    expect(statusCode).toBe(422);
    expect(body).toContain(words('de')['campaigns.test.test_not_allowed']);
  }
});
