import type { Library } from '../../library/library.ts';
import type { Offer } from '../../library/schema.ts';

/** An offer and an owned product that no bridge leads from, and how well they go together. */
export interface PossiblePairing {
  offerId: string;
  /** Library key of the owned product. */
  productKey: string;
  /** Customers who own it. */
  owners: number;
  /** How many of them own a product that the offer is about or leads on from. */
  also: number;
  /** Share of all customers who do. */
  usual: number;
}

/** Why a pairing was proposed: its owners often have what the offer is about; or hardly anything is known of it. */
export type PairingReason = 'affinity' | 'curiosity';

/** Fewer owners than this are no experiment. */
const FEWEST = 20;
/** So many customers of whom nothing is known are counted as usual, so that few owners do not make a habit. */
const SHRINKAGE = 50;
/** So often chance decides instead of what is known. */
const CURIOSITY = 0.25;

/** How many times as often as usual owners have what the offer is about; close to 1 where there are few. */
export function liftOf({ owners, also, usual }: PossiblePairing): number {
  return usual > 0 ? (also + SHRINKAGE * usual) / ((owners + SHRINKAGE) * usual) : 1;
}

/**
 * The pairing to be proposed next: mostly the one that goes together best, more often than usual; now and then any,
 * by the lot. Pure.
 * @param random gives numbers in [0, 1)
 */
export function choosePairing(
  possible: readonly PossiblePairing[],
  random: () => number,
): (PossiblePairing & { reason: PairingReason; lift: number }) | null {
  const enough = possible
    .filter(({ owners }) => owners >= FEWEST)
    .map((pairing) => ({ ...pairing, lift: liftOf(pairing) }))
    .sort(
      (a, b) => b.lift - a.lift || (`${a.offerId}|${a.productKey}` < `${b.offerId}|${b.productKey}` ? -1 : 1),
    );
  const [best] = enough;
  if (best === undefined) return null;
  const curious = random() < CURIOSITY || best.lift <= 1;
  const any = enough[Math.floor(random() * enough.length)] ?? best;
  return curious ? { ...any, reason: 'curiosity' } : { ...best, reason: 'affinity' };
}

/** What an offer is about or leads on from, and what might be tried: library keys. Null where nobody wrote how. */
export function pairingOf(
  offer: Offer,
  products: Library['products'],
): { anchors: string[]; untried: string[] } | null {
  if (offer.anyBridge === undefined) return null;
  const all = [...products.values()];
  const leads = (key: string, family: string) =>
    offer.bridges.some((bridge) =>
      bridge.product === undefined ? bridge.family === family : bridge.product === key,
    );
  const bridged = all.filter(({ key, family }) => leads(key, family)).map(({ key }) => key);
  const anchors = [...new Set([...(offer.product === undefined ? [] : [offer.product]), ...bridged])];
  return {
    anchors,
    untried: all.map(({ key }) => key).filter((key) => !anchors.includes(key)),
  };
}
