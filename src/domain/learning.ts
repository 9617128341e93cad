/** A form of an offer is tried until it is retired (others are better) or stopped (it did harm). */
export const VARIANT_STATES = ['alive', 'retired', 'stopped'] as const;
export type VariantState = (typeof VARIANT_STATES)[number];

/** Where a form of an offer came from. */
export type VariantOrigin = 'founder' | 'mutation' | 'crossover' | 'person';

/**
 * What learning puts forward for a person to decide: make a development of an offer that proved itself; rewrite a
 * development that nobody answers any more; take note that a form of an offer was stopped.
 */
export const PROPOSAL_KINDS = ['graduate', 'rewrite', 'stopped'] as const;
export type ProposalKind = (typeof PROPOSAL_KINDS)[number];

/** An offer for owners of a product that no bridge of the library leads from; a person agreed to it. */
export interface Pairing {
  offerId: string;
  /** Library key of the owned product. */
  productKey: string;
  /** Similar in the sense of UWG §7(3). */
  similar: boolean;
}
