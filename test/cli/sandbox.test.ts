import { expect, test, vi } from 'vitest';
import { UsageError } from '../../src/cli/exit.ts';
import { type SandboxOptions, serverOptions } from '../../src/cli/sandbox.ts';
import { spielbein } from '../stands/process.ts';

const plain: SandboxOptions = {
  port: 0,
  host: '127.0.0.1',
  customers: 20,
  limits: 'none',
  searchLag: 0,
  latency: 0,
};

test('runs until it is told to stop, with the tokens, scopes and limits asked for', async () => {
  const asked =
    '--port 0 --customers 20 --limits professional --token t --scopes crm.objects.contacts.read --without orders';
  const running = spielbein(['sandbox', ...asked.split(' '), '--json'], {});
  const { url, environment } = await vi.waitFor(() => JSON.parse(running.stdout()), 20_000);
  expect(environment).toEqual({ HUBSPOT_BASE_URL: url, HUBSPOT_ACCESS_TOKEN: 't' });
  const ask = (type: string, token = 't') =>
    fetch(`${url}/crm/v3/objects/${type}`, { headers: { authorization: `Bearer ${token}` } });
  const contacts = await ask('contacts');
  expect(contacts.headers.get('x-hubspot-ratelimit-max')).toBe('190');
  expect(((await contacts.json()) as { results: unknown[] }).results).toHaveLength(10);
  expect([(await ask('orders')).status, (await ask('contacts', 'other')).status]).toEqual([403, 401]);
  expect(await running.stop()).toBe(0);
});

test('scopes alone make a token of their own; webhooks need their secret', () => {
  expect(serverOptions(plain)).not.toHaveProperty('tokens');
  expect(serverOptions({ ...plain, scopes: ['e-commerce'] })).toMatchObject({
    tokens: { sandbox: { scopes: ['e-commerce'] } },
  });
  const url = 'http://127.0.0.1:3000/webhooks/hubspot';
  expect(serverOptions({ ...plain, webhooks: url, secret: 's' })).toMatchObject({
    webhooks: { url, secret: 's' },
  });
  for (const wrong of [{ webhooks: url }, { secret: 's' }, { webhooks: 'nowhere', secret: 's' }]) {
    expect(() => serverOptions({ ...plain, ...wrong })).toThrow(UsageError);
  }
});

test('a scope that there is not is refused, with those there are', () => {
  const asked = () =>
    serverOptions({ ...plain, scopes: ['crm.objects.contacts.read', 'crm.objects.contact.read'] });
  expect(asked).toThrow(UsageError);
  expect(asked).toThrow(/crm\.objects\.contact\.read is no scope.*crm\.objects\.contacts\.read/s);
});
