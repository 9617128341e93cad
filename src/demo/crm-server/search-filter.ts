import { z } from 'zod';
import type { PropertyType } from './properties-defined.ts';

export const OPERATORS = [
  'EQ',
  'NEQ',
  'GT',
  'GTE',
  'LT',
  'LTE',
  'BETWEEN',
  'IN',
  'NOT_IN',
  'HAS_PROPERTY',
  'NOT_HAS_PROPERTY',
] as const;

export const filterSchema = z.object({
  propertyName: z.string(),
  operator: z.enum(OPERATORS),
  value: z.coerce.string().optional(),
  highValue: z.coerce.string().optional(),
  values: z.array(z.coerce.string()).optional(),
});
export type Filter = z.infer<typeof filterSchema>;

/** A value made comparable: numbers and times as numbers, text in lower case; null for none. */
export function comparable(value: string | null | undefined, type: PropertyType): number | string | null {
  if (value === null || value === undefined || value === '') return null;
  if (type === 'number') return Number(value);
  // times are given as epoch ms or ISO 8601
  if (type === 'datetime') return /^-?\d+$/.test(value) ? Number(value) : Date.parse(value);
  return value.toLowerCase();
}

/** What one filter demands of a value. Records without the value fit no comparison except NEQ and NOT_IN. */
export function demand(filter: Filter, type: PropertyType): (value: string | null | undefined) => boolean {
  const low = comparable(filter.value, type);
  const high = comparable(filter.highValue, type);
  const among = new Set((filter.values ?? []).map((value) => comparable(value, type)));
  const fits: Record<Filter['operator'], (value: number | string | null) => boolean> = {
    EQ: (value) => value !== null && value === low,
    NEQ: (value) => value !== low,
    GT: (value) => value !== null && low !== null && value > low,
    GTE: (value) => value !== null && low !== null && value >= low,
    LT: (value) => value !== null && low !== null && value < low,
    LTE: (value) => value !== null && low !== null && value <= low,
    BETWEEN: (value) => value !== null && low !== null && high !== null && value >= low && value <= high,
    IN: (value) => value !== null && among.has(value),
    NOT_IN: (value) => !among.has(value),
    HAS_PROPERTY: (value) => value !== null,
    NOT_HAS_PROPERTY: (value) => value === null,
  };
  const accepts = fits[filter.operator];
  return (value) => accepts(comparable(value, type));
}

/** The earliest time a filter lets through, or -Infinity; for skipping what cannot have changed since. */
export function earliest({ operator, value }: Filter): number {
  const bounded = operator === 'GT' || operator === 'GTE' || operator === 'BETWEEN' || operator === 'EQ';
  const time = bounded ? comparable(value, 'datetime') : null;
  return typeof time === 'number' && !Number.isNaN(time) ? time : Number.NEGATIVE_INFINITY;
}
