import { z } from 'zod';
import { iso } from '../company/record.ts';
import type { CrmContext } from './context.ts';
import { invalid } from './errors.ts';
import { NAMING, type ObjectType } from './object-types.ts';
import type { StoredRecord } from './store.ts';

/** A query value given several times, or once with commas. */
export function listed(value: unknown): string[] {
  const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return values.flatMap((one) => String(one).split(',')).filter(Boolean);
}

export const propertyValues = z.record(
  z.string(),
  z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .transform((value) => (value === null ? '' : String(value))),
);

/** Reads a body or query, or answers 400 saying what is wrong where. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const errors = result.error.issues.map(({ message, path }) => ({ message, in: path.join('.') }));
  throw invalid(`Invalid input: ${errors.map((error) => `${error.in}: ${error.message}`).join('; ')}`, {
    errors,
  });
}

/**
 * A record in the API's shape: the properties asked for that exist, empty ones null, undefined ones left out; id
 * and times always.
 */
export function shown(context: CrmContext, type: ObjectType, record: StoredRecord, asked: readonly string[]) {
  const { created, modified, defaults } = NAMING[type];
  const names = new Set([created, modified, 'hs_object_id', ...(asked.length > 0 ? asked : defaults)]);
  const defined = context.defined.properties[type];
  const properties: Record<string, string | null> = {};
  for (const name of names) {
    if (defined.has(name)) properties[name] = record.properties[name] ?? null;
  }
  return {
    id: String(record.id),
    properties,
    createdAt: iso(record.createdAt),
    updatedAt: iso(record.updatedAt),
    archived: record.archivedAt !== null,
    ...(record.archivedAt === null ? {} : { archivedAt: iso(record.archivedAt) }),
  };
}

/** Values to write, checked as HubSpot does: the property exists, may be written, and numbers are numbers. */
export function writable(
  context: CrmContext,
  type: ObjectType,
  values: Record<string, string>,
): Record<string, string | null> {
  const problems: { name: string; error: string; message: string; isValid: false }[] = [];
  const result: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(values)) {
    const definition = context.defined.properties[type].get(name);
    const refuse = (error: string, message: string) =>
      problems.push({ isValid: false, name, error, message });
    if (!definition) refuse('PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`);
    else if (definition.readOnly) refuse('READ_ONLY_VALUE', `"${name}" is a read only property`);
    else if (definition.type === 'number' && value !== '' && !Number.isFinite(Number(value))) {
      refuse('INVALID_NUMBER', `${value} was not a valid number.`);
    } else result[name] = value === '' ? null : value;
  }
  if (problems.length > 0) throw invalid(`Property values were not valid: ${JSON.stringify(problems)}`);
  return result;
}

/** The number in a path's or body's id, or -1 for what is no number. */
export const numericId = (id: string): number => (/^\d{1,15}$/.test(id) ? Number(id) : -1);
