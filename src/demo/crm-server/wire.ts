/**
 * How a model of HubSpot's client travels: dates as ISO texts, enums as their texts, and the names the client has
 * to rename in JavaScript under their own. The ids of associated records travel as numbers although the models say
 * texts. Replies are typed with it, so that the compiler notices one HubSpot would not give.
 */
export type Wire<T> = 0 extends 1 & T
  ? unknown
  : T extends Date
    ? string
    : T extends string
      ? `${T}`
      : T extends readonly (infer E)[]
        ? Wire<E>[]
        : T extends object
          ? { [K in keyof T as WireName<K>]: K extends NumericId ? number : Wire<T[K]> }
          : T;

type NumericId = 'toObjectId' | 'fromObjectId';
type WireName<K> = K extends '_from' ? 'from' : K extends '_new' ? 'new' : K extends '_in' ? 'in' : K;
