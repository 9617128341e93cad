import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { HubSpotConnection, type HubSpotOptions } from '../../../src/sync/hubspot/connection.ts';
import { type Answer, type HttpStand, httpStand } from './http-stand.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const never = new AbortController().signal;

async function connect(
  answer: (line: string, body: string, number: number) => Answer,
  options: Partial<HubSpotOptions> = {},
): Promise<{ connection: HubSpotConnection; stand: HttpStand }> {
  const stand = await httpStand(answer);
  const connection = new HubSpotConnection({
    accessToken: 'secret-token',
    baseUrl: stand.url,
    patience: 0.01,
    ...options,
  });
  closing.push(() => connection.close(), stand.close);
  return { connection, stand };
}

const broken = (status: number, body: Record<string, unknown> = {}): Answer => ({
  status,
  body: { status: 'error', ...body },
});

describe('a request that the client has no method for', () => {
  test('is asked in the API version configured, and answers with its JSON', async () => {
    const { connection, stand } = await connect(() => ({ body: { results: [1] } }), {
      apiVersion: '2026-09',
    });
    const answer = await connection.request('subscription types', never, {
      method: 'GET',
      path: '/communication-preferences/v4/definitions',
      query: { includeTranslations: 'false' },
    });
    expect(answer).toEqual({ status: 200, body: { results: [1] } });
    expect(stand.requests.map(({ line }) => line)).toEqual([
      'GET /communication-preferences/2026-09/definitions?includeTranslations=false',
    ]);
  });

  test('sends its body as JSON; an answer without content is null', async () => {
    const { connection, stand } = await connect(() => ({ status: 204, body: '' }));
    const put = { method: 'PUT', path: '/crm/v3/properties/contacts/x', body: { label: 'ü' } } as const;
    expect(await connection.request('a property', never, put)).toEqual({ status: 204, body: null });
    expect(stand.requests[0]?.body).toBe('{"label":"ü"}');
  });

  test('statuses that the caller accepts are answers', async () => {
    const { connection } = await connect(() => broken(404, { message: 'no such property' }));
    const get = { method: 'GET', path: '/crm/v3/properties/contacts/x' } as const;
    expect(await connection.request('a property', never, { ...get, accepts: [404] })).toMatchObject({
      status: 404,
      body: { message: 'no such property' },
    });
    await expect(connection.request('a property', never, get)).rejects.toMatchObject({
      code: 'crm_not_found',
    });
  });

  test('that is not known in a dated version names the version beside the base URL', async () => {
    const get = { method: 'GET', path: '/crm/v3/properties/contacts' } as const;
    const says = async (apiVersion: string) => {
      const { connection } = await connect(() => broken(404), { apiVersion });
      return await connection.request('contacts', never, get).then(
        () => '',
        (error: Error) => error.message,
      );
    };
    expect(await says('2027-03')).toMatch(/2027-03.*HUBSPOT_API_VERSION.*HUBSPOT_BASE_URL/);
    expect(await says('v3')).not.toContain('VERSION');
  });

  test('that fails says nothing of syncs: it may be none', async () => {
    for (const status of [423, 429, 477, 503]) {
      const { connection } = await connect(() => broken(status, { policyName: 'DAILY' }));
      const get = { method: 'GET', path: '/crm/v3/owners' } as const;
      await expect(connection.request('owners', never, get)).rejects.toMatchObject({
        message: expect.not.stringContaining('sync'),
      });
    }
  });

  test('is made again after faults that pass', async () => {
    const { connection, stand } = await connect((_, __, n) => (n < 3 ? broken(503) : { body: { ok: true } }));
    const answer = await connection.request('owners', never, { method: 'GET', path: '/crm/v3/owners' });
    expect(answer.body).toEqual({ ok: true });
    expect(stand.requests).toHaveLength(3);
  });

  test('that creates something is not made again when it may have arrived', async () => {
    const { connection, stand } = await connect(() => broken(502));
    const post = { method: 'POST', path: '/crm/v3/objects/notes', body: {} } as const;
    await expect(connection.request('notes', never, post)).rejects.toMatchObject({ code: 'crm_down' });
    expect(stand.requests).toHaveLength(1);
  });

  test('that was sent away at the door is made again, whatever it creates', async () => {
    const { connection, stand } = await connect((_, __, n) => (n < 2 ? broken(429) : { body: { id: '1' } }));
    const post = { method: 'POST', path: '/crm/v3/objects/notes', body: {} } as const;
    expect((await connection.request('notes', never, post)).body).toEqual({ id: '1' });
    expect(stand.requests).toHaveLength(2);
  });

  test('follows nobody with the token in its hand', async () => {
    const { connection, stand } = await connect(() => ({ status: 302, headers: { Location: '/elsewhere' } }));
    const get = { method: 'GET', path: '/crm/v3/owners' } as const;
    await expect(connection.request('owners', never, get)).rejects.toMatchObject({ code: 'crm_refused' });
    expect(stand.requests).toHaveLength(1);
  });

  test('a web page with status 200 is no answer', async () => {
    const { connection } = await connect(() => ({
      body: '<html>Sign in</html>',
      headers: { 'Content-Type': 'text/html' },
    }));
    const get = { method: 'GET', path: '/crm/v3/owners' } as const;
    await expect(connection.request('owners', never, get)).rejects.toMatchObject({ code: 'not_hubspot' });
  });
});

