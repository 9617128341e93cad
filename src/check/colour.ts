import { mix } from '../render/colours.ts';

/** An opaque colour as #rrggbb, and how much of it there is. */
export interface Colour {
  hex: string;
  alpha: number;
}

const NAMED: Readonly<Record<string, string>> = {
  black: '#000000',
  white: '#ffffff',
  red: '#ff0000',
  green: '#008000',
  blue: '#0000ff',
  yellow: '#ffff00',
  gray: '#808080',
  grey: '#808080',
  silver: '#c0c0c0',
  lightgray: '#d3d3d3',
  lightgrey: '#d3d3d3',
  darkgray: '#a9a9a9',
  darkgrey: '#a9a9a9',
  dimgray: '#696969',
  navy: '#000080',
  maroon: '#800000',
  olive: '#808000',
  teal: '#008080',
  purple: '#800080',
  orange: '#ffa500',
  pink: '#ffc0cb',
  aqua: '#00ffff',
  cyan: '#00ffff',
  lime: '#00ff00',
  fuchsia: '#ff00ff',
  magenta: '#ff00ff',
  brown: '#a52a2a',
  gold: '#ffd700',
  whitesmoke: '#f5f5f5',
  ivory: '#fffff0',
};

/** The colour in a value such as `#fff`, `rgba(0,0,0,.5)`, or the shorthand `background`; null where none is known. */
export function colourIn(value: string): Colour | null {
  const hex = /#([0-9a-f]{3,8})\b/i.exec(value)?.[1];
  if (hex) return fromHex(hex);
  const call = /rgba?\(([^)]{0,100})\)/i.exec(value)?.[1];
  if (call) return fromNumbers(call.split(/[\s,/]+/).filter(Boolean));
  const hsl = /hsla?\(([^)]{0,100})\)/i.exec(value)?.[1];
  if (hsl) return fromHsl(hsl.split(/[\s,/]+/).filter(Boolean));
  for (const word of value.toLowerCase().match(/[a-z]+/g) ?? []) {
    if (word === 'transparent') return { hex: '#000000', alpha: 0 };
    const named = NAMED[word];
    if (named) return { hex: named, alpha: 1 };
  }
  return /^(?:none|initial|unset)\b/.test(value) ? { hex: '#000000', alpha: 0 } : null;
}

/** What is seen when the colour lies on an opaque ground. */
export const over = ({ hex, alpha }: Colour, ground: string): string =>
  alpha >= 1 ? hex : mix(hex, ground, alpha);

function fromHex(digits: string): Colour | null {
  const full = digits.length <= 4 ? [...digits].map((digit) => digit + digit).join('') : digits;
  if (full.length !== 6 && full.length !== 8) return null;
  return {
    hex: `#${full.slice(0, 6).toLowerCase()}`,
    alpha: full.length === 8 ? Number.parseInt(full.slice(6), 16) / 255 : 1,
  };
}

function fromNumbers(parts: readonly string[]): Colour | null {
  const part = (text: string, whole: number) =>
    text.endsWith('%') ? (Number.parseFloat(text) / 100) * whole : Number.parseFloat(text);
  const [red, green, blue] = parts
    .slice(0, 3)
    .map((text) => Math.round(Math.min(255, Math.max(0, part(text, 255)))));
  if (red === undefined || green === undefined || blue === undefined || Number.isNaN(red + green + blue))
    return null;
  const alpha = parts[3] === undefined ? 1 : Math.min(1, Math.max(0, part(parts[3], 1)));
  return {
    hex: `#${[red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')}`,
    alpha,
  };
}

/** CSS Color 4, section 7.1: hue in degrees, saturation and lightness in percent. */
function fromHsl([hue = '', saturation = '', lightness = '', alpha = '1']: readonly string[]): Colour | null {
  if (!/^-?[\d.]+(?:deg)?$/i.test(hue)) return null;
  const [turned, s, l] = [hue, saturation, lightness].map(Number.parseFloat) as [number, number, number];
  const [full, light] = [s, l].map((share) => Math.min(1, Math.max(0, share / 100))) as [number, number];
  const channel = (offset: number) => {
    const at = (((offset + turned / 30) % 12) + 12) % 12;
    const share = light - full * Math.min(light, 1 - light) * Math.max(-1, Math.min(at - 3, 9 - at, 1));
    return String(255 * share);
  };
  return fromNumbers([channel(0), channel(8), channel(4), alpha]);
}
