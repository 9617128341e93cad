/**
 * A mail as dark mail programs show it. There is no standard; there are three habits:
 *
 * - `dark`: the mail's own `prefers-color-scheme: dark` styles are honoured (Apple Mail, Thunderbird);
 * - `partly`: light grounds become dark and dark text light, what is dark already stays (Outlook.com, Gmail on Android);
 * - `fully`: every colour is turned, so that dark grounds become light (Gmail on iOS, Outlook for Windows).
 *
 * Sources: Rémi Parmentier, “Dealing with Outlook.com's Dark Mode” (hteumeuleu.com), for what is looked at (`color`,
 * `bgcolor`, `background`, `background-color`, inline and embedded) and the darkness of the ground; Mark Robbins,
 * “Taming forced dark mode” (customer.io/learn), for Android's algorithmic darkening; the names of the habits are Litmus'.
 * The programs' own formulas are unpublished or change: this turns the lightness of each colour (HSL) and keeps hue and
 * saturation, which is near enough to see what becomes unreadable or vanishes. Pictures stay as they are.
 */
export const SCHEMES = ['light', 'dark', 'partly', 'fully'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** The darkest that a light ground becomes: no program turns white into pure black. */
const DARKEST = 0.12;
/** The lightest that dark text becomes. */
const LIGHTEST = 0.92;

const PREFERS_DARK = /\(\s*prefers-color-scheme\s*:\s*dark\s*\)/gi;

/** The mail's HTML in one of the schemes, whatever the browser that shows it prefers. Pure. */
export function inScheme(html: string, scheme: Scheme): string {
  const honoured = scheme === 'dark';
  const fixed = html
    .replace(PREFERS_DARK, honoured ? '(min-width: 0px)' : '(max-width: 0px)')
    // a browser that prefers dark would draw its own ground under a mail that claims to know both
    .replace(/\bcolor-scheme\s*:\s*[^;}"']+/gi, `color-scheme: ${honoured ? 'dark' : 'light'}`);
  if (scheme === 'light' || honoured) return fixed;
  const turn = scheme === 'partly' ? partly : fully;
  const turned = fixed
    .replace(
      /(<style\b[^>]*>)([\s\S]*?)(<\/style>)/gi,
      (_, open, css, close) => open + styles(css, turn) + close,
    )
    .replace(/\bstyle\s*=\s*("[^"]*"|'[^']*')/gi, (all) => styles(all, turn))
    .replace(/\b(bgcolor|color)\s*=\s*(["']?)(#[0-9a-f]{3,8}|[a-z]+)\2/gi, (all, name, quote, colour) => {
      const ground = String(name).toLowerCase() === 'bgcolor';
      const other = turnedColour(colour, ground, turn);
      return other === null ? all : `${name}=${quote}${other}${quote}`;
    });
  // where a mail says nothing, the program's own dark ground shows
  return inHead(
    turned,
    '<style>:where(html){background:#1f1f1f;color:#ebebeb}:where(a){color:#8ab4f8}</style>',
  );
}

/** How one colour changes, given as lightness from 0 to 1. */
type Turn = (lightness: number, ground: boolean) => number;

const partly: Turn = (lightness, ground) => {
  if (ground) return lightness > 0.5 ? Math.max(DARKEST, 1 - lightness) : lightness;
  return lightness < 0.5 ? Math.min(LIGHTEST, 1 - lightness) : lightness;
};

const fully: Turn = (lightness, ground) =>
  ground ? Math.max(DARKEST, 1 - lightness) : Math.min(LIGHTEST, 1 - lightness);

/** Whole declarations only, so that `data-color` or a selector named `color` is left alone. */
const DECLARATION =
  /(^|[;{"'\s])((?:background|border|outline)[a-z-]*|color|fill|stroke)(\s*:\s*)([^;}"']+)/gi;
const COLOUR =
  /#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|\b(?:white|black|gr[ae]y|silver|red|green|blue|navy|yellow|orange)\b/gi;

function styles(css: string, turn: Turn): string {
  return css.replace(DECLARATION, (all, before, name, colon, value) => {
    if (/url\(/i.test(value)) return all;
    const ground = !/^(color|fill|stroke)$/i.test(name);
    const other = String(value).replace(COLOUR, (colour) => turnedColour(colour, ground, turn) ?? colour);
    return before + name + colon + other;
  });
}

function turnedColour(colour: string, ground: boolean, turn: Turn): string | null {
  const channels = channelsOf(colour);
  if (channels === null) return null;
  const [red, green, blue, alpha] = channels;
  const [hue, saturation, lightness] = toHsl(red, green, blue);
  const turned = turn(lightness, ground);
  if (turned === lightness) return null;
  const rgb = toRgb(hue, saturation, turned).map((value) => Math.round(value * 255));
  const hex = `#${rgb.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
  return alpha === 1 ? hex : `rgba(${rgb.join(',')},${alpha})`;
}

const NAMED: Readonly<Record<string, string>> = {
  white: '#ffffff',
  black: '#000000',
  gray: '#808080',
  grey: '#808080',
  silver: '#c0c0c0',
  red: '#ff0000',
  green: '#008000',
  blue: '#0000ff',
  navy: '#000080',
  yellow: '#ffff00',
  orange: '#ffa500',
};

/** Red, green, blue and opacity, 0 to 1 each; null for what is no colour that we know. */
function channelsOf(colour: string): [number, number, number, number] | null {
  const text = NAMED[colour.toLowerCase()] ?? colour.toLowerCase();
  const function_ = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+)(%?))?\s*\)$/.exec(
    text,
  );
  if (function_) {
    const [, red, green, blue, alpha = '1', percent] = function_;
    return [
      Number(red) / 255,
      Number(green) / 255,
      Number(blue) / 255,
      Number(alpha) / (percent === '%' ? 100 : 1),
    ];
  }
  const digits = /^#([0-9a-f]{3,8})$/.exec(text)?.[1];
  if (digits === undefined || ![3, 4, 6, 8].includes(digits.length)) return null;
  const long = digits.length < 6 ? [...digits].map((digit) => digit + digit).join('') : digits;
  const at = (index: number) => Number.parseInt(long.slice(index, index + 2), 16) / 255;
  return [at(0), at(2), at(4), long.length === 8 ? at(6) : 1];
}

function toHsl(red: number, green: number, blue: number): [number, number, number] {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  const lightness = (most + least) / 2;
  const range = most - least;
  if (range === 0) return [0, 0, lightness];
  const saturation = range / (1 - Math.abs(2 * lightness - 1));
  const hue =
    most === red
      ? ((green - blue) / range + 6) % 6
      : most === green
        ? (blue - red) / range + 2
        : (red - green) / range + 4;
  return [hue, saturation, lightness];
}

function toRgb(hue: number, saturation: number, lightness: number): [number, number, number] {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const k = (offset + hue * 2) % 12;
    return Math.min(1, Math.max(0, lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Puts something at the beginning of a mail's head, so that the mail's own styles come after it. */
export function inHead(html: string, part: string): string {
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + part) : part + html;
}
