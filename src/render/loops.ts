import { type CompiledTemplate, compileTemplate } from './brackets.ts';
import type { BlockUrls, PreparedBlock } from './view.ts';

/** The two loops of a mail's template, by the list they go over. */
export const LOOPS = ['proven', 'experimental'] as const;
export type LoopName = (typeof LOOPS)[number];

/**
 * A mail's template taken apart at its two loops over blocks. A block says the same to everybody with the
 * same product, except for its addresses; so its text is made once, and only the addresses are put in per
 * mail. With the frame around it, this gives letter for letter what the whole template gives.
 */
export interface LoopedTemplate {
  /** The second-pass template in one piece, for trying out and measuring. */
  source: string;
  /** `proven` and `experimental` are the finished blocks, as text. */
  frame: CompiledTemplate;
  block(loop: LoopName, prepared: PreparedBlock): BlockText;
}

/** A finished block with gaps where its addresses go: `texts[0]`, address, `texts[1]`, address, … */
export interface BlockText {
  texts: string[];
  gaps: (keyof BlockUrls)[];
}

const GAP = /\uE020(\w+)\uE021/;
const gap = (name: string) => `\uE020${name}\uE021`;

const GAPS: BlockUrls = {
  yes: gap('yes'),
  call: gap('call'),
  later: gap('later'),
  no: gap('no'),
  more: gap('more'),
};

/** Compiles a second-pass template in parts. Its loops must have passed `loopProblem`. */
export function compileLooped(source: string, options: { escape: boolean }): LoopedTemplate {
  const blocks = {} as Record<LoopName, CompiledTemplate>;
  const found = LOOPS.map((name) => ({ name, loop: findLoop(source, name) }));
  for (const { name, loop } of found) blocks[name] = compileTemplate(loop?.body ?? '', options);
  const inOrder = found.sort((a, b) => (b.loop?.start ?? 0) - (a.loop?.start ?? 0));
  // from the end, so that places found before stay right
  const frame = inOrder.reduce(
    (text, { name, loop }) =>
      loop ? `${text.slice(0, loop.start)}{{{${name}}}}${text.slice(loop.end)}` : text,
    source,
  );
  return {
    source,
    frame: compileTemplate(frame, options),
    block(loop, prepared) {
      const parts = blocks[loop]({ ...prepared, ...GAPS }).split(GAP);
      return {
        texts: parts.filter((_, index) => index % 2 === 0),
        gaps: parts.filter((_, index) => index % 2 === 1) as (keyof BlockUrls)[],
      };
    },
  };
}

/** Puts a block's addresses in. They are ours, and hold nothing that would need escaping. */
export function fillBlock({ texts, gaps }: BlockText, urls: BlockUrls): string {
  let filled = texts[0] ?? '';
  for (let i = 0; i < gaps.length; i++) filled += urls[gaps[i] as keyof BlockUrls] + texts[i + 1];
  return filled;
}

/** What keeps a template, written with `[[…]]`, from being taken apart; null when nothing does. */
export function loopProblem(source: string): { at: number; problem: string } | null {
  for (const name of LOOPS) {
    const loops = [...source.matchAll(loopStart(name))];
    if (loops[1]) return { at: loops[1].index, problem: `write [[#each ${name}]] only once` };
    const found = findLoop(source, name);
    const outside = found && /\[\[[^\]]*(?:\.\.\/|@)/.exec(found.body);
    if (outside) {
      const at = found.bodyStart + outside.index;
      return {
        at,
        problem: `inside [[#each ${name}]] only the block's own values can be used, no ../ and no @`,
      };
    }
  }
  return null;
}

const loopStart = (name: string) => new RegExp(`(?:\\{\\{|\\[\\[)#each ${name}(?:\\}\\}|\\]\\])`, 'g');

interface Loop {
  start: number;
  bodyStart: number;
  body: string;
  end: number;
}

/** The loop's place, with other loops inside it skipped. A tag alone on its line takes its line along. */
function findLoop(source: string, name: LoopName): Loop | null {
  const open = loopStart(name).exec(source);
  if (!open) return null;
  const tags = /(?:\{\{|\[\[)([#/])each\b[^}\]]*(?:\}\}|\]\])/g;
  tags.lastIndex = open.index;
  let depth = 0;
  for (let tag = tags.exec(source); tag; tag = tags.exec(source)) {
    depth += tag[1] === '#' ? 1 : -1;
    if (depth > 0) continue;
    const opened = ownLine(source, open.index, open.index + open[0].length);
    const closed = ownLine(source, tag.index, tag.index + tag[0].length);
    const bodyStart = opened.end;
    return { start: opened.start, bodyStart, body: source.slice(bodyStart, closed.start), end: closed.end };
  }
  return null;
}

/** Widens a tag's range to its whole line when nothing else stands there, as Handlebars does. */
function ownLine(source: string, start: number, end: number): { start: number; end: number } {
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const newline = source.indexOf('\n', end);
  const lineEnd = newline < 0 ? source.length : newline + 1;
  const alone = source.slice(lineStart, start).trim() === '' && source.slice(end, lineEnd).trim() === '';
  return alone ? { start: lineStart, end: lineEnd } : { start, end };
}
