/** Numbers behind a proposal, as they are kept with it. */
export type Evidence = Readonly<Record<string, unknown>>;

/** Money that has grown beyond this is not told apart, and infinity is no JSON. */
const MOST = 1e9;

/** As it is stored: e-values rounded, and never infinite. */
export function evidenceOf<T extends { eValue: number; needed: number }>(found: T): Evidence {
  return { ...found, eValue: Math.round(Math.min(found.eValue, MOST)), needed: Math.round(found.needed) };
}
