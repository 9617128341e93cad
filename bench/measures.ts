import type { Spread } from './harness/alternate.ts';
import type { Result, Row } from './harness/result.ts';

/** `usual` is what a maintainer runs: all of it in half an hour. */
export type Size = 'quick' | 'usual' | 'full';

/** All measures by name. Each is loaded when it is taken, so that none runs in the shadow of another's modules. */
export const MEASURES: Record<string, (size: Size) => Promise<Result>> = {
  async start(size) {
    const { benchStart } = await import('./start.ts');
    return benchStart({ rounds: size === 'quick' ? 9 : 25 });
  },
  async render(size) {
    const { benchRender } = await import('./render.ts');
    return benchRender({ rounds: size === 'quick' ? 11 : 31 });
  },
  async message(size) {
    const { benchMessage } = await import('./message.ts');
    return benchMessage({ rounds: size === 'quick' ? 21 : 61 });
  },
  async deliver(size) {
    const { benchDeliver } = await import('./deliver.ts');
    return benchDeliver({ redis: true, ...DELIVERY[size] });
  },
  async 'deliver-embedded'(size) {
    const { benchDeliver } = await import('./deliver.ts');
    return benchDeliver({ redis: false, ...DELIVERY[size] });
  },
  async studio(size) {
    const { benchStudio } = await import('./studio.ts');
    return benchStudio({ saves: size === 'quick' ? 10 : 20 });
  },
  async plan(size) {
    const { benchGrowth } = await import('./growth.ts');
    const customers = size === 'quick' ? 100_000 : 1_000_000;
    const deliverSeconds = { quick: 10, usual: 40, full: 7200 }[size];
    return benchGrowth({ customers, deliverSeconds });
  },
  async 'first-sync'(size) {
    const { benchFirstSync } = await import('./first-sync.ts');
    const data = await benchFirstSync(size === 'quick' ? 0.05 : size === 'usual' ? 0.25 : 1);
    const { total, least, ratio, seconds, rowsPerSecond, memory, pace, kills } = data;
    const mb = ([second, last]: [number, number]) => `${second.toFixed(0)} → ${last.toFixed(0)} MB`;
    return {
      rows: [
        {
          ...row('sync, HTTP requests', 'the least that the API’s pages and batches allow', exactly(ratio)),
          mustReach: { atMost: 1.1 },
          aim: { atMost: 1 },
          detail:
            `${total} requests, at least ${least} are needed; ${seconds.toFixed(0)} s, ${rowsPerSecond.toFixed(0)} rows/s; ` +
            `memory of the second and last third: ${mb(memory.rssMb)} resident, ${mb(memory.heapMb)} heap; with ` +
            `${pace.latencyMs} ms of network ${pace.requestsPerSecond.toFixed(1)} of ${pace.allowedPerSecond} requests/s; ` +
            `killed ${kills.times} times: ${kills.sameResult ? 'the same rows' : 'OTHER ROWS'} with ${kills.total} requests (seed ${kills.seed})`,
        },
      ],
      data,
    };
  },
  async 'sync-rows'(size) {
    const { benchSyncRows } = await import('./sync-rows.ts');
    return benchSyncRows(
      size === 'quick' ? { customers: 5000, rounds: 3 } : { customers: 20_000, rounds: 5 },
    );
  },
  async freshness(size) {
    const { benchFreshness } = await import('./freshness.ts');
    const data = await benchFreshness(size === 'full');
    const { webhooks, polling } = data;
    const s = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
    const waits = ({ medianMs, p95Ms, longestMs, changes }: typeof webhooks) =>
      `median ${s(medianMs)}, 95 % within ${s(p95Ms)}, longest ${s(longestMs)} of ${changes} changes`;
    return {
      rows: [
        {
          ...row('agility: webhook to changed facts', '', exactly(webhooks.medianMs)),
          unit: 'ms',
          mustReach: { atMost: 1000 },
          aim: { atMost: 100 },
          detail: `${waits(webhooks)}; each call to the CRM takes 100 to 200 ms`,
        },
        {
          ...row(`freshness by polling every ${polling.pollSeconds} s`, '', exactly(polling.medianMs)),
          unit: 'ms',
          mustReach: { atMost: 90_000 },
          detail:
            `search index ${polling.searchLagSeconds} s behind: ${waits(polling)}; ${polling.requestsPerDay} requests a day ` +
            `at the default interval, ${(100 * polling.shareOfDay).toFixed(1)} % of 625,000`,
        },
      ],
      data,
    };
  },
  async limits(size) {
    const { benchLimits } = await import('./limits.ts');
    const data = await benchLimits(size === 'full');
    const used = (r: { allowed: number; used: number }) => `${r.used.toFixed(2)} of ${r.allowed} calls/s`;
    return {
      rows: [
        {
          ...row(
            'limits of the CRM used, two processes',
            'what the account allows',
            exactly(data.general.share),
          ),
          mustReach: { atLeast: 0.95 },
          detail: `${used(data.general)}; searches ${used(data.search)}; ${data.refused} refused (none must be)`,
        },
      ],
      data,
    };
  },
  async learn(size) {
    const { benchLearn } = await import('./learn.ts');
    const data = await benchLearn(size === 'full');
    const runs = data.runs.map(({ blocks, sets, seconds, peakMb }) => {
      const { summarise, fit, draw, choose } = seconds;
      return (
        `${blocks} blocks: added up in ${summarise.toFixed(1)} s, model ${(fit + draw).toFixed(1)} s, choices for ` +
        `${data.customers} customers (${sets} different sets) ${choose.toFixed(1)} s, ${peakMb.toFixed(0)} MB`
      );
    });
    return {
      rows: [
        {
          ...row(
            'learn, memory with ten times the blocks',
            'itself with the fewer',
            exactly(data.memoryRatio),
          ),
          mustReach: { atMost: 1.2 },
          detail: runs.join('; '),
        },
      ],
      data,
    };
  },
  async mailtest(size) {
    const { benchMailTest } = await import('./mailtest.ts');
    const data = await benchMailTest(size === 'full');
    const { memoryMb, differences } = data;
    return {
      rows: [
        {
          ...row('mailtest, time to count a mailbox', 'reading the same file', exactly(data.ratio)),
          detail:
            `${data.mbPerSecond.toFixed(0)} MB/s (at least 150); peak memory of the first and last third ` +
            `${memoryMb.firstThird.toFixed(0)} → ${memoryMb.lastThird.toFixed(0)} MB; ${data.messages} messages in ` +
            `${(data.bytes / 1e6).toFixed(0)} MB; ${differences.length === 0 ? 'all counts agree' : `COUNTS DIFFER: ${differences.join('; ')}`}`,
        },
      ],
      data,
    };
  },
  async pages(size) {
    const { benchPages } = await import('./pages.ts');
    const data = await benchPages(size === 'full');
    const [slowest] = data.pages;
    const slow = data.pages.filter(({ medianMs }) => medianMs >= 100).map(({ address }) => address);
    return {
      rows: [
        {
          ...row('pages of the console, the slowest', '', {
            median: slowest?.medianMs ?? Number.NaN,
            least: data.pages.at(-1)?.medianMs ?? Number.NaN,
            most: slowest?.p95Ms ?? Number.NaN,
          }),
          unit: 'ms',
          mustReach: { atMost: 100 },
          detail:
            `${data.pages.length} pages with ${data.customers} customers; slowest ${slowest?.address}; ` +
            `above 100 ms: ${slow.join(', ') || 'none'}; a picture of a mail, which Chromium draws: ${data.pictures.map(({ medianMs }) => `${medianMs.toFixed(0)} ms`).join(', ') || 'no Chromium'}; not measured: ${data.left.join(', ') || 'none'}; ` +
            `streams, which never end: ${data.streams.join(', ')}`,
        },
      ],
      data,
    };
  },
};

const DELIVERY = {
  quick: { customers: 3000, rounds: 3 },
  usual: { customers: 10_000, rounds: 5 },
  full: { customers: 20_000, rounds: 7 },
};

/** Measures that are lines of another one. */
export const PART_OF: Record<string, string> = {
  growth: 'plan',
  memory: 'plan',
  sync: 'first-sync',
  agility: 'freshness',
};

/** A line without bounds, to which they are added. */
function row(measure: string, reference: string, result: Spread): Row {
  return { measure, reference, result, unit: '×', mustReach: null, aim: null, detail: '' };
}

/** What is counted once and has no spread. */
const exactly = (value: number): Spread => ({ median: value, least: value, most: value });
