import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  type Pair,
  parseDocument,
  Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import { duplicateKeys } from '../yaml-file.ts';
import { unwrapped, wrapped } from './paragraphs.ts';
import type { Kind } from './place.ts';

/** A text of a file that has a field of its own in the form. */
export interface Field {
  /** As the form names it, e.g. `de.headline`. */
  name: string;
  path: readonly [string] | readonly ['de' | 'en', string];
  type: 'line' | 'prose' | 'date' | 'link' | 'picture';
}

const field = (name: string, type: Field['type'] = 'line'): Field => ({
  name,
  path: name.split('.') as unknown as Field['path'],
  type,
});
const inBoth = (...names: [name: string, type?: Field['type']][]): Field[] =>
  ['de', 'en'].flatMap((language) => names.map(([name, type]) => field(`${language}.${name}`, type)));

const PIECE: readonly Field[] = [
  ...inBoth(['headline'], ['body', 'prose'], ['linkLabel'], ['alt']),
  field('link', 'link'),
  field('picture', 'picture'),
  field('published', 'date'),
  field('until', 'date'),
];

const FIELDS: Partial<Record<Kind, readonly Field[]>> = {
  developments: PIECE,
  offers: PIECE,
  products: [...inBoth(['name']), field('family')],
  questions: inBoth(['question'], ['why'], ['words']),
};

/** No mail has room for more; whoever needs it all the same writes the whole file. */
export const MOST_IN_FIELD = 20_000;

/** The plain fields of a kind; none: it is edited as text. */
export const fieldsOf = (kind: Kind): readonly Field[] => FIELDS[kind] ?? [];

/** What the fields say, by name; '' where the file says nothing. Null: this file cannot be edited by fields. Pure. */
export function readFields(kind: Kind, source: string): Record<string, string> | null {
  const document = parse(source);
  if (!document) return null;
  const values: Record<string, string> = {};
  for (const { name, path, type } of fieldsOf(kind)) {
    const node = document.getIn(path, true);
    if (node === undefined || (isScalar(node) && node.value === null)) values[name] = '';
    else if (isScalar(node)) {
      const text = withoutLastLines(String(node.value));
      if (text.length > MOST_IN_FIELD) return null;
      values[name] = type === 'prose' ? unwrapped(text) : text;
    } else return null;
  }
  return values;
}

/**
 * The file with other texts in its fields. Comments, order and line breaks of all that is not changed stay as they are.
 * An emptied field leaves the file; a language without any text leaves it as a whole.
 * @returns null: this file cannot be edited by fields, or a text is longer than {@link MOST_IN_FIELD}. Pure.
 */
export function writeFields(
  kind: Kind,
  source: string,
  values: Readonly<Record<string, string | undefined>>,
): string | null {
  const before = readFields(kind, source);
  if (before === null) return null;
  let text: string | null = source;
  const after = { ...before };
  for (const { name } of fieldsOf(kind)) {
    const value = values[name];
    if (value === undefined) continue;
    after[name] = value.replace(/\r\n?/g, '\n').trim();
    if (after[name].length > MOST_IN_FIELD) return null;
  }
  for (const each of fieldsOf(kind)) {
    const value = after[each.name] ?? '';
    if (value !== before[each.name]?.trim()) text = setText(text, each, value);
    if (text === null) return null;
  }
  for (const language of ['de', 'en']) {
    const map: unknown = parse(text)?.get(language);
    if (isMap(map) && map.items.length === 0) text = without(text, [language]);
    if (text === null) return null;
  }
  return parse(text) ? text : null;
}

/** Null rather than a file without the text: nothing that somebody wrote may be lost as if it were saved. */
function setText(source: string, { path, type }: Field, value: string): string | null {
  const document = parse(source);
  if (!document) return null;
  if (path.length === 2) {
    const parent = document.get(path[0]);
    // perhaps "de:" with nothing after it
    if (parent === undefined) document.delete(path[0]);
    else if (!isMap(parent)) return null;
  }
  if (value === '') return without(source, path);
  const isBlock = type === 'prose';
  const node = document.getIn(path, true);
  const old = isScalar(node) ? String(node.value) : '';
  const wanted = isBlock ? `${wrapped(value, old.trim())}\n` : onOneLine(value);
  const text = isScalar(node)
    ? replaced(source, document, path, node, wanted)
    : inserted(source, document, path, wanted);
  if (text !== null && says(text, document, path, wanted)) return text;
  document.setIn(path, scalar(wanted, isBlock));
  const whole = document.toString({ lineWidth: 0 });
  return says(whole, document, path, wanted) ? whole : null;
}

// Both without a pattern: on thousands of line breaks those that come to mind take seconds.
const onOneLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join(' ');

function withoutLastLines(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end -= 1;
  return text.slice(0, end);
}

/** New words in the place of the old ones, written as those were. */
function replaced(source: string, document: Document, path: Field['path'], node: Scalar, value: string) {
  const [start, end] = node.range ?? [0, 0];
  const column = keyColumn(source, document, path);
  if (column === null) return null;
  const old = source.slice(start, end);
  const style = node.type === 'BLOCK_FOLDED' ? 'BLOCK_LITERAL' : node.type;
  const last = old.endsWith('\n') ? '\n' : '';
  const text = written(value, style, column);
  return source.slice(0, start) + (text.endsWith('\n') ? text : text + last) + source.slice(end);
}

