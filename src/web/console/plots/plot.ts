import type { Plot } from '../../../learn/report/told.ts';
import { drawIntervals } from './intervals.ts';
import { drawRates, drawShares } from './over-time.ts';

/** A drawing for a desk and one for a phone: letters keep their size, so the two differ. The page shows one of them. */
export interface Drawn {
  wide: string;
  narrow: string;
}

const WIDE = 860;
const NARROW = 330;

/** Draws a plot as SVG elements. @param label what it shows, in words */
export function drawPlot(plot: Plot, label: string): Drawn {
  return { wide: drawAt(plot, label, WIDE), narrow: drawAt(plot, label, NARROW) };
}

function drawAt(plot: Plot, label: string, width: number): string {
  switch (plot.kind) {
    case 'intervals':
      return drawIntervals(plot, label, width);
    case 'shares':
      return drawShares(plot, label, width);
    case 'rates':
      return drawRates(plot, label, width);
  }
}
