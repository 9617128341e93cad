import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, parseDocument, type YAMLMap } from 'yaml';

/** One value of a settings file. */
export type PlainValue = string | number | boolean;

/**
 * The file with another value in one place: comments, order and line breaks of everything else stay as they are.
 * @param path keys from the top, e.g. `['rules', 'maxBlocks']`
 * @throws when the text is no YAML that has a map there. Pure.
 */
export function withValue(source: string, path: readonly [string, string], value: PlainValue): string {
  const wanted = parseDocument(source);
  const node = wanted.getIn(path, true);
  const parent = wanted.get(path[0], true);
  const range = isScalar(node) ? node.range : null;
  let text: string | null = null;
  if (range) text = source.slice(0, range[0]) + written(value) + source.slice(range[1]);
  else if (parent === undefined) text = `${ended(source)}\n${path[0]}:\n  ${path[1]}: ${written(value)}\n`;
  else if (isMap(parent)) text = inserted(source, parent, path[1], value);
  wanted.setIn(path, value);
  // whatever is written in an unusual way is written anew, rather than wrongly
  const says = text !== null && isDeepStrictEqual(readOrNull(text), wanted.toJS());
  return says && text !== null ? text : wanted.toString({ lineWidth: 0 });
}

/** Before the first of its neighbours, as that one stands: on a line of its own, or in a list of braces. */
function inserted(source: string, parent: YAMLMap, key: string, value: PlainValue): string | null {
  const first = parent.items[0]?.key;
  const start = isScalar(first) ? first.range?.[0] : undefined;
  if (start === undefined) return null;
  const indent = source.slice(source.lastIndexOf('\n', start - 1) + 1, start);
  const between = parent.flow ? ', ' : `\n${indent}`;
  return `${source.slice(0, start)}${key}: ${written(value)}${between}${source.slice(start)}`;
}

const ended = (source: string): string => (source === '' || source.endsWith('\n') ? source : `${source}\n`);

const written = (value: PlainValue): string =>
  typeof value === 'string' && !/^[a-z_]+$/.test(value) ? JSON.stringify(value) : String(value);

function readOrNull(text: string): unknown {
  try {
    const document = parseDocument(text);
    return document.errors.length === 0 ? document.toJS() : null;
  } catch {
    return null;
  }
}
