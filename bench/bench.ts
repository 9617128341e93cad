/**
 * `npm run bench` measures everything quick; `npm run bench -- NAME [--full] [--json]` one thing. Each
 * measure is a ratio against a reference in the same run, because only ratios can be compared.
 */
import { cpus } from 'node:os';
import { benchFirstSync } from './first-sync.ts';
import { benchFreshness } from './freshness.ts';
import { benchLearn } from './learn.ts';
import { benchLimits } from './limits.ts';
import { benchMailTest } from './mailtest.ts';
import { benchMemory } from './memory.ts';
import { benchMessage } from './message.ts';
import { benchPages } from './pages.ts';
import { benchRender } from './render.ts';

const args = process.argv.slice(2);
const full = args.includes('--full');
const names = args.filter((a) => !a.startsWith('--'));

const measures: Record<string, () => Promise<{ says: string; data: unknown }>> = {
  async render() {
    const data = await benchRender();
    return {
      says: `${data.ratio.toFixed(2)} × slower than the precompiled Handlebars template alone (target: 1.5)`,
      data,
    };
  },
  async message() {
    const data = await benchMessage();
    return { says: `${data.ratio.toFixed(2)} × as fast as nodemailer’s MailComposer (target: 3)`, data };
  },
  async memory() {
    const data = await benchMemory(full);
    const runs = data.runs
      .map((r) => `${r.customers} customers: ${r.peakMb.toFixed(0)} MB, ${r.sent} sent`)
      .join('; ');
    return { says: `${data.ratio.toFixed(2)} × the memory (${runs})`, data };
  },
  async 'first-sync'() {
    const data = await benchFirstSync(full ? 1 : 0.1);
    const { total, least, ratio, seconds, rowsPerSecond, memory, pace, kills } = data;
    const mb = ([second, last]: [number, number]) => `${second.toFixed(0)} → ${last.toFixed(0)} MB`;
    return {
      says:
        `${ratio.toFixed(3)} × the least possible requests (${total} of ${least}, target: 1.1); ${seconds.toFixed(0)} s, ` +
        `${rowsPerSecond.toFixed(0)} rows/s; memory of the second and last third: ${mb(memory.rssMb)} resident, ` +
        `${mb(memory.heapMb)} heap; with ${pace.latencyMs} ms of network ${pace.requestsPerSecond.toFixed(1)} of ` +
        `${pace.allowedPerSecond} requests/s while deals are read; killed ${kills.times} times: ` +
        `${kills.sameResult ? 'the same rows' : 'OTHER ROWS'} with ${kills.total} requests (seed ${kills.seed})`,
      data,
    };
  },
  async freshness() {
    const data = await benchFreshness(full);
    const { webhooks, polling } = data;
    const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
    const waits = ({ medianMs, p95Ms, longestMs, changes }: typeof webhooks) =>
      `median ${seconds(medianMs)}, 95 % within ${seconds(p95Ms)}, longest ${seconds(longestMs)} of ${changes} changes`;
    return {
      says:
        `by webhook ${waits(webhooks)} (target: median 1 s); by polling every ${polling.pollSeconds} s, with a search ` +
        `index ${polling.searchLagSeconds} s behind, ${waits(polling)} (target: median 90 s); ` +
        `${polling.requestsPerPoll.toFixed(1)} requests a poll, ${polling.requestsPerThoroughPoll} once an hour: ` +
        `${polling.requestsPerDay} a day at the default interval, ${(100 * polling.shareOfDay).toFixed(1)} % of 625,000`,
      data,
    };
  },
  async limits() {
    const data = await benchLimits(full);
    const used = ({ allowed, used, share }: { allowed: number; used: number; share: number }) =>
      `${used.toFixed(2)} of ${allowed} calls a second used (${(share * 100).toFixed(1)} %, target: 95 %)`;
    return {
      says: `${used(data.general)}; searches: ${used(data.search)}; ${data.refused} refused (target: none)`,
      data,
    };
  },
  async learn() {
    const data = await benchLearn(full);
    const runs = data.runs.map(({ blocks, sets, seconds, peakMb }) => {
      const { summarise, fit, draw, choose } = seconds;
      return (
        `${blocks} blocks: added up in ${summarise.toFixed(1)} s, model ${(fit + draw).toFixed(1)} s, choices for ` +
        `${data.customers} customers (${sets} different sets) ${choose.toFixed(1)} s, ${peakMb.toFixed(0)} MB`
      );
    });
    return { says: `${data.memoryRatio.toFixed(2)} × the memory (${runs.join('; ')})`, data };
  },
  async mailtest() {
    const data = await benchMailTest(full);
    const { memoryMb, malformed, differences } = data;
    return {
      says:
        `${data.ratio.toFixed(2)} × slower than plain reading (${data.mbPerSecond.toFixed(0)} MB/s, target: 150; ` +
        `${data.mbPerCpuSecond.toFixed(0)} MB per second of CPU); peak memory of the first and last third: ${memoryMb.firstThird.toFixed(0)} → ${memoryMb.lastThird.toFixed(0)} MB; ` +
        `${data.messages} messages in ${(data.bytes / 1e6).toFixed(0)} MB, ${malformed} malformed and named; ` +
        `${differences.length === 0 ? 'all counts agree' : `COUNTS DIFFER: ${differences.join('; ')}`}`,
      data,
    };
  },
  async pages() {
    const data = await benchPages(full);
    const ms = (time: number) => time.toFixed(0).padStart(6);
    const slow = data.pages.filter(({ medianMs }) => medianMs >= 100).length;
    const rows = data.pages.map(
      ({ address, status, medianMs, p95Ms }) => `${ms(medianMs)} ${ms(p95Ms)}  ${status}  ${address}`,
    );
    return {
      says:
        `with ${data.customers} customers ${data.pages.length - slow} of ${data.pages.length} pages take less than ` +
        `100 ms at the median (target: all)\n${'median'.padStart(6)} ${'95 %'.padStart(6)}  in ms\n${rows.join('\n')}\n` +
        `not measured: ${data.left.join(', ') || 'none'}`,
      data,
    };
  },
};

const unknown = names.filter((name) => !(name in measures));
if (unknown.length > 0) {
  process.stderr.write(`No measure ${unknown.join(', ')}. There are: ${Object.keys(measures).join(', ')}.\n`);
  process.exit(2);
}
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
const results: Record<string, unknown> = { machine, date: new Date().toISOString() };
if (!args.includes('--json')) process.stdout.write(`${machine}\n`);
for (const [name, measure] of Object.entries(measures)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const { says, data } = await measure();
  results[name] = data;
  if (!args.includes('--json')) process.stdout.write(`${name.padEnd(8)} ${says}\n`);
}
if (args.includes('--json')) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
