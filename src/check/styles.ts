import { compile } from 'css-select';
import postcss, { type ChildNode as CssNode, type Rule as CssRule } from 'postcss';
import type { Element } from './document.ts';
import { recently } from './recently.ts';

/** How clients show a mail: as written, or with what it says for dark mode (`prefers-color-scheme: dark`). */
export type Scheme = 'light' | 'dark';

export interface Declaration {
  property: string;
  value: string;
  important: boolean;
}

export interface StyleRule {
  matches(element: Element): boolean;
  dark: boolean;
  specificity: number;
  declarations: readonly Declaration[];
}

/** What a colour on the screen depends on. */
const OF_INTEREST = new Set([
  'color',
  'background',
  'background-color',
  'background-image',
  'display',
  'visibility',
  'opacity',
  'font-size',
  'font-weight',
  'height',
  'max-height',
  'overflow',
]);

/** Media rules within media rules; nobody needs more. */
const DEEPEST = 5;

/** Rules of a style sheet that bear on contrast, in order; rules for widths and for print are left out. */
export const styleRules: (css: string) => readonly StyleRule[] = recently(50, (css) => {
  const rules: StyleRule[] = [];
  const walk = (nodes: readonly CssNode[], dark: boolean, depth = 0) => {
    for (const node of nodes) {
      if (node.type === 'atrule' && node.name === 'media' && depth < DEEPEST) {
        const wantsDark = /prefers-color-scheme\s*:\s*dark/i.test(node.params);
        if (wantsDark || /^(?:all|screen|only screen)$/i.test(node.params.trim()))
          walk(node.nodes ?? [], dark || wantsDark, depth + 1);
      } else if (node.type === 'rule') rules.push(...rulesOf(node, dark));
    }
  };
  walk(parse(css, false), false);
  return rules;
});

/** Declarations of a `style` attribute. */
export const inlineStyle: (style: string) => readonly Declaration[] = recently(2000, (style) =>
  declarationsOf(parse(style, true)),
);

/** Characters of a style sheet that are read; Gmail reads 16,000. */
const LONGEST_SHEET = 64_000;
/** Of a style attribute. */
const LONGEST_STYLE = 5_000;

/** What is too long to be read, by mail clients and by us. */
export const isTooLong = (css: string, inline: boolean): boolean =>
  css.length > (inline ? LONGEST_STYLE : LONGEST_SHEET);

/** Broken style sheets are somebody else's finding. */
function parse(css: string, inline: boolean): readonly CssNode[] {
  if (isTooLong(css, inline)) return [];
  try {
    return postcss.parse(css).nodes;
  } catch {
    return [];
  }
}

function rulesOf(rule: CssRule, dark: boolean): StyleRule[] {
  const declarations = declarationsOf(rule.nodes);
  if (declarations.length === 0) return [];
  return rule.selectors.flatMap((selector): StyleRule[] => {
    // what a mouse or a finger does, and what is not an element, has no colour to measure
    if (/:(?:hover|active|focus|visited|:)|::/.test(selector)) return [];
    try {
      return [{ matches: quickMatcher(selector), dark, specificity: specificityOf(selector), declarations }];
    } catch {
      return [];
    }
  });
}

/** Most rules are about a class that most elements do not have: those need not be compared any further. */
function quickMatcher(selector: string): StyleRule['matches'] {
  const matches: StyleRule['matches'] = compile(selector);
  const last = /[^\s>+~]+$/.exec(selector.trim())?.[0] ?? '';
  const needed = /[[\]()\\]/.test(selector) ? undefined : /\.([\w-]+)/.exec(last)?.[1];
  if (needed === undefined) return matches;
  return (element) => Boolean(element.attribs.class?.includes(needed)) && matches(element);
}

const declarationsOf = (nodes: readonly CssNode[]): Declaration[] =>
  nodes.flatMap((node) =>
    node.type === 'decl' && OF_INTEREST.has(node.prop.toLowerCase())
      ? [
          {
            property: node.prop.toLowerCase(),
            value: node.value.toLowerCase(),
            important: node.important ?? false,
          },
        ]
      : [],
  );

/** Selectors 4, section 15, as one number: ids, then classes, attributes and pseudo-classes, then types. */
function specificityOf(selector: string): number {
  const attributes = selector.match(/\[[^\]]*\]/g)?.length ?? 0;
  const rest = selector.replace(/\[[^\]]*\]/g, '');
  const ids = rest.match(/#[\w-]+/g)?.length ?? 0;
  const classes = attributes + (rest.match(/[.:][\w-]+/g)?.length ?? 0);
  const types = rest.match(/(?:^|[\s>+~])[a-z][\w-]*/gi)?.length ?? 0;
  return ids * 10_000 + classes * 100 + types;
}

/** What applies to one element, by the cascade: importance, place, specificity, order. */
export function declared(element: Element, rules: readonly StyleRule[], scheme: Scheme): Map<string, string> {
  const winners = new Map<string, { value: string; weight: number }>();
  const take = ({ property, value, important }: Declaration, specificity: number) => {
    const weight = (important ? 1e9 : 0) + specificity;
    for (const name of property === 'background' ? ['background-color', 'background-image'] : [property])
      if ((winners.get(name)?.weight ?? -1) <= weight) winners.set(name, { value, weight });
  };
  const { bgcolor, color } = element.attribs;
  if (bgcolor) take({ property: 'background-color', value: bgcolor.toLowerCase(), important: false }, 0);
  if (element.name === 'font' && color)
    take({ property: 'color', value: color.toLowerCase(), important: false }, 0);
  for (const rule of rules)
    if ((!rule.dark || scheme === 'dark') && rule.matches(element))
      for (const declaration of rule.declarations) take(declaration, rule.specificity);
  for (const declaration of inlineStyle(element.attribs.style ?? '')) take(declaration, 1e8);
  return new Map([...winners].map(([property, { value }]) => [property, value]));
}
