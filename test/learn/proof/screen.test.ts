import { expect, it } from 'vitest';
import type { Cell } from '../../../src/learn/model/cell.ts';
import type { Draws } from '../../../src/learn/model/draws.ts';
import { logit } from '../../../src/learn/model/posterior.ts';
import { screen } from '../../../src/learn/proof/screen.ts';

const variant = (offerId: string, variantId = 'base') => ({ offerId, variantId });
const cell = (offerId: string, variantId = 'base', trials = 500): Cell => ({
  offerId,
  variantId,
  productKey: 'laser',
  family: null,
  trials,
  earned: 0,
});

/** Ten ways the world may be, in which variants earn what they are said to. */
function drawing(rates: Record<string, readonly number[]>): Draws {
  return {
    size: 10,
    sharpness: 1,
    of: ({ offerId, variantId }) => Float64Array.from(rates[`${offerId} ${variantId}`] ?? [], logit),
  };
}
const sure = (times: number) => Array.from({ length: 10 }, (_, n) => (n < times ? 0.04 : 0.01));

const look = (given: Partial<Parameters<typeof screen>[0]>) =>
  screen({
    variants: [variant('camera')],
    testing: new Set(),
    cells: [cell('camera')],
    draws: drawing({ 'camera base': sure(9) }),
    provenRate: 0.02,
    ...given,
  });

it('tests what is better than the proven blocks with 90 % probability', () => {
  expect(look({})).toEqual([variant('camera')]);
  expect(look({ draws: drawing({ 'camera base': sure(8) }) })).toEqual([]);
});

it('waits until there is something to look at', () => {
  expect(look({ cells: [cell('camera', 'base', 99)] })).toEqual([]);
  expect(look({ cells: [] })).toEqual([]);
});

it('tests one variant of an offer at a time, the most likely one', () => {
  const both = {
    variants: [variant('camera'), variant('camera', 'headline=short')],
    cells: [cell('camera'), cell('camera', 'headline=short')],
    draws: drawing({ 'camera base': sure(9), 'camera headline=short': sure(10) }),
  };
  expect(look(both)).toEqual([variant('camera', 'headline=short')]);
  expect(look({ ...both, testing: new Set(['camera']) })).toEqual([]);
});

it('weighs owned products by how often a variant was shown to their owners', () => {
  const draws: Draws = {
    size: 10,
    sharpness: 1,
    of: ({ productKey }) =>
      Float64Array.from(sure(10), (rate) => logit(productKey === 'laser' ? rate : 0.001)),
  };
  const rare = { ...cell('camera', 'base', 100), productKey: 'scale' };
  expect(look({ draws, cells: [cell('camera'), rare] })).toHaveLength(1);
  expect(look({ draws, cells: [cell('camera'), { ...rare, trials: 1000 }] })).toHaveLength(0);
});
