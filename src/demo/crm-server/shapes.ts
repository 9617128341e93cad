import type {
  SimplePublicObject,
  ValueWithTimestamp,
} from '@hubspot/api-client/lib/codegen/crm/objects/models/all.js';
import { z } from 'zod';
import { iso } from '../company/record.ts';
import type { CrmContext } from './context.ts';
import { invalid } from './errors.ts';
import { NAMING, type ObjectType } from './object-types.ts';
import type { StoredRecord } from './store.ts';
import type { Wire } from './wire.ts';

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
  throw invalid(`Invalid input JSON: ${errors.map((error) => `${error.in}: ${error.message}`).join('; ')}`, {
    errors,
  });
}

/**
 * A record in the API's shape: the properties asked for that exist, empty ones null, undefined ones left out; id
 * and times always.
 */
export function shown(
  context: CrmContext,
  type: ObjectType,
  record: StoredRecord,
  asked: readonly string[],
  withHistory: readonly string[] = [],
): Wire<SimplePublicObject> {
  const { created, modified, defaults } = NAMING[type];
  const names = new Set([created, modified, 'hs_object_id', ...(asked.length > 0 ? asked : defaults)]);
  const defined = context.defined.properties[type];
  const properties: Record<string, string | null> = {};
  for (const name of names) {
    if (defined.get(name)?.archived === false) properties[name] = record.properties[name] ?? null;
  }
  return {
    id: String(record.id),
    properties,
    ...(withHistory.length > 0 ? { propertiesWithHistory: history(context, type, record, withHistory) } : {}),
    createdAt: iso(record.createdAt),
    updatedAt: iso(record.updatedAt),
    archived: record.archivedAt !== null,
    ...(record.archivedAt === null ? {} : { archivedAt: iso(record.archivedAt) }),
  };
}

/** Only the present value of each property: the server keeps no older ones. */
function history(context: CrmContext, type: ObjectType, record: StoredRecord, names: readonly string[]) {
  const result: Record<string, Wire<ValueWithTimestamp>[]> = {};
  for (const name of names.filter((each) => context.defined.properties[type].has(each))) {
    const value = record.properties[name];
    const timestamp = iso(record.updatedAt);
    result[name] = value ? [{ value, timestamp, sourceType: 'INTEGRATION' }] : [];
  }
  return result;
}

/**
 * How many records a page may hold.
 * @throws CrmError 400 for anything outside 1 and `most`
 */
export function limitFrom(given: unknown, { usual, most }: { usual: number; most: number }): number {
  const limit = given === undefined ? usual : Number(given);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= most)) {
    throw invalid(`limit must be between 1 and ${most}.`);
  }
  return limit;
}

/** The number in a path's or body's id, or -1 for what is no number. */
export const numericId = (id: string): number => (/^\d{1,15}$/.test(id) ? Number(id) : -1);
