import { afterEach, expect, test } from 'vitest';
import { hubspotCrm } from '../../../src/sync/hubspot/adapter.ts';
import { type Answer, httpStand } from './http-stand.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Contacts {
  living?: Record<string, string>;
  archived?: string[];
  /** HubSpot names what it does not have. */
  names?: boolean;
}

/** HubSpot's batch read of contacts; `living` tells under which id each one is answered. */
async function forgottenOf(ids: string[], { living = {}, archived = [], names = true }: Contacts) {
  const stand = await httpStand((line, body): Answer => {
    const asked = (JSON.parse(body) as { inputs: { id: string }[] }).inputs.map(({ id }) => id);
    const shown: Record<string, string> = line.includes('archived=true')
      ? Object.fromEntries(archived.map((id) => [id, id]))
      : living;
    const results = [...new Set(asked.flatMap((id) => shown[id] ?? []))].map((id) => ({
      id,
      properties: {},
    }));
    const missing = asked.filter((id) => shown[id] === undefined);
    if (missing.length === 0 || !names) return { body: { status: 'COMPLETE', results } };
    const error = { status: 'error', category: 'OBJECT_NOT_FOUND', message: 'x', context: { ids: missing } };
    return { status: 207, body: { status: 'COMPLETE', results, numErrors: 1, errors: [error] } };
  });
  closing.push(stand.close);
  const crm = hubspotCrm({ accessToken: 'x', baseUrl: stand.url, patience: 0.001 });
  const forgotten = await crm.forgotten?.(ids, new AbortController().signal);
  return { forgotten: [...(forgotten ?? [])], requests: stand.requests.length };
}

test('only who neither lives nor is archived nor was merged is forgotten', async () => {
  const ids = ['1', '2', '3', '4', '5'];
  // 3 was merged into 1, 4 into somebody who was not asked for
  const { forgotten } = await forgottenOf(ids, { living: { 1: '1', 3: '1', 4: '9' }, archived: ['2'] });
  expect(forgotten).toEqual(['5']);
});

test('a contact that HubSpot does not show, but does not call missing either, is not forgotten', async () => {
  expect((await forgottenOf(['1'], { names: false })).forgotten).toEqual([]);
});

test('contacts are asked for by the hundred', async () => {
  const ids = Array.from({ length: 250 }, (_, n) => `${n + 1}`);
  const { forgotten, requests } = await forgottenOf(ids, {});
  expect(forgotten).toHaveLength(250);
  expect(requests).toBe(9);
});

test('nobody asked for costs nothing', async () => {
  expect(await forgottenOf([], {})).toEqual({ forgotten: [], requests: 0 });
});
