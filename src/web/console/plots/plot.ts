import type { Language } from '../../../domain/customer.ts';
import type { Plot } from '../../../learn/report/told.ts';
import type { Frame } from './draw.ts';
import { drawIntervals } from './intervals.ts';
import { drawRates, drawShares } from './over-time.ts';

/** A drawing for a desk and one for a phone: letters keep their size, so the two differ. The page shows one of them. */
export interface Drawn {
  wide: string;
  narrow: string;
}

const WIDE = 720;
const NARROW = 330;

/** Draws a plot as SVG elements. @param label what it shows, in words */
export function drawPlot(plot: Plot, label: string, language: Language): Drawn {
  const format = new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB');
  const frame = { label, number: (value: number) => format.format(value) };
  return { wide: drawAt(plot, { ...frame, width: WIDE }), narrow: drawAt(plot, { ...frame, width: NARROW }) };
}

function drawAt(plot: Plot, frame: Frame): string {
  switch (plot.kind) {
    case 'intervals':
      return drawIntervals(plot, frame);
    case 'shares':
      return drawShares(plot, frame);
    case 'rates':
      return drawRates(plot, frame);
  }
}
