import { describe, expect, test } from 'vitest';
import { HUBSPOT_DEFAULTS } from '../../../src/library/schema.ts';
import { HubSpotApi } from '../../../src/sync/hubspot/api.ts';
import { createAvailability } from '../../../src/sync/hubspot/availability.ts';
import { HubSpotConnection } from '../../../src/sync/hubspot/connection.ts';
import { hubspotMapping } from '../../../src/sync/hubspot/mapping.ts';
import { type Answer, httpStand } from './http-stand.ts';

/** Asks an account that answers like this, twice. */
async function ask(answer: Answer, settings = {}) {
  const stand = await httpStand(() => answer);
  const connection = new HubSpotConnection({ accessToken: 'demo', baseUrl: stand.url, patience: 0.01 });
  try {
    const mapping = hubspotMapping({ ...HUBSPOT_DEFAULTS, ...settings });
    const api = new HubSpotApi(connection, mapping, new AbortController().signal);
    const availability = createAvailability();
    const problem = await availability.problem(api, 'orders');
    await availability.problem(api, 'orders');
    return { problem, requests: stand.requests.length };
  } finally {
    connection.close();
    await stand.close();
  }
}

const refusal = (status: number, category: string, message: string): Answer => ({
  status,
  body: { status: 'error', category, message },
});

describe('orders', () => {
  test('are read where there are some, and asked about once', async () => {
    expect(await ask({ body: { results: [] } })).toEqual({ problem: null, requests: 1 });
  });

  test.each([
    refusal(400, 'VALIDATION_ERROR', 'Unable to infer object type from: orders'),
    refusal(404, 'OBJECT_NOT_FOUND', 'resource not found'),
  ])('are left out when HubSpot knows no such records in this account', async (answer) => {
    const { problem, requests } = await ask(answer);
    expect(problem?.code).toBe('orders_unavailable');
    expect(problem?.message).toContain('This account has no orders.');
    expect(problem?.message).not.toContain('HUBSPOT_BASE_URL');
    expect(requests).toBe(1);
  });

  test('that the settings leave out are not asked about', async () => {
    const { problem, requests } = await ask({ body: {} }, { orders: false });
    expect([problem?.code, requests]).toEqual(['orders_off', 0]);
  });

  test('are no matter of any other refusal', async () => {
    await expect(ask(refusal(400, 'VALIDATION_ERROR', 'limit is too high'))).rejects.toMatchObject({
      code: 'crm_refused',
    });
  });
});
