import { z } from 'zod';

/** What candidates were shown and earned: what the model is fitted to (`model/cell.ts`). */
const cell = z.strictObject({
  offerId: z.string(),
  productKey: z.string(),
  variantId: z.string(),
  family: z.string().nullable(),
  trials: z.number().min(0),
  earned: z.number().min(0),
});

/** How a development does among owners of one product, against what is usual for its places and priority. */
const development = z.strictObject({
  developmentId: z.string(),
  productKey: z.string(),
  /** What blocks like these usually earn, by their places in the mail; weighed like `trials`. */
  expected: z.number().min(0),
  earned: z.number().min(0),
});

/**
 * Everything that was learned from answers, added up: what a model is made from, and what is kept of it. A few hundred
 * kilobytes however many blocks were shown, and no customer in it.
 */
export const summary = z.strictObject({
  /** What a block of this company earns on average, 0 to 1: where the prior of everything unknown lies. */
  baseRate: z.number().gt(0).lt(1),
  /**
   * By full days since a block was shown: which part of the answers that come within the window have come by then.
   * The last one, of the day on which the window closes, is 1.
   */
  delay: z.array(z.number().min(0).max(1)).min(1),
  cells: z.array(cell),
  developments: z.array(development),
});

export type Summary = z.infer<typeof summary>;
export type DevelopmentCell = Summary['developments'][number];
