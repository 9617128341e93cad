import { z } from 'zod';
import { invalid } from './errors.ts';
import type { PropertyType } from './properties-standard.ts';

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
  'CONTAINS_TOKEN',
  'NOT_CONTAINS_TOKEN',
] as const;
type Operator = (typeof OPERATORS)[number];

/** Which fields an operator needs; it may have no others. */
const FIELDS: Partial<Record<Operator, readonly string[]>> = {
  BETWEEN: ['value', 'highValue'],
  IN: ['values'],
  NOT_IN: ['values'],
  HAS_PROPERTY: [],
  NOT_HAS_PROPERTY: [],
};

export const filterSchema = z
  .object({
    propertyName: z.string(),
    operator: z.enum(OPERATORS),
    value: z.coerce.string().optional(),
    highValue: z.coerce.string().optional(),
    values: z.array(z.coerce.string()).min(1).optional(),
  })
  .superRefine((filter, { addIssue }) => {
    const needed = FIELDS[filter.operator] ?? ['value'];
    for (const field of ['value', 'highValue', 'values'] as const) {
      const wanted = needed.includes(field);
      if (wanted === (filter[field] !== undefined)) continue;
      const message = `${filter.operator} ${wanted ? 'needs' : 'takes no'} ${field}`;
      addIssue({ code: 'custom', path: [field], message });
    }
  });
export type Filter = z.infer<typeof filterSchema>;

/**
 * A value made comparable: numbers and times as numbers, text in lower case, options as they are (HubSpot minds their
 * case); null for none.
 */
export function comparable(value: string | null | undefined, type: PropertyType): number | string | null {
  if (value === null || value === undefined || value === '') return null;
  if (type === 'number') return Number(value);
  // times are given as epoch ms or ISO 8601
  if (type === 'date' || type === 'datetime')
    return /^-?\d+$/.test(value) ? Number(value) : Date.parse(value);
  return type === 'enumeration' ? value : value.toLowerCase();
}

/**
 * What one filter demands of a value. Records without the value fit no comparison except NEQ and NOT_IN.
 * @throws CrmError 400 for a number or time that is none, in HubSpot's words, which name neither
 */
export function demand(filter: Filter, type: PropertyType): (value: string | null | undefined) => boolean {
  const low = comparable(filter.value, type);
  const high = comparable(filter.highValue, type);
  const among = new Set((filter.values ?? []).map((value) => comparable(value, type)));
  const impossible = [low, high, ...among].some((one) => typeof one === 'number' && Number.isNaN(one));
  if (impossible && !WORDS.has(filter.operator)) throw invalid('There was a problem with the request.');
  const words = tokens(filter.value ?? '');
  const holds = (value: number | string) => words.every((word) => tokens(String(value)).some(word.fits));
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
    CONTAINS_TOKEN: (value) => value !== null && holds(value),
    NOT_CONTAINS_TOKEN: (value) => value === null || !holds(value),
  };
  const accepts = fits[filter.operator];
  return (value) => accepts(comparable(value, type));
}

/** They look at text, whatever the type. */
const WORDS: ReadonlySet<Operator> = new Set(['CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN']);

/** The words of a text; as a filter, `*` at a word's start or end stands for anything. */
function tokens(text: string): { word: string; fits: (other: { word: string }) => boolean }[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}_*]+/gu) ?? []).map((word) => {
    const bare = word.replaceAll('*', '');
    const [front, back] = [word.startsWith('*'), word.endsWith('*')];
    const fits = (other: { word: string }) =>
      front && back
        ? other.word.includes(bare)
        : front
          ? other.word.endsWith(bare)
          : back
            ? other.word.startsWith(bare)
            : other.word === bare;
    return { word, fits };
  });
}

/** The earliest time a filter lets through, or -Infinity; for skipping what cannot have changed since. */
export function earliest({ operator, value }: Filter): number {
  const bounded = operator === 'GT' || operator === 'GTE' || operator === 'BETWEEN' || operator === 'EQ';
  const time = bounded ? comparable(value, 'datetime') : null;
  return typeof time === 'number' && !Number.isNaN(time) ? time : Number.NEGATIVE_INFINITY;
}