test("the client's own calls are asked in the API version configured", async () => {
  const { connection, stand } = await connect(() => ({ body: { results: [] } }), { apiVersion: '2026-09' });
  await connection.call('general', 'contacts', never, (c) => c.crm.objects.basicApi.getPage('contacts', 100));
  await connection.call('general', 'owners', never, (c) => c.crm.owners.ownersApi.getPage());
  await connection.call('general', 'deals of contacts', never, (c) =>
    c.crm.associations.v4.batchApi.getPage('contacts', 'deals', { inputs: [{ id: '1' }] }),
  );
  expect(stand.requests.map(({ line }) => line)).toEqual([
    'GET /crm/objects/2026-09/contacts?limit=100',
    expect.stringMatching(/^GET \/crm\/owners\/2026-09/),
    'POST /crm/associations/2026-09/contacts/deals/batch/read',
  ]);
});

describe('connections that break', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';
  /** Answers the first request of all in its own way, and all others properly. */
  async function rawServer(
    first: (socket: Socket) => void,
  ): Promise<{ url: string; requests: () => number }> {
    let requests = 0;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      socket.on('data', () => {
        requests++;
        if (requests === 1) first(socket);
        else socket.write(`${head}Content-Length: 14\r\n\r\n{"results":[]}`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return {
      url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
      requests: () => requests,
    };
  }
  const ways: [string, (socket: Socket) => void][] = [
    ['in the middle of the body', (socket) => socket.end(`${head}Content-Length: 500\r\n\r\n{"results":[`)],
    ['before the answer', (socket) => socket.destroy()],
    ['with a reset', (socket) => socket.resetAndDestroy()],
    ['never, but say nothing', () => {}],
    [
      'never, but stop in the body',
      (socket) => socket.write(`${head}Content-Length: 500\r\n\r\n{"results":[`),
    ],
  ];
  const options = { accessToken: 'x', patience: 0.01, timeoutMs: 1000 };

  test.each(ways)("%s: the client's call is made again", async (_, first) => {
    const server = await rawServer(first);
    const connection = new HubSpotConnection({ ...options, baseUrl: server.url });
    closing.push(() => connection.close());
    const page = await connection.call('general', 'contacts', never, (client) =>
      client.crm.objects.basicApi.getPage('contacts', 100),
    );
    expect(page.results).toEqual([]);
    expect(server.requests()).toBeGreaterThan(1);
  });

  test.each(ways)('%s: a request of our own is made again, if it may be', async (_, first) => {
    const server = await rawServer(first);
    const connection = new HubSpotConnection({ ...options, baseUrl: server.url });
    closing.push(() => connection.close());
    const read = { method: 'GET', path: '/crm/v3/owners' } as const;
    expect((await connection.request('owners', never, read)).body).toEqual({ results: [] });
    expect(server.requests()).toBeGreaterThan(1);
    const other = await rawServer(first);
    const again = new HubSpotConnection({ ...options, baseUrl: other.url });
    closing.push(() => again.close());
    const create = { method: 'POST', path: '/crm/v3/objects/notes', body: {} } as const;
    await expect(again.request('notes', never, create)).rejects.toMatchObject({
      code: expect.stringMatching(/crm_unreachable|crm_timeout/),
    });
    expect(other.requests()).toBe(1);
  });
});

test('trouble of the limiter itself is not taken for trouble of HubSpot, nor tried again', async () => {
  const trouble = Object.assign(new Error('The database can not be reached.'), { code: 'ECONNREFUSED' });
  const limiter = { begin: () => Promise.reject(trouble), pause: async () => {} };
  const { connection, stand } = await connect(() => ({ body: {} }), { limiter });
  await expect(connection.request('owners', never, { method: 'GET', path: '/crm/v3/owners' })).rejects.toBe(
    trouble,
  );
  expect(stand.requests).toHaveLength(0);
});

test('calls share few sockets, which are kept; a call that waits for a socket holds no place', async () => {
  let connections = 0;
  let underWay = 0;
  let most = 0;
  const limiter = {
    begin: async () => {
      most = Math.max(most, ++underWay);
      return {
        end: () => {
          underWay--;
        },
      };
    },
    pause: async () => {},
  };
  const server = createHttpServer((_, answer) => {
    setTimeout(() => answer.writeHead(200, { 'Content-Type': 'application/json' }).end('{"results":[]}'), 5);
  }).on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.closeAllConnections(), server.close.bind(server));
  const { port } = server.address() as { port: number };
  const connection = new HubSpotConnection({
    accessToken: 'x',
    baseUrl: `http://127.0.0.1:${port}`,
    limiter,
  });
  closing.push(() => connection.close());
  const list = () =>
    connection.call('general', 'contacts', never, (c) => c.crm.objects.basicApi.getPage('contacts'));
  await Promise.all(Array.from({ length: 100 }, list));
  await list();
  expect(most).toBe(20);
  expect(connections).toBeLessThanOrEqual(20);
});

test('a call that is given up is ended, and its place with it', async () => {
  const ended: string[] = [];
  const limiter = {
    begin: async (bucket: string) => ({ end: () => ended.push(bucket) }),
    pause: async () => {},
  };
  const { connection } = await connect(() => ({ body: {}, status: 200 }), { limiter, timeoutMs: 60_000 });
  const stop = new AbortController();
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  closing.push(() => silent.close());
  const stuck = new HubSpotConnection({
    accessToken: 'x',
    baseUrl: `http://127.0.0.1:${(silent.address() as { port: number }).port}`,
    limiter,
  });
  const waiting = stuck.request('owners', stop.signal, { method: 'GET', path: '/crm/v3/owners' });
  setTimeout(() => stop.abort(new Error('enough')), 50);
  await expect(waiting).rejects.toThrow('enough');
  await expect.poll(() => ended).toEqual(['general']);
  await connection.request('owners', never, {
    method: 'POST',
    path: '/crm/v3/objects/deals/search',
    body: {},
  });
  expect(ended).toEqual(['general', 'search']);
});
