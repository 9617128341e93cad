import pg from 'pg';

type Parser = (text: string) => unknown;

const { builtins } = pg.types;
const INT8_ARRAY = 1016;
const DATE_ARRAY = 1182;
const TEXT_ARRAY = 1009;
const textArray: Parser = pg.types.getTypeParser(TEXT_ARRAY as number);

/**
 * A `bigint` column as a number. Ids and counts of this program stay far below 2^53; a value that doesn't is
 * refused, because a rounded id would be another row's.
 */
export function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`The database returned ${text}, which is too large to be kept exactly.`);
  }
  return value;
}

const parsers: Record<number, Parser> = {
  [builtins.INT8]: safeInteger,
  [builtins.NUMERIC]: Number,
  // a date has no time zone: as text it can't move to the day before
  [builtins.DATE]: (text) => text,
  [INT8_ARRAY]: (text) => deepMap(textArray(text), safeInteger),
  [DATE_ARRAY]: textArray,
};

function deepMap(value: unknown, map: (text: string) => number): unknown {
  if (Array.isArray(value)) return value.map((item) => deepMap(item, map));
  return typeof value === 'string' ? map(value) : value;
}

/** How this pool's columns become JavaScript values; everything not named here as `pg` does it. */
export const columnParsers: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format === 'binary') return pg.types.getTypeParser(oid, 'binary');
    return parsers[oid] ?? pg.types.getTypeParser(oid, 'text');
  },
};
