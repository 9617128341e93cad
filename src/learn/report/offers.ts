import { BASE, GENES } from '../../domain/genes.ts';
import type { Library } from '../../library/library.ts';
import { addTo } from '../model/arrow.ts';
import { type AlleleReport, type FormReport, isKnown, type OfferReport, type WayReport } from './data.ts';
import type { Mix, Outlook } from './earns.ts';
import type { StoredForm } from './forms.ts';
import type { ShownCell } from './load.ts';
import { bestShares, rangeOf } from './range.ts';

/** Pure: offers by how often they were shown; those never shown come last, in the library's order. */
export function reportOffers(given: {
  library: Library;
  forms: readonly StoredForm[];
  cells: readonly ShownCell[];
  outlook: Outlook | null;
}): OfferReport[] {
  const { library, forms, cells, outlook } = given;
  const ids = new Set([...library.offers.keys(), ...cells.map(({ offerId }) => offerId)]);
  const reports = [...ids].map((offerId) =>
    reportOffer({
      offerId,
      library,
      outlook,
      forms: forms.filter((form) => form.offerId === offerId),
      cells: cells.filter((cell) => cell.offerId === offerId),
    }),
  );
  // what was hardly shown may be anything: compared with it, nothing would ever be the best
  const known = reports.filter(({ report, draws }) => draws !== null && isKnown(report));
  const best = bestShares(known.map(({ draws }) => draws as Float64Array));
  for (const [k, { report }] of known.entries()) report.best = best[k] as number;
  return reports.map(({ report }) => report).sort((a, b) => b.shown - a.shown);
}

function reportOffer(given: {
  offerId: string;
  library: Library;
  outlook: Outlook | null;
  forms: readonly StoredForm[];
  cells: readonly ShownCell[];
}): { report: OfferReport; draws: Float64Array | null } {
  const { offerId, library, outlook, cells } = given;
  const mix = mixOf(given);
  const forms = formsOf(given);
  const alive = forms.filter(({ state }) => state === 'alive');
  const rates = outlook && mix.length > 0 ? outlook : null;
  const drawsOf = new Map(
    rates ? forms.map(({ variantId }) => [variantId, rates.form(offerId, variantId, mix)]) : [],
  );
  const best = bestShares(alive.flatMap(({ variantId }) => drawsOf.get(variantId) ?? []));
  const draws = rates && average(alive, drawsOf);
  for (const form of forms) {
    const of = drawsOf.get(form.variantId);
    form.rate = of ? rangeOf(of) : null;
    form.best = of ? (best[alive.indexOf(form)] ?? null) : null;
  }
  const report: OfferReport = {
    offerId,
    shown: sum(cells, ({ shown }) => shown),
    open: sum(cells, ({ open }) => open),
    rate: draws && rangeOf(draws),
    best: null,
    forms,
    alleles: rates ? allelesOf(offerId, library, rates) : [],
    ways: rates ? waysOf(offerId, alive, cells, mix, rates) : [],
    overTime: overTime(cells),
  };
  // an offer that is not in the library any more is history, not a candidate
  return { report, draws: library.offers.has(offerId) && alive.length > 0 ? draws : null };
}

/** Owners of which products saw it; as long as nobody did, all that its bridges lead from. */
function mixOf(given: { offerId: string; library: Library; cells: readonly ShownCell[] }): Mix {
  const { offerId, library, cells } = given;
  const family = (key: string) => library.products.get(key)?.family ?? null;
  const shown = sum(cells, (cell) => cell.shown);
  const keys =
    shown > 0
      ? [...new Set(cells.map(({ productKey }) => productKey))]
      : (library.offers.get(offerId)?.bridges ?? []).flatMap((bridge) => bridge.product ?? []);
  return keys.map((productKey) => ({
    productKey,
    family: family(productKey),
    part:
      shown > 0
        ? sum(
            cells.filter((cell) => cell.productKey === productKey),
            (cell) => cell.shown,
          ) / shown
        : 1 / keys.length,
  }));
}

