import type { Offer } from '../../src/library/schema.ts';

export const NO_GENES: Offer['genes'] = { headline: {}, bridge: {}, picture: {}, benefit: {}, call: {} };

/** An offer with no more than the simulator needs. */
export const plainOffer = (id: string): Offer => ({
  id,
  bridges: [{ product: 'laser', similar: true }],
  genes: NO_GENES,
  published: '2026-01-01',
});
