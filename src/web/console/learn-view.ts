import type { Language } from '../../domain/customer.ts';
import type { Part, Section, Told } from '../../learn/report/told.ts';
import { type Drawn, drawPlot } from './plots/plot.ts';

/** The report as the page's templates take it: each part under the name of its kind, plots drawn. */
export interface LearnView {
  title: string;
  asOf: string;
  sections: { id: Section['id']; title: string; parts: PartView[] }[];
}

type PartView = Partial<Record<Part['kind'], object>>;

export function learnView(told: Told): LearnView {
  return {
    title: told.title,
    asOf: told.asOf,
    sections: told.sections.map(({ id, title, parts }) => ({
      id,
      title,
      parts: parts.map((part, i) => partView(part, parts[i - 1], told.language)),
    })),
  };
}

/** A table that says in figures what the plot before it shows needs no name of its own. */
function partView(part: Part, before: Part | undefined, language: Language): PartView {
  if (part.kind === 'plot') {
    const drawn: Drawn = drawPlot(part.plot, part.label, language);
    return { plot: { ...drawn, label: part.label } };
  }
  if (part.kind !== 'table') return { [part.kind]: part };
  const plotted = before?.kind === 'plot' && before.label === part.caption;
  return { table: { ...part, plotted, unnamed: plotted || part.folded } };
}
