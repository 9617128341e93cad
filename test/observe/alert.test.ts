import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/config.ts';
import { type Alert, type AlertMessage, createAlerts } from '../../src/observe/alert.ts';
import { manualClock } from '../stands/clock.ts';

const paused: Alert = {
  code: 'paused',
  campaign: 'herbst',
  title: 'Campaign herbst is paused',
  text: 'The mail server refuses news@orvelin.test. Check SMTP_URL.',
};

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A webhook that answers with these codes, one after the other; 0 never answers. */
async function hook(...codes: number[]): Promise<{ url: string; got: AlertMessage[] }> {
  const got: AlertMessage[] = [];
  server = createServer(async (request, response) => {
    got.push((await json(request)) as AlertMessage);
    const code = codes.shift() ?? 200;
    if (code > 0) response.writeHead(code, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=geheim`, got };
}

function stand(url: string | null) {
  const logged: { line: string; level: unknown }[] = [];
  const clock = manualClock('2026-10-12T09:00:00Z');
  const alerts = createAlerts({
    url: url === null ? null : new Secret(url),
    log: (line, fields) => logged.push({ line, level: fields?.level }),
    publicUrl: 'https://news.orvelin.test',
    now: clock.now,
    times: { timeout: 300, pauses: [5, 5] },
  });
  return { alerts, logged, clock };
}

describe('an alert', () => {
  it('is posted in a shape that chat programs show too, without addresses', async () => {
    const { url, got } = await hook();
    await stand(url).alerts.alert(paused);
    const detail = 'The mail server refuses [address] Check SMTP_URL.';
    expect(got).toEqual([
      {
        source: 'spielbein',
        code: 'paused',
        campaign: 'herbst',
        title: 'Campaign herbst is paused',
        detail,
        text: `Campaign herbst is paused\n${detail}\nhttps://news.orvelin.test/campaigns/herbst`,
        url: 'https://news.orvelin.test/campaigns/herbst',
        at: '2026-10-12T09:00:00.000Z',
      },
    ]);
  });

  it('is in the log, also without a webhook', async () => {
    const { alerts, logged } = stand(null);
    await alerts.alert(paused);
    await alerts.alert({ code: 'nightly_failed', title: 'The night failed', text: 'No CRM.' });
    expect(logged.map((l) => l.level)).toEqual(['warn', 'error']);
    expect(logged[0]?.line).toContain('Campaign herbst is paused. The mail server');
  });

  it('is told once in ten minutes, another campaign’s at once', async () => {
    const { url, got } = await hook();
    const { alerts, clock } = stand(url);
    await alerts.alert(paused);
    await alerts.alert(paused);
    await alerts.alert({ ...paused, campaign: 'winter' });
    expect(got.map((m) => m.campaign)).toEqual(['herbst', 'winter']);
    clock.advance(10 * 60_000);
    await alerts.alert(paused);
    expect(got.length).toBe(3);
  });

  it('is tried three times when the webhook is in trouble', async () => {
    const { url, got } = await hook(503, 0, 200);
    const { alerts, logged } = stand(url);
    await alerts.alert(paused);
    expect(got.length).toBe(3);
    expect(logged.length).toBe(1);
  });

  it('that is refused is not repeated, and the log says so without the webhook’s address', async () => {
    const { url, got } = await hook(404);
    const { alerts, logged } = stand(url);
    await alerts.alert(paused);
    expect(got.length).toBe(1);
    expect(logged[1]?.line).toBe('An alert did not reach ALERT_WEBHOOK_URL: it answered 404.');
  });

  it('goes nowhere else, whatever the webhook answers', async () => {
    const { url, got } = await hook(307, 200);
    const { alerts, logged } = stand(url);
    await alerts.alert(paused);
    expect(got.length).toBe(1);
    expect(logged[1]?.line).toContain('it answered 307.');
  });

  it('never throws, wherever it should go', async () => {
    const { alerts, logged } = stand('http://127.0.0.1:1/hook?key=geheim');
    await alerts.alert(paused);
    expect(logged[1]?.line).toMatch(/^An alert did not reach ALERT_WEBHOOK_URL: it can’t be reached/);
    expect(JSON.stringify(logged)).not.toContain('geheim');
  });

  it('on its way is waited for when the process ends', async () => {
    const { url, got } = await hook(500);
    const { alerts } = stand(url);
    void alerts.alert(paused);
    await alerts.close();
    expect(got.length).toBe(2);
  });
});
