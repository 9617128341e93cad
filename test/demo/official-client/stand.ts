import { Client } from '@hubspot/api-client';
import { expect } from 'vitest';
import { demoCompany } from '../../../src/demo/company/company.ts';
import { type DemoCrm, type DemoCrmOptions, startDemoCrm } from '../../../src/demo/crm-server/server.ts';

// biome-ignore lint/suspicious/noExplicitAny: replies are what is tested
type Json = any;

export interface ClientStand {
  crm: DemoCrm;
  /** HubSpot's own client, as it comes. */
  client: Client;
  /** The same server without the client: what travels, status and body. */
  raw(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; headers: Headers; body: Json }>;
  contacts: string[];
}

/** A small demo CRM and the official client, which knows nothing of Spielbein. */
export async function clientStand(options: Partial<DemoCrmOptions> = {}): Promise<ClientStand> {
  const company = demoCompany({ customers: 120, today: new Date('2026-12-01') });
  const crm = await startDemoCrm({ company, ...options });
  const client = new Client({ basePath: crm.url, accessToken: 'any', numberOfApiCallRetries: 0 });
  const raw: ClientStand['raw'] = async (method, path, body) => {
    const headers = { authorization: 'Bearer any', 'content-type': 'application/json' };
    const text = body === undefined ? null : JSON.stringify(body);
    const response = await fetch(`${crm.url}${path}`, { method, headers, body: text });
    const answer = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: answer ? JSON.parse(answer) : undefined,
    };
  };
  return { crm, client, raw, contacts: [...company.ids('contacts')].map(String) };
}

/** The error a client call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ code: number; body: Json }> {
  const error = await call.then(
    () => expect.unreachable('the call should be refused'),
    (reason: unknown) => reason,
  );
  const { code, body } = error as { code: number; body: Record<string, unknown> };
  expect(body).toMatchObject({
    status: 'error',
    message: expect.any(String),
    correlationId: expect.any(String),
  });
  return { code, body };
}
