import { parseDocument } from 'htmlparser2';
import { cleanLine } from '../render/clean.ts';
import type { Where } from './finding.ts';
import { walkTags } from './rewrite.ts';

/** The parser's own types, which it does not give names to. */
type Parsed = ReturnType<typeof parseDocument>;
export type Node = Parsed['children'][number];
export type Element = Extract<Node, { attribs: Record<string, string> }>;

/** A run of text that a reader sees in one piece: a paragraph, a heading, a cell. */
export interface TextBlock {
  text: string;
  /** The element that makes it a block, e.g. `p`. */
  element: Element;
}

export interface Link {
  element: Element;
  /** As written, trimmed. */
  href: string;
  /** What a reader sees or hears: text and alternative texts. */
  label: string;
}

export interface Opened {
  document: Parsed;
  /** Every element, in the order of the source. */
  elements: readonly Element[];
  /** What can be read, without what is hidden (such as the preheader). */
  blocks: readonly TextBlock[];
  links: readonly Link[];
  /** Whether elements were nested so deep that some were left out. */
  cutOff: boolean;
  /** A place for a finding. */
  at(node: Node, excerpt?: string): Where;
}

/** Elements may lie within elements so deep; our own mails need 30, and browsers give up at 512. */
const DEEPEST = 256;

/**
 * Takes HTML apart, forgiving as mail clients are. Conditional comments for Outlook stay comments, and what is nested
 * beyond all measure is left out (`cutOff`).
 */
export function openHtml(html: string): Opened {
  const readable = upToDepth(html, DEEPEST);
  const cutOff = readable.length < html.length;
  const document = parseDocument(readable, { withStartIndices: true });
  const elements: Element[] = [];
  const collect = (nodes: readonly Node[]) => {
    for (const node of nodes) {
      if (!isElement(node)) continue;
      elements.push(node);
      collect(node.children as Node[]);
    }
  };
  collect(document.children);
  const lines = lineStarts(html);
  return {
    document,
    elements,
    cutOff,
    blocks: textBlocks(document.children),
    links: elements
      .filter(({ name, attribs }) => (name === 'a' || name === 'area') && attribs.href !== undefined)
      .map((element) => ({ element, href: element.attribs.href?.trim() ?? '', label: labelOf(element) })),
    at(node, excerpt = '') {
      const line = lineAt(lines, node.startIndex ?? 0);
      return { part: 'html', line, ...(excerpt ? { excerpt: cleanLine(excerpt, 120) } : {}) };
    },
  };
}

const VOID = new Set('area base br col embed hr img input link meta source track wbr'.split(' '));

/** HTML up to where an element lies within so many others: taking more apart would take time without end. */
function upToDepth(html: string, deepest: number): string {
  let depth = 0;
  let end = html.length;
  walkTags(html, {
    open: (name, start) => {
      if (!VOID.has(name)) depth += 1;
      if (depth > deepest && end === html.length) end = start - 1;
    },
    close: () => {
      if (depth > 0) depth -= 1;
    },
  });
  return html.slice(0, end);
}

export const isElement = (node: Node): node is Element => 'attribs' in node;

/** Characters of a label that matter. */
const LONGEST_LABEL = 1000;

/** Text and alternative texts inside, as a screen reader would say them. */
export function labelOf(element: Element): string {
  const parts: string[] = [];
  let left = LONGEST_LABEL;
  const gather = (node: Node) => {
    if (left <= 0) return;
    if (node.type === 'text') {
      parts.push(node.data.slice(0, LONGEST_LABEL));
      left -= node.data.trim().length;
    } else if (isElement(node)) {
      if (node.name === 'img') parts.push(` ${node.attribs.alt ?? ''} `);
      for (const child of node.children as Node[]) gather(child);
    }
  };
  gather(element);
  return (squeeze(parts.join('')) || element.attribs['aria-label']?.trim()) ?? '';
}

/** Elements that stand in a line with the text around them. */
const INLINE = new Set(
  'a abbr b bdi bdo big br cite code del em font i img ins kbd mark q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);

const UNSEEN = new Set(['head', 'style', 'script', 'title', 'template', 'noscript']);

/** Whether the element hides what is in it by its own style. */
export const isHidden = ({ attribs }: Element): boolean =>
  attribs.hidden !== undefined ||
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attribs.style ?? '');

function textBlocks(roots: readonly Node[]): TextBlock[] {
  const blocks: TextBlock[] = [];
  let open: { parts: string[]; element: Element } | null = null;
  const close = () => {
    const text = squeeze(open?.parts.join('') ?? '');
    if (open && text !== '') blocks.push({ text, element: open.element });
    open = null;
  };
  const walk = (nodes: readonly Node[], around: Element | null) => {
    for (const node of nodes) {
      if (node.type === 'text') {
        if (!around) continue;
        open ??= { parts: [], element: around };
        open.parts.push(node.data);
      } else if (isElement(node) && !UNSEEN.has(node.name) && !isHidden(node)) {
        const inline = INLINE.has(node.name);
        if (node.name === 'br') close();
        else if (inline) walk(node.children as Node[], around ?? node);
        else {
          close();
          walk(node.children as Node[], node);
          close();
        }
      }
    }
  };
  walk(roots, null);
  close();
  return blocks;
}

export const squeeze = (text: string): string => text.replace(/(?:\s|\u034f|[\u200b-\u200d])+/g, ' ').trim();

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(starts: readonly number[], index: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return low;
}
