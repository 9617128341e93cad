/** A proposal that can't be decided that way, or no longer. The message is for people. */
export class ProposalError extends Error {
  override name = 'ProposalError';
}
