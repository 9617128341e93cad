import type { Plot } from '../../../learn/report/told.ts';
import { COLOUR, draw, encoded, type Frame, LETTERS } from './draw.ts';
import { cut, roundUp } from './intervals.ts';

/** Hues that stay apart on light and dark paper: shades between the free leg's colour and the standing leg's. */
const SHADES = [
  'var(--copper)',
  'var(--petrol)',
  'var(--plot-3)',
  'var(--plot-4)',
  'var(--plot-5)',
  'var(--plot-6)',
  'var(--plot-7)',
  'var(--plot-8)',
];
/** Height of a line of the key, and of what stands between it and the plot: days, and air. */
const KEY = 22;
const BETWEEN = 46;

/** How a whole was divided over time, stacked to 100 %. */
export function drawShares(
  { periods, series }: Extract<Plot, { kind: 'shares' }>,
  { label, width, number }: Frame,
): string {
  const keys = series.map((one, k) => ({ label: one.label, colour: SHADES[k % SHADES.length] as string }));
  const option = {
    ...axes(periods, width, series.length),
    yAxis: yAxis(100, (value) => `${number(value)} %`),
    series: series.map((one, k) => ({
      type: 'line',
      stack: 'all',
      symbol: 'none',
      clip: false,
      lineStyle: { color: 'var(--paper)', width: 1 },
      areaStyle: { color: SHADES[k % SHADES.length], opacity: 1 },
      data: one.values.map((share) => 100 * share),
    })),
  };
  return drawWithKey(option, keys, label, width, 200);
}

/** How often each kind was answered over time, with the band in which chance lets it swing. */
export function drawRates(
  { periods, series }: Extract<Plot, { kind: 'rates' }>,
  { label, width, number }: Frame,
): string {
  const keys = series.map((one) => ({ label: one.label, colour: COLOUR[one.of] }));
  const ends = series.flatMap(({ ranges }) => ranges.map((range) => 100 * (range?.high ?? 0)));
  const option = {
    ...axes(periods, width, series.length),
    yAxis: yAxis(4 * roundUp(Math.max(...ends) / 4), number),
    series: series.flatMap((one) => {
      const of = (value: 'mean' | 'low' | 'high') =>
        one.ranges.map((range) => (range ? 100 * range[value] : null));
      const low = of('low');
      const band = { type: 'line', symbol: 'none', clip: false, stack: one.of, lineStyle: { opacity: 0 } };
      return [
        { ...band, data: low },
        {
          ...band,
          areaStyle: { color: COLOUR[one.of], opacity: 0.16 },
          data: of('high').map((high, i) => (high === null ? null : high - (low[i] ?? 0))),
        },
        {
          type: 'line',
          symbol: 'circle',
          symbolSize: 6,
          clip: false,
          itemStyle: { color: COLOUR[one.of] },
          lineStyle: {
            color: COLOUR[one.of],
            width: 2,
            type: one.of === 'experimental' ? 'dashed' : 'solid',
          },
          data: of('mean'),
        },
      ];
    }),
  };
  return drawWithKey(option, keys, label, width, 220);
}

function axes(periods: readonly string[], width: number, keys: number) {
  return {
    grid: { left: 44, right: 12, top: 10, bottom: BETWEEN + keys * KEY },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: periods,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: COLOUR.line } },
      axisLabel: {
        color: COLOUR.muted,
        fontSize: LETTERS,
        interval: Math.max(0, Math.ceil(periods.length / (width / 70)) - 1),
        alignMinLabel: 'left',
        alignMaxLabel: 'right',
      },
    },
  };
}

const yAxis = (max: number, formatter: (value: number) => string) => ({
  type: 'value',
  min: 0,
  max,
  interval: max / 4,
  axisLabel: { color: COLOUR.muted, fontSize: LETTERS, formatter },
  splitLine: { lineStyle: { color: COLOUR.line } },
});

/** Names under the drawing, one a line, each with its colour. */
function drawWithKey(
  option: Parameters<typeof draw>[0],
  keys: readonly { label: string; colour: string }[],
  label: string,
  width: number,
  plotHeight: number,
): string {
  const height = plotHeight + BETWEEN + keys.length * KEY;
  const graphic = keys.map((key, k) => ({ ...key, y: plotHeight + BETWEEN + 8 + k * KEY }));
  return draw(option, { width, height }, label).replace(
    '</svg>',
    `${graphic
      .map(
        ({ label: text, colour, y }) =>
          `<rect x="10" y="${y - 10}" width="12" height="12" rx="3" fill="${colour}"></rect>` +
          `<text x="30" y="${y}" font-size="${LETTERS}" fill="${COLOUR.ink}">${encoded(cut(text, width - 20))}</text>`,
      )
      .join('')}</svg>`,
  );
}
