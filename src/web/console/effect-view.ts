import type { Language } from '../../domain/customer.ts';
import type { Effect } from '../../effect/effects.ts';
import { type Around, effectSentence } from '../../effect/words.ts';

/** Where an interval stands on a scale that is 100 wide, with nothing changed in the middle. */
export interface Whiskers {
  low: number;
  width: number;
  middle: number;
}

export interface EffectRow extends Effect {
  name: string;
  sentence: string;
  mailedShare: number | null;
  heldOutShare: number | null;
  stillOpen: number;
  /** Somebody's window is over: there are counts to show. */
  counted: boolean;
  /** Null where nothing can be known. */
  whiskers: Whiskers | null;
}

export interface EffectView {
  rows: EffectRow[];
  /** How far the scale reaches to either side, as a share. */
  reach: number;
}

/** Rows for the page; all intervals are drawn on one scale, so that they can be compared by eye. */
export function effectView(
  effects: readonly Effect[],
  given: {
    report: Around;
    names: (unit: string) => string;
    language: Language;
  },
): EffectView {
  const reach = reachOf(effects);
  const rows = effects.map(
    (effect): EffectRow => ({
      ...effect,
      name: given.names(effect.unit),
      sentence: effectSentence(effect, given.report, given.language),
      mailedShare: share(effect.mailed),
      heldOutShare: share(effect.heldOut),
      stillOpen: effect.open.mailed + effect.open.heldOut,
      counted: effect.mailed.people + effect.heldOut.people > 0,
      whiskers: effect.result && whiskers(effect.result, reach),
    }),
  );
  return { rows, reach };
}

/** A round number that no interval goes beyond. */
function reachOf(effects: readonly Effect[]): number {
  const ends = effects.flatMap(({ result }) => (result ? [Math.abs(result.low), Math.abs(result.high)] : []));
  const most = Math.max(0.01, ...ends);
  const step = 10 ** Math.floor(Math.log10(most));
  return ([1, 2, 5].find((times) => times * step >= most - 1e-12) ?? 10) * step;
}

function whiskers(result: { low: number; high: number; difference: number }, reach: number): Whiskers {
  const place = (share: number) => Math.round(5000 + (5000 * share) / reach) / 100;
  const low = place(result.low);
  return { low, width: Math.round(100 * (place(result.high) - low)) / 100, middle: place(result.difference) };
}

const share = ({ people, buyers }: { people: number; buyers: number }): number | null =>
  people === 0 ? null : buyers / people;
