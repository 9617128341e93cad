import { CustomChart, LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

echarts.use([CustomChart, LineChart, GridComponent, SVGRenderer]);

/** Colours of the page's style sheet: one drawing serves the light and the dark. */
export const COLOUR = {
  ink: 'var(--ink)',
  muted: 'var(--muted)',
  line: 'var(--line)',
  proven: 'var(--petrol)',
  experimental: 'var(--copper)',
  quiet: 'var(--grey)',
} as const;

/** Letters' height, in the drawing's own pixels. */
export const LETTERS = 13;

/** What a drawing must know besides its numbers. */
export interface Frame {
  /** What it shows, for those who hear the page. */
  label: string;
  width: number;
  /** A number on an axis, as the page's language writes it. */
  number(value: number): string;
}

export interface Size {
  width: number;
  height: number;
}

/**
 * A drawing as an SVG element to stand in a page: it fills the width it is given, moves nothing, and has neither style
 * nor script in it, so that the strictest content security policy lets it pass.
 * @param label what it shows, for those who hear the page
 */
export function draw(option: echarts.EChartsCoreOption, { width, height }: Size, label: string): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'inherit' }, ...option });
    return toElement(chart.renderToSVGString({ useViewBox: true }), label);
  } finally {
    chart.dispose();
  }
}

/** What the renderer writes as styles and for scripts becomes plain attributes, or goes. */
function toElement(svg: string, label: string): string {
  const inner = svg
    .slice(svg.indexOf('>') + 1)
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|pointer-events|ecmeta_[a-z_]+)="[^"]*"/g, '')
    .replace(/ style="([^"]*)"/g, (_, style: string) => asAttributes(style))
    .replace(/\s*\n\s*/g, '');
  const viewBox = /viewBox="([\d. ]+)"/.exec(svg)?.[1] ?? '0 0 100 100';
  return `<svg role="img" aria-label="${encoded(label)}" viewBox="${viewBox}" xmlns="http://www.w3.org/2000/svg">${inner}`;
}

const asAttributes = (style: string): string =>
  style
    .split(';')
    .map((each) => each.split(':').map((part) => part.trim()))
    .flatMap(([name, value]) => (name && value && name !== 'font-family' ? [` ${name}="${value}"`] : []))
    .join('');

/** A text as it may stand in an element or attribute. */
export const encoded = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
