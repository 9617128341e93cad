import { type Leaning, leaning, logWithout, type Reader } from './leaning.ts';

/**
 * How surely each level is guessed from the one above, in answers (see `Guess`): everybody from "as often as what is
 * proven", the owners of a product from everybody, a customer from the owners of the same products.
 */
const EVERYBODY = 8;
const OWNERS = 20;
const CUSTOMER = 8;

/** A reader and the products they own, by library key. */
export interface Owner extends Reader {
  keys: readonly string[];
}

/** How everybody leans, the owners of each product, and each customer. */
export interface Leanings<T extends Owner> {
  everybody: Leaning;
  /** By library key. */
  segments: ReadonlyMap<string, { leaning: Leaning; readers: readonly T[] }>;
  of: (reader: T) => Leaning;
}

/**
 * From many to one: what little a customer has answered is weighed with what others who own the same products answered,
 * and that with what everybody did. Nobody is guessed from their own answers.
 */
export function leanings<T extends Owner>(readers: readonly T[]): Leanings<T> {
  const everybody = leaning({ log: 0, answers: EVERYBODY }, readers);
  const owners = new Map<string, T[]>();
  for (const reader of readers) {
    for (const key of reader.keys) {
      const others = owners.get(key);
      if (others) others.push(reader);
      else owners.set(key, [reader]);
    }
  }
  const segments = new Map(
    [...owners].map(([key, of]) => {
      const guess = { log: logWithout(everybody, of), answers: OWNERS };
      return [key, { leaning: leaning(guess, of), readers: of }];
    }),
  );
  return {
    everybody,
    segments,
    of: (reader) => {
      const groups = reader.keys.flatMap((key) => segments.get(key)?.leaning ?? []);
      const others = (groups.length > 0 ? groups : [everybody]).map((group) => logWithout(group, [reader]));
      const log = others.reduce((sum, each) => sum + each, 0) / others.length;
      return leaning({ log, answers: CUSTOMER }, [reader]);
    },
  };
}
