import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../src/check/reachable/public-address.ts';
import { checkReachable, pagesOf } from '../../../src/check/reachable/reachable.ts';
import type { Reaching } from '../../../src/check/reachable/try-page.ts';

const asked: string[] = [];
const PAGES: Record<string, RequestListener> = {
  '/there': (_, reply) => void reply.end('here'),
  '/gone': (_, reply) => void reply.writeHead(404).end(),
  '/guarded': (_, reply) => void reply.writeHead(403).end(),
  '/only-get': (request, reply) => void reply.writeHead(request.method === 'HEAD' ? 405 : 200).end(),
  '/forwards': (_, reply) => void reply.writeHead(302, { location: '/there' }).end(),
  '/circle': (_, reply) => void reply.writeHead(302, { location: '/circle' }).end(),
  '/inside': (_, reply) => void reply.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  '/inside-by-name': (_, reply) =>
    void reply.writeHead(302, { location: `http://inside.example:${port}/there` }).end(),
  '/to-file': (_, reply) => void reply.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/never': () => undefined,
  '/breaks': (request) => void request.socket.destroy(),
};
const server = createServer((request, reply) => {
  asked.push(`${request.headers.host} ${request.method} ${request.url}`);
  PAGES[request.url ?? '']?.(request, reply);
});
let port = 0;
let own = '';
beforeAll(async () => {
  await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
  port = (server.address() as AddressInfo).port;
  own = `http://seite.example:${port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Names that exist nowhere: whoever arrives has gone to the address that was looked at, and to no other. */
const reaching = (timeoutMs = 20_000): Reaching => ({
  allowed: [own],
  timeoutMs,
  resolve: async (host) => {
    if (!host.endsWith('.example')) throw Object.assign(new Error(host), { code: 'ENOTFOUND' });
    const local = { address: '127.0.0.1', family: 4 };
    return host === 'both.example' ? [{ address: '93.184.215.14', family: 4 }, local] : [local];
  },
});
const outcome = async (address: string) => {
  asked.length = 0;
  const [finding] = await checkReachable([address], reaching(address.endsWith('/never') ? 300 : undefined));
  return finding ? [finding.code, finding.values.status ?? finding.values.reason] : ['reached', undefined];
};

describe('pages that a mail leads to, tried on request', () => {
  it.each([
    ['/there', 'reached', undefined],
    ['/only-get', 'reached', undefined],
    ['/forwards', 'reached', undefined],
    ['/gone', 'link_dead', 404],
    ['/guarded', 'link_guarded', 403],
    ['/never', 'link_silent', 'ETIMEDOUT'],
    ['/breaks', 'link_silent', 'ECONNRESET'],
    ['/circle', 'link_forwards', undefined],
    ['/inside', 'link_internal', undefined],
    ['/inside-by-name', 'link_internal', undefined],
    ['/to-file', 'link_internal', undefined],
  ])('%s: %s %s', async (path, code, detail) => {
    expect(await outcome(`${own}${path}`)).toEqual([code, detail]);
    expect(asked.every((line) => line.startsWith(`seite.example:${port} `))).toBe(true);
  });

  it('says so when a name does not exist', async () => {
    expect(await outcome('https://nirgends.invalid/')).toEqual(['link_silent', 'ENOTFOUND']);
  });

  it.each([
    'http://inside.example:PORT/there',
    'http://both.example:PORT/there',
    'http://127.0.0.1:PORT/there',
    'http://0x7f.1:PORT/there',
    'http://2130706433:PORT/there',
    'http://[::1]:PORT/there',
    'http://[::ffff:127.0.0.1]:PORT/there',
    'http://seite.example:1/there',
  ])('sends nothing to what lies inside: %s', async (address) => {
    expect((await outcome(address.replace('PORT', String(port))))[0]).toBe('link_internal');
    expect(asked).toEqual([]);
  });

  it('tries each page once, without its fragment, and leaves other kinds of addresses alone', async () => {
    asked.length = 0;
    const addresses = [`${own}/there#a`, `${own}/there#b`, 'mailto:a@b.example', '#', 'javascript:alert(1)'];
    expect(await checkReachable(addresses, reaching())).toEqual([]);
    expect(asked).toEqual([`seite.example:${port} HEAD /there`]);
  });

  it('tries so many pages at most, and says how many are left', async () => {
    const many = Array.from({ length: 53 }, (_, n) => `http://10.0.0.1/${n}`);
    const findings = await checkReachable(many, reaching());
    expect(findings.filter(({ code }) => code === 'link_internal')).toHaveLength(50);
    expect(findings.at(-1)).toMatchObject({ code: 'link_not_tried', values: { count: 3 } });
  });

  it('asks nothing of links that carry a recipient’s token', () => {
    const html = '<a href="https://post.example/u/t0ken">x</a><a href="https://a.example/">y</a>';
    expect(pagesOf({ html, targets: [{ href: 'https://b.example/' }] }, 'https://post.example')).toEqual([
      'https://post.example/healthz',
      'https://a.example/',
      'https://b.example/',
    ]);
  });
});

describe('a public address', () => {
  it.each(['93.184.215.14', '8.8.8.8', '172.32.0.1', '2606:2800:21f:cb07::1', '2a00:1450:4001::5'])(
    'is %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
  it.each([
    // Azure tells its machines about themselves there
    '168.63.129.16',
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.9.9.9', '169.254.169.254', '172.31.255.255', '192.168.0.1'],
    ...[
      '198.18.0.1',
      '203.0.113.9',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::ffff:8.8.8.8',
      'fe80::1',
    ],
    ...[
      'fe80::1%eth0',
      'fc00::1',
      'fd12::1',
      'ff02::1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001:db8::1',
      '2001::1',
    ],
    ...['localhost', '', '1.2.3'],
  ])('is not %s', (address) => expect(isPublicAddress(address)).toBe(false));
});
