import { describe, expect, test } from 'vitest';
import { hubspotConfiguration } from '../../src/cli/doctor-crm.ts';
import { HUBSPOT_API, Secret } from '../../src/config.ts';

interface Written {
  token?: string;
  baseUrl?: string;
  apiVersion?: string;
  webhookSecret?: string;
  publicUrl?: string;
}

/** What the doctor says of a configuration, without asking anybody. */
function ask({
  token = 'pat-eu1-6c1b1f60-0000-4000-8000-000000000000',
  baseUrl = HUBSPOT_API,
  apiVersion = '2026-09',
  webhookSecret,
  publicUrl = 'https://news.orvelin.example',
}: Written) {
  const findings = hubspotConfiguration({
    hubspot: {
      accessToken: new Secret(token),
      baseUrl,
      apiVersion,
      webhookSecret: webhookSecret === undefined ? null : new Secret(webhookSecret),
    },
    publicUrl,
  });
  expect(JSON.stringify(findings)).not.toContain(token);
  return findings.map(({ about, status, says }) => ({ about, status, says }));
}

test('an account by the book: all well', () => {
  expect(ask({ webhookSecret: 'x'.repeat(32) }).every(({ status }) => status === 'ok')).toBe(true);
});

describe('the token', () => {
  test.each([
    ['6c1b1f60-1111-4222-8333-444444444444', 'wrong', /old HubSpot API key/],
    ['Bearer-pat-eu1-x', 'wrong', /alone, without "Bearer"/],
    [`CO${'a1B2_-'.repeat(20)}`, 'note', /OAuth/],
  ])('%s', (token, status, says) => {
    expect(ask({ token })[0]).toMatchObject({
      about: 'HUBSPOT_ACCESS_TOKEN',
      status,
      says: expect.stringMatching(says),
    });
  });
});

test('an API version that ends is told with its dates', () => {
  expect(ask({ apiVersion: 'v3' })).toMatchObject([
    { about: 'HUBSPOT_API_VERSION', status: 'note', says: expect.stringMatching(/30 March 2027.*2026-09/) },
  ]);
});

test('another base URL than HubSpot’s is a sandbox', () => {
  for (const baseUrl of ['http://127.0.0.1:4010', 'https://api.hubapi.com.evil.example']) {
    expect(ask({ baseUrl })).toContainEqual(
      expect.objectContaining({ about: 'HUBSPOT_BASE_URL', status: 'note' }),
    );
  }
  expect(ask({ baseUrl: 'https://api-eu1.hubapi.com' })).toHaveLength(1);
});

test('webhooks need an address that HubSpot can reach', () => {
  for (const publicUrl of ['http://localhost:3000', 'https://127.0.0.1', 'http://news.orvelin.example']) {
    expect(ask({ webhookSecret: 'x', publicUrl })).toContainEqual(
      expect.objectContaining({ about: 'HUBSPOT_WEBHOOK_SECRET', status: 'wrong' }),
    );
  }
});

test('a sandbox on this machine reaches what HubSpot could not', () => {
  const given = { webhookSecret: 'x', publicUrl: 'http://localhost:3000', baseUrl: 'http://127.0.0.1:4004' };
  expect(ask(given)).toContainEqual(
    expect.objectContaining({ about: 'HUBSPOT_WEBHOOK_SECRET', status: 'note' }),
  );
});