/** A line of its own for a text that was not there: after its neighbours of the same language, or after `published`. */
function inserted(source: string, document: Document, path: Field['path'], value: string): string | null {
  const parent = path.length === 1 ? document.contents : document.get(path[0]);
  if (!isMap(parent) || parent.flow || parent.items.length === 0) return null;
  const after = (path.length === 1 && pairOf(parent, 'published')) || parent.items.at(-1);
  const column = columnOf(source, parent.items[0] as Pair);
  const end = rangeEnd(after as Pair);
  if (column === null || end === null) return null;
  const lineEnd = source[end - 1] === '\n' ? end : source.indexOf('\n', end) + 1 || source.length;
  const gap = source[lineEnd - 1] === '\n' ? '' : '\n';
  const text = written(value, value.endsWith('\n') ? 'BLOCK_LITERAL' : 'PLAIN', column);
  const line = `${gap}${' '.repeat(column)}${path.at(-1)}: ${text}${text.endsWith('\n') ? '' : '\n'}`;
  return source.slice(0, lineEnd) + line + source.slice(lineEnd);
}

/** The file without one of its texts; null: it cannot be read. */
function without(source: string, path: readonly string[]): string | null {
  const document = parse(source);
  if (!document) return null;
  const parent = path.length === 1 ? document.contents : document.get(path[0]);
  const pair = isMap(parent) && !parent.flow ? pairOf(parent, path.at(-1) ?? '') : undefined;
  const start = pair && keyStart(pair);
  const end = pair && rangeEnd(pair);
  document.deleteIn(path);
  if (isMap(parent) && parent.items.length > 0 && typeof start === 'number' && typeof end === 'number') {
    const lineStart = source.lastIndexOf('\n', start - 1) + 1;
    const lineEnd = source[end - 1] === '\n' ? end : source.indexOf('\n', end) + 1 || source.length;
    const text = source.slice(0, lineStart) + source.slice(lineEnd);
    const found = parse(text);
    if (found && isDeepStrictEqual(found.toJS(), document.toJS())) return text;
  }
  return document.toString({ lineWidth: 0 });
}

/** A text as it stands in a file, in a style; always on the safe side. */
function written(value: string, style: Scalar['type'], column: number): string {
  const oneLine = value.replace(/\n$/, '');
  const many = oneLine.includes('\n');
  if (style === 'BLOCK_LITERAL' || (many && value.endsWith('\n'))) {
    const indent = ' '.repeat(column + 2);
    const lines = oneLine.split('\n').map((each) => (each === '' ? '' : indent + each));
    return `|${/^\s/.test(oneLine) ? 2 : ''}\n${lines.join('\n')}\n`;
  }
  if (style === 'QUOTE_SINGLE' && !many) return `'${oneLine.replaceAll("'", "''")}'`;
  if (style === 'PLAIN' && isPlain(oneLine)) return oneLine;
  return JSON.stringify(oneLine);
}

/** Whether words can stand without quotes and are read as the same text, in a flow list too. */
function isPlain(text: string): boolean {
  if (text.includes('\n') || text !== text.trim()) return false;
  const read = (source: string): unknown => parse(source)?.toJS();
  return isDeepStrictEqual(read(`a: ${text}\nb: 1`), { a: text, b: 1 }) && !/[,[\]{}]/.test(text);
}

/** Whether a text says what is wanted at the path, and everything else as the document does. */
function says(text: string, document: Document, path: Field['path'], wanted: string): boolean {
  const found = parse(text);
  if (!found) return false;
  const read = found.getIn(path);
  if (typeof read !== 'string' || read.trim() !== wanted.trim()) return false;
  const other = document.clone();
  other.setIn(path, read);
  return isDeepStrictEqual(found.toJS(), other.toJS());
}

function scalar(value: string, isBlock: boolean): Scalar {
  const made = new Scalar(value);
  if (isBlock) made.type = 'BLOCK_LITERAL';
  return made;
}

/** As content files are read; keys that come twice are looked for apart, which is quicker. */
const OPTIONS = { schema: 'core', stringKeys: true, prettyErrors: false, uniqueKeys: false } as const;

/** As for content files: a longer text would only be refused later. */
const MOST_CHARACTERS = 200_000;

function parse(source: string): Document | null {
  if (source.length > MOST_CHARACTERS) return null;
  try {
    const document = parseDocument(source, OPTIONS);
    const usable =
      document.errors.length === 0 &&
      duplicateKeys(document).length === 0 &&
      isMap(document.contents) &&
      !hasAliases(document);
    return usable ? document : null;
  } catch {
    return null;
  }
}

/** What aliases stand for is for people to write out, not for a form. */
function hasAliases(document: Document): boolean {
  let found = false;
  visit(document, {
    Node(_, node) {
      if (!isAlias(node) && !('anchor' in node && node.anchor)) return undefined;
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
const keyStart = (pair: Pair): number | undefined => (isScalar(pair.key) ? pair.key.range?.[0] : undefined);
const rangeEnd = (pair: Pair): number | null =>
  (pair.value as { range?: [number, number, number] } | null)?.range?.[1] ?? null;

function columnOf(source: string, pair: Pair): number | null {
  const start = keyStart(pair);
  return start === undefined ? null : start - (source.lastIndexOf('\n', start - 1) + 1);
}

function keyColumn(source: string, document: Document, path: Field['path']): number | null {
  const parent = path.length === 1 ? document.contents : document.get(path[0]);
  const pair = isMap(parent) ? pairOf(parent, path.at(-1) ?? '') : undefined;
  return pair ? columnOf(source, pair) : null;
}
