import type { DevelopmentCell } from '../summary.ts';
import { appeals } from './appeal.ts';

/** What one development earned at one place of mails, among owners of one product. */
export interface PlacedCell {
  developmentId: string;
  productKey: string;
  /** Of the block in its mail, from 0. */
  position: number;
  trials: number;
  earned: number;
}

/** A place with as many blocks as this stands halfway between the base rate and what was seen. */
const PLACE_TRIALS = 200;
/** Rounds until places and contents have settled on their shares; what changes after them is below a thousandth. */
const ROUNDS = 30;

/**
 * What blocks at these places and of this priority usually earn. Good developments stand first, and what stands first
 * is seen by more people: both are estimated in turn, each with the other taken out, so that a place is not credited
 * with what usually stands there, nor a development with its place.
 *
 * @param weightOf how much more often than one of middle priority its author expects it to be answered
 */
export function expectations(
  cells: readonly PlacedCell[],
  weightOf: (developmentId: string) => number,
  baseRate: number,
): DevelopmentCell[] {
  let appeal = (_developmentId: string, _productKey: string) => 1;
  let found: DevelopmentCell[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const places = new Map<number, { earned: number; weighed: number }>();
    for (const { developmentId, productKey, position, trials, earned } of cells) {
      const place = places.get(position) ?? { earned: PLACE_TRIALS * baseRate, weighed: PLACE_TRIALS };
      place.earned += earned;
      place.weighed += trials * weightOf(developmentId) * appeal(developmentId, productKey);
      places.set(position, place);
    }
    const usual = ({ developmentId, position, trials }: PlacedCell) => {
      const place = places.get(position);
      return place ? (trials * weightOf(developmentId) * place.earned) / place.weighed : 0;
    };
    found = added(cells, usual);
    appeal = appeals({ developments: found });
  }
  return found;
}

/** Over all places. */
function added(cells: readonly PlacedCell[], usual: (cell: PlacedCell) => number): DevelopmentCell[] {
  const sums = new Map<string, DevelopmentCell>();
  for (const cell of cells) {
    const { developmentId, productKey } = cell;
    const key = `${developmentId} ${productKey}`;
    const sum = sums.get(key) ?? { developmentId, productKey, expected: 0, earned: 0 };
    sum.expected += usual(cell);
    sum.earned += cell.earned;
    sums.set(key, sum);
  }
  return [...sums.values()];
}