/** Forms on record, and those that were shown without one: an offer is shown as it was written until it is bred. */
function formsOf(given: {
  offerId: string;
  forms: readonly StoredForm[];
  cells: readonly ShownCell[];
}): FormReport[] {
  const shown = new Set(given.cells.map(({ variantId }) => variantId));
  if (given.forms.length === 0) shown.add(BASE);
  for (const { variantId } of given.forms) shown.delete(variantId);
  const unrecorded = [...shown].map((variantId) => ({
    variantId,
    state: 'alive' as const,
    origin: null,
    parents: [],
    bornAt: null,
    endedAt: null,
    endReason: null,
  }));
  return [...given.forms, ...unrecorded].map((form) => {
    const cells = given.cells.filter(({ variantId }) => variantId === form.variantId);
    return {
      variantId: form.variantId,
      state: form.state,
      origin: form.origin,
      parents: form.parents,
      bornAt: form.bornAt,
      endedAt: form.endedAt,
      endReason: form.endReason,
      shown: sum(cells, (cell) => cell.shown),
      open: sum(cells, (cell) => cell.open),
      rate: null,
      best: null,
    };
  });
}

/** What a block of the offer earns, its forms alive shown as often as they were; before that, equally often. */
function average(
  alive: readonly FormReport[],
  drawsOf: ReadonlyMap<string, Float64Array>,
): Float64Array | null {
  const all = sum(alive, ({ shown }) => shown);
  let mean: Float64Array | null = null;
  for (const { variantId, shown } of alive) {
    const part = all > 0 ? shown / all : 1 / alive.length;
    const draws = drawsOf.get(variantId);
    if (!draws) continue;
    mean ??= new Float64Array(draws.length);
    addTo(mean, draws, part);
  }
  return mean;
}

function allelesOf(offerId: string, library: Library, outlook: Outlook): AlleleReport[] {
  const genes = library.offers.get(offerId)?.genes;
  if (!genes) return [];
  return GENES.flatMap((gene) =>
    Object.keys(genes[gene]).map((allele) => {
      const times = outlook.allele(offerId, gene, allele);
      return { gene, allele, times: rangeOf(times), better: part(times, (value) => value > 1) };
    }),
  );
}

function waysOf(
  offerId: string,
  alive: readonly FormReport[],
  cells: readonly ShownCell[],
  mix: Mix,
  outlook: Outlook,
): WayReport[] {
  return mix
    .flatMap((way) => {
      const drawsOf = new Map(
        alive.map(({ variantId }) => [variantId, outlook.form(offerId, variantId, [{ ...way, part: 1 }])]),
      );
      const draws = average(alive, drawsOf);
      const mine = cells.filter(({ productKey }) => productKey === way.productKey);
      const [shown, open] = [sum(mine, (cell) => cell.shown), sum(mine, (cell) => cell.open)];
      return draws ? [{ productKey: way.productKey, shown, open, rate: rangeOf(draws) }] : [];
    })
    .sort((a, b) => b.rate.mean - a.rate.mean);
}

function overTime(cells: readonly ShownCell[]): OfferReport['overTime'] {
  const periods = new Map<string, Record<string, number>>();
  for (const { period, variantId, shown } of cells) {
    const then = periods.get(period) ?? {};
    then[variantId] = (then[variantId] ?? 0) + shown;
    periods.set(period, then);
  }
  return [...periods].sort(([a], [b]) => a.localeCompare(b)).map(([period, shown]) => ({ period, shown }));
}

const sum = <T>(rows: readonly T[], of: (row: T) => number): number =>
  rows.reduce((all, row) => all + of(row), 0);

const part = (draws: Float64Array, holds: (value: number) => boolean): number =>
  draws.reduce((count, value) => count + (holds(value) ? 1 : 0), 0) / draws.length;
