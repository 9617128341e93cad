/** Why something can't be decided. Stable codes; the console has a sentence for each. */
export type ProposalErrorCode =
  /** Nothing of this name was put forward. */
  | 'unknown'
  /** Somebody has decided it. */
  | 'decided'
  /** What did harm is not started again. */
  | 'stays_stopped'
  /** Only a pairing can be similar. */
  | 'not_a_pairing'
  /** Its offer, or a text of it, is not in the library any more. */
  | 'offer_gone'
  /** An offer that needs consent can't become proven content. */
  | 'not_similar';

/** A proposal that can't be decided that way, or no longer. The message is for people. */
export class ProposalError extends Error {
  override name = 'ProposalError';
  readonly code: ProposalErrorCode;

  constructor(code: ProposalErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
