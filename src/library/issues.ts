import { z } from 'zod';
import { dotted } from './paths.ts';
import type { Problem } from './problem.ts';
import { didYouMean } from './suggest.ts';
import type { Path, YamlFile } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/** So many mistakes of one kind in a file are enough to begin with; looking each up in a list of thousands takes long. */
const MOST = 100;

/** Checks a file against its schema: the typed content, or one problem for each thing that does not fit. */
export function checkShape<S extends z.ZodType>(
  yaml: YamlFile,
  schema: S,
): { content: z.output<S> | null; problems: Problem[] } {
  const result = schema.safeParse(yaml.value);
  if (result.success) return { content: result.data, problems: [] };
  return {
    content: null,
    problems: result.error.issues.slice(0, MOST).flatMap((issue) => explain(yaml, schema, issue)),
  };
}

function explain(yaml: YamlFile, schema: z.ZodType, issue: Issue): Problem[] {
  const { path } = issue;
  const problem = (rest: Pick<Problem, 'code' | 'message'> & { hint?: string | null }): Problem => ({
    file: yaml.file,
    ...yaml.at(path),
    severity: 'error',
    hint: null,
    ...rest,
  });

  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path);
    return issue.keys.slice(0, MOST).map((key) => ({
      ...problem({
        code: 'unknown_key',
        message: `"${dotted([...path, key])}" is no field of this file`,
        hint: didYouMean(key, known),
      }),
      ...yaml.atKey([...path, key]),
    }));
  }
  if (issue.code === 'invalid_key') {
    const message = `"${dotted(path)}": ${lower(issue.issues[0]?.message ?? issue.message)}`;
    return [{ ...problem({ code: 'invalid_value', message }), ...yaml.atKey(path) }];
  }
  if (!yaml.has(path)) {
    return [problem({ code: 'missing', message: `"${dotted(path)}" is missing`, hint: expectation(issue) })];
  }
  const value = valueAt(yaml.value, path);
  if (value === null || value === undefined) {
    const what = path.length === 0 ? 'the file is empty' : `"${dotted(path)}" is empty`;
    return [
      problem({ code: 'missing', message: what, hint: 'fill it in, or leave it out if it is optional' }),
    ];
  }
  if (issue.code === 'invalid_type') {
    const expected = TYPES[issue.expected] ?? issue.expected;
    const isNumber = issue.expected === 'string' && typeof value !== 'object';
    return [
      problem({
        code: 'wrong_type',
        message: `"${dotted(path)}" must be ${expected}, but is ${nameOfType(value)}`,
        hint: isNumber ? `put it in quotes: "${value}"` : expectation(issue),
      }),
    ];
  }
  if (issue.code === 'invalid_value') {
    return [
      problem({
        code: 'unknown_value',
        message: `"${dotted(path)}" cannot be "${String(value)}"`,
        hint: didYouMean(String(value), issue.values.map(String)),
      }),
    ];
  }
  return [problem({ code: 'invalid_value', message: `"${dotted(path)}": ${lower(issue.message)}` })];
}

const TYPES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a group of fields',
  array: 'a list',
};

/** The schema's own words, where it has some ("write a date as YYYY-MM-DD"). */
function expectation(issue: Issue): string | null {
  return issue.message.startsWith('Invalid ') ? null : issue.message;
}

function nameOfType(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of fields';
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' ? `the number ${value}` : String(value);
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[part];
  }
  return current;
}

/** The fields that a schema knows at a path. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  let current: unknown = schema;
  for (const part of path) {
    current = unwrap(current);
    if (current instanceof z.ZodArray) current = current.element;
    else if (current instanceof z.ZodObject) current = current.shape[String(part)];
    else if (current instanceof z.ZodRecord) current = current.valueType;
    else return [];
  }
  current = unwrap(current);
  return current instanceof z.ZodObject ? Object.keys(current.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let current = schema;
  while (
    current instanceof z.ZodOptional ||
    current instanceof z.ZodDefault ||
    current instanceof z.ZodPrefault
  ) {
    current = current.unwrap();
  }
  return current;
}

const lower = (message: string): string => `${message.charAt(0).toLowerCase()}${message.slice(1)}`;
