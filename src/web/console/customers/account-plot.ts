import { COLOUR, draw, LETTERS } from '../plots/draw.ts';
import { roundUp } from '../plots/intervals.ts';

/** New blocks wanted and given, mail after mail: the one a line, the other steps on it. Fewer than two mails: nothing. */
export function accountPlot(
  mails: readonly { wanted: number; given: number }[],
  label: string,
): string | null {
  if (mails.length < 2) return null;
  const most = roundUp(Math.max(1, ...mails.flatMap(({ wanted, given }) => [wanted, given])));
  const line = (color: string, data: number[], more: object) => ({
    type: 'line',
    symbol: 'none',
    clip: false,
    lineStyle: { color, width: 2 },
    data,
    ...more,
  });
  return draw(
    {
      grid: { left: 30, right: 10, top: 10, bottom: 12 },
      xAxis: {
        type: 'category',
        boundaryGap: false,
        data: mails.map((_, n) => n + 1),
        axisTick: { show: false },
        axisLabel: { show: false },
        axisLine: { lineStyle: { color: COLOUR.line } },
      },
      yAxis: {
        type: 'value',
        max: most,
        splitNumber: 2,
        axisLabel: { color: COLOUR.muted, fontSize: LETTERS },
        splitLine: { lineStyle: { color: COLOUR.line } },
      },
      series: [
        line(
          COLOUR.proven,
          mails.map(({ wanted }) => wanted),
          {},
        ),
        line(
          COLOUR.experimental,
          mails.map(({ given }) => given),
          { step: 'end' },
        ),
      ],
    },
    { width: 330, height: 130 },
    label,
  );
}
