import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { Secret } from '../../src/config.ts';
import { mayScrape } from '../../src/web/metrics.ts';
import { startMonitor } from '../../src/web/monitor.ts';
import { createWeb } from '../../src/web/web.ts';
import { testDatabase } from '../stands/database.ts';
import { webStand } from './stand.ts';

const { db } = await testDatabase();
const token = new Secret('a-token-of-some-length');
const here = {
  token: null,
  peer: '127.0.0.1',
  headers: { host: 'localhost:3000' },
  publicUrl: 'http://localhost:3000',
};

describe('who may read the numbers', () => {
  it('is whoever asks on this machine', () => {
    expect(mayScrape(here)).toBe(true);
    expect(mayScrape({ ...here, token })).toBe(true);
  });

  test.each([
    ['another machine', { peer: '192.168.1.7' }],
    [
      'whoever comes through a proxy on this machine',
      { headers: { ...here.headers, 'x-forwarded-for': '1.2.3.4' } },
    ],
    ['anybody without a token, when the world reaches us', { publicUrl: 'https://news.orvelin.test' }],
    ['a page whose name points here', { headers: { host: 'evil.example' } }],
  ])('is not %s', (_who, given) => {
    expect(mayScrape({ ...here, ...given })).toBe(false);
  });

  it('is whoever has the token, from anywhere; a wrong one opens nothing, not even here', () => {
    const far = { ...here, token, peer: '192.168.1.7', publicUrl: 'https://news.orvelin.test' };
    const bearer = (shown: string) => ({ headers: { authorization: `Bearer ${shown}` } });
    expect(mayScrape({ ...far, ...bearer('a-token-of-some-length') })).toBe(true);
    expect(mayScrape({ ...far, ...bearer('a-token-of-some-lengtH') })).toBe(false);
    expect(mayScrape({ ...here, token, ...bearer('wrong') })).toBe(false);
    expect(mayScrape({ ...far, token: null, ...bearer('a-token-of-some-length') })).toBe(false);
  });
});

describe('the web part', () => {
  it('is ready when all that it needs answers, and says what does not', async () => {
    const { options } = await webStand(db);
    let queueAnswers = true;
    const checks = {
      queue: async () => {
        if (!queueAnswers) throw new Error('away');
      },
    };
    const app = await createWeb({ ...options, checks });
    onTestFinished(() => app.close());
    const ready = await app.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([
      200,
      { ok: true, database: true, content: true, queue: true },
    ]);
    queueAnswers = false;
    const later = performance.now() + 1001;
    vi.spyOn(performance, 'now').mockReturnValue(later);
    onTestFinished(() => void vi.restoreAllMocks());
    const unready = await app.inject('/readyz');
    expect([unready.statusCode, unready.json()]).toEqual([
      503,
      { ok: false, database: true, content: true, queue: false },
    ]);
    expect((await app.inject('/healthz')).statusCode).toBe(200);
  });

  it('looks once for all who ask at the same time, or right afterwards', async () => {
    const { options } = await webStand(db);
    let asked = 0;
    const app = await createWeb({ ...options, checks: { queue: async () => (asked += 1) } });
    onTestFinished(() => app.close());
    await Promise.all([1, 2, 3].map(() => app.inject('/readyz')));
    await app.inject('/readyz');
    expect(asked).toBe(1);
  });

  it('does not wait for ever for a client, and cuts off no live preview', async () => {
    const { app } = await webStand(db);
    expect(app.server.requestTimeout).toBe(30_000);
    // the heartbeat comes every 25 s
    expect(app.server.timeout).toBe(120_000);
  });

  it('gives the numbers to this machine only, unless there is a token', async () => {
    const { options } = await webStand(db);
    const app = await createWeb({ ...options, scrape: async () => 'spielbein_sends 1\n' });
    onTestFinished(() => app.close());
    const mine = await app.inject({ url: '/metrics', headers: { host: 'localhost:3000' } });
    expect([mine.statusCode, mine.body]).toEqual([200, 'spielbein_sends 1\n']);
    expect(mine.headers['content-type']).toContain('version=0.0.4');
    const theirs = await app.inject({
      url: '/metrics',
      headers: { host: 'localhost:3000' },
      remoteAddress: '192.168.1.7',
    });
    expect([theirs.statusCode, theirs.body]).toEqual([401, expect.stringContaining('METRICS_TOKEN')]);
  });
});

describe('a process without a web part', () => {
  it('can be asked how it is, and nothing else', async () => {
    const monitor = await startMonitor({
      host: '127.0.0.1',
      port: 0,
      checks: { worker: async () => {} },
      metrics: { token: null, publicUrl: here.publicUrl, scrape: async () => 'spielbein_sends 1\n' },
      log: () => {},
    });
    onTestFinished(() => monitor.close());
    const get = async (path: string) => {
      const response = await fetch(`${monitor.url}${path}`);
      return [response.status, await response.text()];
    };
    expect(await get('/healthz')).toEqual([200, '{"ok":true}']);
    expect(await get('/readyz')).toEqual([200, '{"ok":true,"worker":true}']);
    expect(await get('/metrics')).toEqual([200, 'spielbein_sends 1\n']);
    expect((await get('/'))[0]).toBe(404);
  });

  it('keeps what went wrong to the log', async () => {
    const logged: string[] = [];
    const scrape = async () => {
      throw new Error('connect ECONNREFUSED db.internal:5432');
    };
    const monitor = await startMonitor({
      host: '127.0.0.1',
      port: 0,
      checks: {},
      metrics: { token: null, publicUrl: here.publicUrl, scrape },
      log: (line) => logged.push(line),
    });
    onTestFinished(() => monitor.close());
    const response = await fetch(`${monitor.url}/metrics`);
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('internal')]);
    expect(logged).toEqual([expect.stringContaining('db.internal')]);
  });

  it('says what to do when its port is taken', async () => {
    const options = {
      host: '127.0.0.1',
      checks: {},
      metrics: { token: null, publicUrl: here.publicUrl, scrape: async () => '' },
      log: () => {},
    };
    const first = await startMonitor({ ...options, port: 0 });
    onTestFinished(() => first.close());
    await expect(startMonitor({ ...options, port: first.port })).rejects.toThrow(/is taken. Set PORT/);
  });
});
