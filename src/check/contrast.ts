import { contrast, READABLE } from '../render/colours.ts';
import { colourIn, over } from './colour.ts';
import { type Element, isElement, type Node, squeeze } from './document.ts';
import type { Finding } from './finding.ts';
import type { OpenedMail } from './mail.ts';
import { TOO_LARGE } from './size.ts';
import { declared, type Scheme, type StyleRule, styleRules } from './styles.ts';

/** WCAG 2.2, 1.4.3: text of 24 px, or bold of 18.66 px, may have less contrast. */
const READABLE_LARGE = 3;
const LARGE = 24;
const LARGE_BOLD = 18.66;
/** Below this nobody reads it without effort, whatever the size. */
const HOPELESS = 3;

/** What text stands on where nothing says otherwise. */
const CANVAS: Record<Scheme, { ground: string; text: string; link: string }> = {
  light: { ground: '#ffffff', text: '#000000', link: '#0000ee' },
  dark: { ground: '#121212', text: '#ffffff', link: '#9e9eff' },
};

interface Look {
  colour: string;
  /** null: a picture lies behind the text, so nobody can say. */
  ground: string | null;
  size: number;
  bold: boolean;
}

/** Contrast of text on its ground, in light and as the mail asks for in dark mode; each pair of colours once. */
export function checkContrast(mail: OpenedMail): Finding[] {
  if (mail.html.length > TOO_LARGE) return [];
  const css = mail.elements
    .filter(({ name }) => name === 'style')
    .map((style) => style.children.map((child) => ('data' in child ? child.data : '')).join(''))
    .join('\n');
  const rules = styleRules(css);
  const honoursDark = rules.some(({ dark }) => dark);
  return (honoursDark ? (['light', 'dark'] as const) : (['light'] as const)).flatMap((scheme) =>
    lookAt(mail, rules, scheme),
  );
}

function lookAt({ document, at }: OpenedMail, rules: readonly StyleRule[], scheme: Scheme): Finding[] {
  const found = new Map<string, Finding>();
  const canvas = CANVAS[scheme];
  const walk = (nodes: readonly Node[], look: Look) => {
    for (const node of nodes) {
      if (node.type === 'text') {
        const text = squeeze(node.data);
        if (text !== '') judge(text, node, look);
      } else if (isElement(node) && !SILENT.has(node.name)) {
        const next = lookOf(node, look);
        if (next) walk(node.children as Node[], next);
      }
    }
  };
  const judge = (text: string, node: Node, { colour, ground, size, bold }: Look) => {
    if (ground === null || !/[\p{L}\p{N}]/u.test(text)) return;
    const needed = size >= LARGE || (bold && size >= LARGE_BOLD) ? READABLE_LARGE : READABLE;
    const ratio = contrast(colour, ground);
    if (ratio >= needed || found.has(`${colour} ${ground}`)) return;
    found.set(`${colour} ${ground}`, {
      code: scheme === 'dark' ? 'contrast_dark' : 'contrast_low',
      severity: ratio < HOPELESS ? 'error' : 'warning',
      where: at(node, text),
      values: { colour, ground, ratio: (Math.floor(ratio * 10) / 10).toFixed(1), needed: needed.toFixed(1) },
    });
  };
  const lookOf = (element: Element, around: Look): Look | null => {
    const style = declared(element, rules, scheme);
    if (/^none/.test(style.get('display') ?? '') || style.get('visibility') === 'hidden') return null;
    if (Number.parseFloat(style.get('opacity') ?? '1') === 0 || isFolded(style)) return null;
    const size = sizeOf(style.get('font-size'), around.size);
    // the oldest way to hide a preheader
    if (size <= 1) return null;
    const ground = groundOf(style, around.ground);
    const own = colourIn(style.get('color') ?? '');
    const inherited =
      element.name === 'a' && element.attribs.href !== undefined ? canvas.link : around.colour;
    const takesOver = style.get('color') === 'inherit';
    return {
      colour:
        own && own.alpha > 0 ? over(own, ground ?? canvas.ground) : takesOver ? around.colour : inherited,
      ground,
      size,
      bold: boldOf(style.get('font-weight'), element.name, around.bold),
    };
  };
  walk(document.children, { colour: canvas.text, ground: canvas.ground, size: 16, bold: false });
  return [...found.values()];
}

const SILENT = new Set(['head', 'style', 'script', 'title', 'template']);

/** Folded to no height, as preheaders are that no reader is to see. */
const isFolded = (style: ReadonlyMap<string, string>): boolean =>
  style.get('overflow') === 'hidden' &&
  ['height', 'max-height'].some((name) => Number.parseFloat(style.get(name) ?? '') === 0);

function groundOf(style: ReadonlyMap<string, string>, around: string | null): string | null {
  const colour = colourIn(style.get('background-color') ?? '');
  const picture = /url\(|gradient\(/.test(style.get('background-image') ?? '');
  // a colour beside the picture is what shows while pictures are blocked
  if (picture && !(colour && colour.alpha >= 1)) return null;
  if (!colour || colour.alpha === 0) return around;
  return colour.alpha >= 1 ? colour.hex : around && over(colour, around);
}

function sizeOf(value: string | undefined, around: number): number {
  const amount = Number.parseFloat(value ?? '');
  if (Number.isNaN(amount)) return around;
  if (value?.endsWith('%')) return (amount / 100) * around;
  if (value?.endsWith('pt')) return (amount * 4) / 3;
  if (value?.endsWith('rem')) return amount * 16;
  return value?.endsWith('em') ? amount * around : amount;
}

const BOLD = new Set(['b', 'strong', 'th', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);

function boldOf(value: string | undefined, name: string, around: boolean): boolean {
  if (value === undefined) return BOLD.has(name) || around;
  return value === 'bold' || value === 'bolder' || Number.parseInt(value, 10) >= 700;
}
