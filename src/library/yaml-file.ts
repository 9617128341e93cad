import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import type { Problem, ProblemCode } from './problem.ts';

/** Where something stands in a file; both count from 1. */
export interface Position {
  line: number;
  column: number;
}

export type Path = readonly PropertyKey[];

/** A YAML file as plain data, together with the way back to its lines. */
export interface YamlFile {
  file: string;
  value: unknown;
  /** Position of the value at this path, or of its nearest existing parent. */
  at(path: Path): Position;
  /** Position of the last key of this path (for keys that should not be there). */
  atKey(path: Path): Position;
  /** Position of `text` inside the value at this path: the exact line of a slip in a long text. */
  atText(path: Path, text: string): Position;
  /** Whether the file says anything at this path. */
  has(path: Path): boolean;
}

/** More aliases than this are no writing aid but an attack on memory. */
const MAX_ALIASES = 50;

const TOO_MANY = [
  `more than ${MAX_ALIASES} aliases`,
  'write the texts out instead of using * and &',
] as const;

/** One slip in YAML makes many errors after it; people need the first ones. */
const MAX_YAML_ERRORS = 5;

const YAML_CODES: Record<string, ProblemCode> = {
  DUPLICATE_KEY: 'duplicate_key',
  TAG_RESOLVE_FAILED: 'yaml_tag',
};

/** Reads one YAML text. Either a file or the reasons why there is none; never throws on what people write. */
export function parseYaml(file: string, source: string): { parsed: YamlFile | null; problems: Problem[] } {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const report = (code: ProblemCode, offset: number, message: string, hint: string | null = null): void => {
    problems.push({ file, ...position(lines, offset), severity: 'error', code, message, hint });
  };

  let value: unknown;
  let root: Node | null = null;
  try {
    // schema 'core' keeps dates as the text that was written
    const document = parseDocument(source, {
      lineCounter: lines,
      schema: 'core',
      stringKeys: true,
      prettyErrors: false,
      uniqueKeys: false,
    });
    const errors = [...document.errors, ...document.warnings, ...duplicateKeys(document)];
    for (const error of firstOfEachLine(errors, lines)) {
      const code = YAML_CODES[error.code] ?? 'yaml_syntax';
      report(code, error.pos[0], sentence(error.message), hintFor(error.code, source, error.pos[0]));
    }
    const aliases: Alias[] = [];
    visit(document, {
      Alias(_, node) {
        aliases.push(node);
        return aliases.length > MAX_ALIASES ? visit.BREAK : undefined;
      },
    });
    // before any is looked up: each of them walks through the whole file
    if (aliases.length > MAX_ALIASES) {
      report('yaml_alias', aliases.at(-1)?.range?.[0] ?? 0, ...TOO_MANY);
    } else {
      for (const node of aliases) {
        if (node.resolve(document) === undefined) {
          report('yaml_alias', node.range?.[0] ?? 0, `"*${node.source}" has no "&${node.source}" before it`);
        }
      }
    }
    if (problems.length > 0) return { parsed: null, problems };
    root = document.contents;
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (error instanceof ReferenceError) {
      report('yaml_alias', 0, ...TOO_MANY);
    } else if (error instanceof RangeError) {
      report('yaml_syntax', 0, 'nested too deeply');
    } else throw error;
    return { parsed: null, problems };
  }

  const steps = (path: Path): Step[] => walk(root, path);
  const parsed: YamlFile = {
    file,
    value,
    has: (path) => steps(path).length === path.length,
    at: (path) => position(lines, offsetOf(steps(path).at(-1))),
    atKey: (path) => position(lines, steps(path).at(-1)?.keyOffset ?? 0),
    atText(path, text) {
      const found = steps(path);
      const node = found.length === path.length ? found.at(-1)?.node : undefined;
      const [start, end] = node?.range ?? [0, 0];
      const inside = source.slice(start, end).indexOf(text);
      return position(lines, inside < 0 ? offsetOf(found.at(-1)) : start + inside);
    },
  };
  return { parsed, problems };
}

/**
 * Keys that a map has twice. The parser would look for them too, each key against all before it: a file of nothing but
 * keys would keep it busy for many seconds.
 */
export function duplicateKeys(
  document: Document,
): { code: 'DUPLICATE_KEY'; pos: [number, number]; message: string }[] {
  const found: ReturnType<typeof duplicateKeys> = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const [start, end] = key.range ?? [0, 0];
        if (seen.has(key.value))
          found.push({ code: 'DUPLICATE_KEY', pos: [start, end], message: 'Map keys must be unique' });
        seen.add(key.value);
      }
    },
  });
  return found;
}

interface Step {
  node: Node | null;
  keyOffset: number | undefined;
}

/** The nodes along a path, as far as they exist. */
function walk(root: Node | null, path: Path): Step[] {
  const steps: Step[] = [];
  let node = root;
  for (const part of path) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(
        (item) => isPair(item) && keyText(item) === String(part),
      );
      if (!pair) return steps;
      node = pair.value as Node | null;
      steps.push({ node, keyOffset: (pair.key as Node | null)?.range?.[0] });
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(part)];
      if (item === undefined) return steps;
      node = item as Node;
      steps.push({ node, keyOffset: node.range?.[0] });
    } else {
      return steps;
    }
  }
  return steps;
}

const keyText = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key));

/** Scalars are found where their text begins, maps and lists at their key: there the eye looks for them. */
function offsetOf(step: Step | undefined): number {
  if (!step) return 0;
  const isText = step.node && !isCollection(step.node) && !isAlias(step.node) && step.node.range;
  return isText ? (step.node?.range?.[0] ?? 0) : (step.keyOffset ?? step.node?.range?.[0] ?? 0);
}

function firstOfEachLine<T extends { pos: [number, number] }>(errors: readonly T[], lines: LineCounter): T[] {
  const seen = new Set<number>();
  const first = errors.filter(({ pos }) => {
    const { line } = position(lines, pos[0]);
    return !seen.has(line) && seen.add(line);
  });
  return first.slice(0, MAX_YAML_ERRORS);
}

function position(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function sentence(message: string): string {
  if (message.startsWith('Maximum call stack')) return 'nested too deeply';
  return `${message.charAt(0).toLowerCase()}${message.slice(1).replace(/\s+/g, ' ')}`;
}

function hintFor(code: string, source: string, offset: number): string | null {
  const start = source.lastIndexOf('\n', offset - 1) + 1;
  const end = source.indexOf('\n', offset);
  const line = source.slice(start, end < 0 ? undefined : end);
  if (code === 'DUPLICATE_KEY') return 'keep one of the two';
  if (code === 'TAG_RESOLVE_FAILED') return 'put texts that begin with "!" in quotes';
  if (code === 'TAB_AS_INDENT') return 'indent with spaces, not tabs';
  if (/:\s*\{\{/.test(line)) return 'put texts that begin with "{{" in quotes';
  if (/:\s.*:(\s|$)/.test(line)) return 'put texts that contain ": " in quotes';
  return null;
}
