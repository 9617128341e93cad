/** Colours of a mail, light and dark, derived from the company's accent so that text is always readable. */

/** WCAG 2: the least contrast of text of normal size. */
export const READABLE = 4.5;
/** On dark grounds a little more: thin bright letters look fainter than they measure. */
const READABLE_ON_DARK = 6.5;

export interface Palette {
  page: string;
  sheet: string;
  /** Behind experimental blocks. */
  panel: string;
  panelEdge: string;
  ink: string;
  muted: string;
  line: string;
  /** The accent as text: readable on sheet and panel. */
  accent: string;
  button: string;
  onButton: string;
}

const LIGHT = { page: '#f4f3f0', sheet: '#ffffff', ink: '#24282c', muted: '#5a6067', line: '#e3e1dc' };
const DARK = { page: '#131517', sheet: '#1c1f22', ink: '#e9e7e3', muted: '#a6abb0', line: '#33373b' };

export function lightPalette(accent: string): Palette {
  const panel = mix(accent, LIGHT.sheet, 0.06);
  const text = readable(accent, [LIGHT.sheet, panel], '#000000', READABLE);
  return {
    ...LIGHT,
    muted: readable(LIGHT.muted, [LIGHT.page, LIGHT.sheet, panel], '#000000', READABLE),
    panel,
    panelEdge: mix(accent, LIGHT.sheet, 0.45),
    accent: text,
    button: accent,
    onButton: textOn(accent),
  };
}

export function darkPalette(accent: string): Palette {
  const panel = mix(accent, DARK.sheet, 0.16);
  const text = readable(accent, [DARK.sheet, panel], '#ffffff', READABLE_ON_DARK);
  return {
    ...DARK,
    muted: readable(DARK.muted, [DARK.page, DARK.sheet, panel], '#ffffff', READABLE),
    panel,
    panelEdge: mix(text, DARK.sheet, 0.5),
    accent: text,
    button: text,
    onButton: textOn(text),
  };
}

/** Contrast of two colours by WCAG 2, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** `share` of the first colour, the rest of the second. */
export function mix(a: string, b: string, share: number): string {
  const [from, to] = [channels(a), channels(b)];
  return `#${from
    .map((value, i) => Math.round(value * share + (to[i] ?? 0) * (1 - share)))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}

/** The colour itself if it can be read on all grounds, else moved towards `towards` until it can. */
function readable(colour: string, grounds: string[], towards: string, least: number): string {
  for (let share = 1; share >= 0; share -= 0.02) {
    const moved = mix(colour, towards, share);
    if (grounds.every((ground) => contrast(moved, ground) >= least)) return moved;
  }
  return towards;
}

const textOn = (ground: string): string =>
  contrast('#ffffff', ground) >= READABLE
    ? '#ffffff'
    : contrast('#101214', ground) >= READABLE
      ? '#101214'
      : '#000000';

function luminance(colour: string): number {
  const [r, g, b] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
