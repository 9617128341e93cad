import type { Part, Section, Told } from '../../learn/report/told.ts';
import { type Drawn, drawPlot } from './plots/plot.ts';

/** The report as the page's templates take it: each part under the name of its kind, plots drawn. */
export interface LearnView {
  title: string;
  asOf: string;
  sections: { id: Section['id']; title: string; parts: PartView[] }[];
}

type PartView = { [K in Part['kind']]?: Extract<Part, { kind: K }> | (Drawn & { label: string }) };

export function learnView(told: Told): LearnView {
  return {
    title: told.title,
    asOf: told.asOf,
    sections: told.sections.map(({ id, title, parts }) => ({ id, title, parts: parts.map(partView) })),
  };
}

const partView = (part: Part): PartView =>
  part.kind === 'plot'
    ? { plot: { ...drawPlot(part.plot, part.label), label: part.label } }
    : { [part.kind]: part };
