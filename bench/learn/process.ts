/** One measured process of `learn.ts`: learns from the ledger there is, makes a night's choices, prints what it took. */
import { join } from 'node:path';
import { drawFrom } from '../../src/compose/experimental.ts';
import { openDatabase } from '../../src/db/connect.ts';
import { learnedPolicy } from '../../src/learn/model/policy.ts';
import { fitPosterior } from '../../src/learn/model/posterior.ts';
import { seededRandom } from '../../src/learn/model/random.ts';
import { summarise } from '../../src/learn/rewards/summarise.ts';
import { requireLibrary } from '../../src/library/load.ts';
import { contexts } from './contexts.ts';

const [url = '', at = '', customers = '0'] = process.argv.slice(2);
const library = await requireLibrary(join(import.meta.dirname, '../../templates/library'));
const database = openDatabase(url);
const seconds = { summarise: 0, fit: 0, draw: 0, choose: 0 };
async function timed<T>(what: keyof typeof seconds, work: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  seconds[what] = (performance.now() - start) / 1000;
  return result;
}

const summary = await timed('summarise', () => summarise(database.db, { library, now: new Date(at) }));
const posterior = await timed('fit', () => fitPosterior(summary.cells, summary.baseRate));
const policy = await timed('draw', () =>
  learnedPolicy({ modelId: 1, posterior, exploration: 0.05, seed: 'bench' }),
);
const random = seededRandom('draws');
const sets = new Set<unknown>();
await timed('choose', () => {
  for (const offers of contexts(library, Number(customers))) {
    const odds = policy.odds(offers);
    sets.add(odds);
    drawFrom(odds, random());
  }
});
await database.close();
process.stdout.write(
  JSON.stringify({
    cells: summary.cells.length,
    summaryKb: JSON.stringify(summary).length / 1000,
    sets: sets.size,
    seconds,
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
