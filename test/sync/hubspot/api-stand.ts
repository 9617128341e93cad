import { afterEach } from 'vitest';
import { HUBSPOT_DEFAULTS } from '../../../src/library/schema.ts';
import { HubSpotApi } from '../../../src/sync/hubspot/api.ts';
import { HubSpotConnection } from '../../../src/sync/hubspot/connection.ts';
import { hubspotMapping } from '../../../src/sync/hubspot/mapping.ts';
import { type Answer, type HttpStand, httpStand } from './http-stand.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** HubSpot's API as this program calls it, before a server that answers what the test says. Closed after each test. */
export async function apiOf(
  answer: (line: string, body: string, number: number) => Answer,
  more: { patience?: number; timeoutMs?: number; path?: string } = {},
): Promise<{ api: HubSpotApi; stand: HttpStand }> {
  const stand = await httpStand(answer);
  const { patience = 0.01, timeoutMs = 5000, path = '' } = more;
  const connection = new HubSpotConnection({
    accessToken: 'secret-token',
    baseUrl: `${stand.url}${path}`,
    patience,
    timeoutMs,
  });
  closing.push(() => connection.close(), stand.close);
  return {
    api: new HubSpotApi(connection, hubspotMapping(HUBSPOT_DEFAULTS), new AbortController().signal),
    stand,
  };
}

/** A record as a list or a batch read shows it. */
export const record = (id: string, properties = {}) => ({
  id,
  properties,
  createdAt: '2024-01-01T00:00:00Z',
  updatedAt: '2024-01-01T00:00:00Z',
  archived: false,
});
