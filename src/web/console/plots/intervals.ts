import type { Plot } from '../../../learn/report/told.ts';
import { COLOUR, draw, type Frame, LETTERS } from './draw.ts';

/** Height of a row: its name, and under it the interval. */
const ROW = 46;

type Intervals = Extract<Plot, { kind: 'intervals' }>;

/** Several forms under each other: a dot for what is expected of each, a line for what it may be, per hundred. */
export function drawIntervals({ rows }: Intervals, { label, width, number }: Frame): string {
  const most = Math.max(...rows.map(({ range }) => 100 * range.high));
  return draw(
    {
      grid: { left: 8, right: 14, top: 4, bottom: 26 },
      xAxis: {
        type: 'value',
        min: 0,
        max: roundUp(most),
        splitNumber: width < 500 ? 4 : 8,
        axisLabel: { color: COLOUR.muted, fontSize: LETTERS, formatter: number },
        splitLine: { lineStyle: { color: COLOUR.line } },
      },
      yAxis: { type: 'category', inverse: true, data: rows.map((_, i) => i), show: false },
      series: [
        {
          type: 'custom',
          data: rows.map((_, i) => [0, i]),
          renderItem: (
            _: unknown,
            api: { coord(at: [number, number]): [number, number]; value(k: number): number },
          ) => {
            const i = api.value(1);
            const row = rows[i] as Intervals['rows'][number];
            const place = (rate: number) => api.coord([100 * rate, i]);
            const [low, y] = place(row.range.low);
            const [high] = place(row.range.high);
            const [mean] = place(row.range.mean);
            const colour = row.lit ? COLOUR.experimental : COLOUR.quiet;
            return {
              type: 'group',
              children: [
                {
                  type: 'text',
                  x: 10,
                  y: y - 18,
                  style: { text: cut(row.label, width), fill: COLOUR.ink, fontSize: LETTERS },
                },
                {
                  type: 'line',
                  shape: { x1: low, y1: y + 8, x2: high, y2: y + 8 },
                  style: { stroke: colour, lineWidth: 3, lineCap: 'round' },
                },
                { type: 'circle', shape: { cx: mean, cy: y + 8, r: 6 }, style: { fill: colour } },
              ],
            };
          },
        },
      ],
    },
    { width, height: rows.length * ROW + 32 },
    label,
  );
}

/** As many letters as surely fit. */
export function cut(text: string, width: number): string {
  const most = Math.floor((width - 24) / 7);
  return text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;
}

/** A round number that nothing goes beyond. */
export function roundUp(value: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(value, 0.1)));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8].find((times) => times * step >= value - 1e-9) ?? 10) * step;
}
