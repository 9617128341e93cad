import type { Database } from '../db/connect.ts';
import type { Library, ProductMatcher } from '../library/library.ts';
import { type EffectReport, measureEffects } from './effects.ts';
import type { Comparison } from './load.ts';

/** So long what was measured is shown again: counting years of mails takes the database many seconds. */
const KEEP_MS = 10 * 60_000;

/**
 * Measures effects for a process that is asked often: what was asked a moment ago is not counted again, and who asks
 * while it is being counted waits for the same. Other content counts anew.
 */
export function rememberEffects(db: Database) {
  type Known = Map<string, { at: number; report: Promise<EffectReport> }>;
  const kept = new WeakMap<Library, Known>();
  // One after the other in this process: those who wait must not keep the database's connections from others.
  let line: Promise<unknown> = Promise.resolve();
  return (given: {
    content: { library: Library; matchProduct: ProductMatcher };
    by: Comparison;
    campaignId?: string | undefined;
    now: Date;
  }): Promise<EffectReport> => {
    const at = given.now.getTime();
    const known = kept.get(given.content.library) ?? (new Map() as Known);
    kept.set(given.content.library, known);
    for (const [key, { at: then }] of known) if (at - then >= KEEP_MS) known.delete(key);
    const key = `${given.by} ${given.campaignId ?? ''}`;
    const before = known.get(key);
    if (before) return before.report;
    const report = line.then(() => measureEffects(db, given));
    line = report.catch(() => {});
    known.set(key, { at, report });
    report.catch(() => known.delete(key));
    return report;
  };
}
